"""The yearly report to Brå: one coordinator writes it, a second one checks and freezes it. Other counties see none."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_reports as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages.findings import findings
from services.workspace.sending import (
    FormError,
    errors_of,
    first,
    key_again,
    key_of,
    new_key,
    status_of,
    version_of,
)
from services.workspace.shown_reports import ShownYearly
from shared.calendar import day_of

HEADINGS = ("knowledge_based", "exchange", "competence", "cross_municipal")
"""The four points of 2 § förordning (2016:1258)."""
DONE = ("sparad", "last")


async def show(visit: Visit) -> Response:
    """The report as it is written so far; a form for it until it is frozen."""
    found = await _found(visit)
    return _show(visit, found, {name: [text] for name, text in found.texts.items()} if found else {}, [], 200)


async def write(visit: Visit) -> Response:
    """The draft says what the form says, if nobody has changed it since it was shown."""
    form, year = await form_of(visit.request), _year(visit)
    texts = {name: first(form, name).replace("\r\n", "\n") for name in HEADINGS}
    errors = [FormError("yearly.sensitive", name) for name, text in texts.items() if findings(name, text)]
    status = 422
    if not errors:
        seen = version_of(form) if first(form, "version") else None
        try:
            await calls.write_yearly(visit.site.interface, visit.token, key_of(form), year, texts, seen)
        except (CallRefused, CountyAway) as failed:
            errors = errors_of(failed, HEADINGS, visit.site.words.has, "yearly", names="yearly.wrong")
            status = status_of(failed)
        else:
            return RedirectResponse(f"/rapporter/bra/{year}?klart=sparad", 303)
    return _show(visit, await _found(visit), form, errors, status)


async def download(visit: Visit) -> Response:
    """The report as PDF, a draft as it is counted now."""
    year = _year(visit)
    content = await calls.download_yearly(visit.site.interface, visit.token, year)
    headers = {"Content-Disposition": f'attachment; filename="bra-{year}.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")


async def ask_freeze(visit: Visit) -> Response:
    """Asks whether the report is checked, and says what follows; where it cannot be frozen, its page."""
    found = await _found(visit)
    if found is None or not _is_ready(visit, found):
        return RedirectResponse(f"/rapporter/bra/{_year(visit)}", 303)
    return _freezing(visit, [], new_key(), 200, found.version)


async def freeze(visit: Visit) -> Response:
    """The report stays as it is counted now."""
    form, year = await form_of(visit.request), _year(visit)
    seen = version_of(form)
    try:
        await calls.freeze_yearly(visit.site.interface, visit.token, key_of(form), year, seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = errors_of(failed, (), visit.site.words.has, "yearly"), status_of(failed)
        found = await _found(visit)
        version = seen if status == 503 or found is None else found.version
        return _freezing(visit, errors, key_again(form, status), status, version)
    return RedirectResponse(f"/rapporter/bra/{year}?klart=last", 303)


def _year(visit: Visit) -> int:
    year = int(visit.request.path_params["year"])
    if not 2016 <= year <= day_of(visit.site.now()).year:
        raise CallRefused(404, "not-found")
    return year


async def _found(visit: Visit) -> ShownYearly | None:
    return await calls.yearly(visit.site.interface, visit.token, _year(visit))


def _is_ready(visit: Visit, found: ShownYearly) -> bool:
    """Whether a second person may freeze it: the year is over, and each heading has its text."""
    whole = all(found.texts.get(name) for name in HEADINGS)
    return whole and not found.frozen and found.year < day_of(visit.site.now()).year


def _show(
    visit: Visit,
    found: ShownYearly | None,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    newest = str(found.version) if found else ""
    done = visit.request.query_params.get("klart")
    return visit.page(
        "yearly.html",
        status,
        year=_year(visit),
        found=found,
        headings=HEADINGS,
        values={name: first(form, name) for name in HEADINGS},
        ready=found is not None and _is_ready(visit, found),
        version=first(form, "version") if status == 503 else newest,
        errors=errors,
        key=key_again(form, status),
        done=f"yearly.done.{done}" if done in DONE else None,
    )


def _freezing(visit: Visit, errors: Sequence[FormError], key: str, status: int, version: int) -> Response:
    back = f"/rapporter/bra/{_year(visit)}"
    return visit.page(
        "yearly_freeze.html", status, year=_year(visit), back=back, version=version, errors=errors, key=key
    )
