"""A site is registered, changed or closed by the county's coordinator."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_guidance as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import options
from services.workspace.pages.sites import TYPES, operators, site_number
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_guidance import SiteDetail
from shared.contracts.reference import MUNICIPALITIES

FIELDS = ("type", "operator", "municipality")


async def ask_new(visit: Visit) -> Response:
    """The form for a new site."""
    return await _show(visit, None, {}, [], 200)


async def register(visit: Visit) -> Response:
    """The site is registered."""
    return await _send(visit, None)


async def ask_change(visit: Visit) -> Response:
    """The form for a site that is in the register."""
    site = await _site(visit)
    return await _show(visit, site, {name: [getattr(site, name)] for name in FIELDS}, [], 200)


async def change(visit: Visit) -> Response:
    """The site is changed."""
    return await _send(visit, visit.request.path_params["identity"])


async def ask_close(visit: Visit) -> Response:
    """Asks whether to close the site, and says what follows."""
    return _closing(visit, await _site(visit), [], new_key(), 200)


async def close(visit: Visit) -> Response:
    """The site is closed."""
    form = await form_of(visit.request)
    identity, seen = visit.request.path_params["identity"], version_of(form)
    try:
        await calls.close_site(visit.site.interface, visit.token, key_of(form), identity, seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = errors_of(failed, (), visit.site.words.has, "sites"), status_of(failed)
        return _closing(visit, await _site(visit), errors, key_again(form, status), status, seen)
    return RedirectResponse("/ombud?klart=stangd", 303)


async def _send(visit: Visit, identity: UUID | None) -> Response:
    form = await form_of(visit.request)
    values = {name: first(form, name) for name in FIELDS}
    errors = [FormError(f"field.{name}", name) for name in FIELDS if not values[name]]
    status = 422
    if not errors:
        interface, token, key = visit.site.interface, visit.token, key_of(form)
        try:
            if identity is None:
                await calls.register_site(interface, token, key, values)
            else:
                await calls.change_site(interface, token, key, identity, values, version_of(form))
        except (CallRefused, CountyAway) as failed:
            errors, status = errors_of(failed, FIELDS, visit.site.words.has, "sites"), status_of(failed)
        else:
            return RedirectResponse(f"/ombud?klart={'andrad' if identity else 'registrerad'}", 303)
    return await _show(visit, await _site(visit) if identity else None, form, errors, status)


async def _site(visit: Visit) -> SiteDetail:
    """The site in the address; CallRefused, as not found, if it is not in the register."""
    wanted = str(visit.request.path_params["identity"])
    after: dict[str, str] = {}
    while True:
        page = await calls.sites(visit.site.interface, visit.token, **after)
        if found := [each for each in page.items if each.id == wanted]:
            return found[0]
        if page.next is None:
            raise CallRefused(404, "not-found")
        after = {"cursor": page.next}


async def _show(
    visit: Visit,
    site: SiteDetail | None,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    known = await section(operators(visit))
    home = {each.code: each.name for each in MUNICIPALITIES.values() if each.county == visit.site.county.code}
    return visit.page(
        "site_form.html",
        status,
        place=site,
        number=site_number(site.id) if site else "",
        fields={
            "type": options(TYPES),
            "operator": options({each.slug: each.name for each in known.content or []}),
            "municipality": options(home),
        },
        operators=known,
        values={name: first(form, name) for name in FIELDS},
        version=site and (version_of(form) if status == HTTPStatus.SERVICE_UNAVAILABLE else site.version),
        errors=errors,
        key=key_again(form, status),
    )


def _closing(
    visit: Visit, site: SiteDetail, errors: Sequence[FormError], key: str, status: int, seen: int | None = None
) -> Response:
    municipality = MUNICIPALITIES.get(site.municipality)
    return visit.page(
        "site_close.html",
        status,
        back="/ombud",
        number=site_number(site.id),
        type=TYPES.get(site.type, site.type),
        municipality=municipality.name if municipality else site.municipality,
        version=seen if status == HTTPStatus.SERVICE_UNAVAILABLE else site.version,
        errors=errors,
        key=key,
    )
