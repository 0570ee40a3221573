"""A site's manager acknowledges the routine that is in force."""

import asyncio
from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_guidance as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.guidance_words import AUDIENCES, title_in_force
from services.workspace.lists import options
from services.workspace.pages.routines import SITE_AUDIENCES
from services.workspace.pages.sites import site_number
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from shared.contracts.reference import MUNICIPALITIES


async def ask(visit: Visit) -> Response:
    """The routine as it is in force, and the sites that can acknowledge it."""
    return await _show(visit, visit.request.query_params.get("malgrupp", ""), {}, [], 200)


async def acknowledge(visit: Visit) -> Response:
    """The site has read the version that was shown."""
    form = await form_of(visit.request)
    county, identity = visit.named()
    audience, site, number = first(form, "malgrupp"), first(form, "site"), version_of(form, "number")
    if not site:
        return await _show(visit, audience, form, [FormError("field.site", "site")], 422)
    try:
        await calls.acknowledge(
            visit.site.interface, visit.token, key_of(form), county, identity, {"site": site, "number": number}
        )
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, ("site",), visit.site.words.has, "guidance")
        return await _show(visit, audience, form, errors, status_of(failed))
    return RedirectResponse(f"/rutiner?malgrupp={audience if audience in AUDIENCES else ''}&klart=bekraftad", 303)


async def _show(
    visit: Visit, audience: str, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int
) -> Response:
    county, identity = visit.named()
    if audience not in SITE_AUDIENCES:
        raise CallRefused(404, "not-found")
    interface, token = visit.site.interface, visit.token
    found, register = await asyncio.gather(
        calls.in_force(interface, token, audience, county=county), calls.sites(interface, token)
    )
    routine = next((each for each in found.items if each.kind == "routine" and each.id == str(identity)), None)
    if routine is None:
        raise CallRefused(404, "not-found")
    words = {}
    for each in register.items:
        if each.active and each.type == audience:
            municipality = MUNICIPALITIES.get(each.municipality)
            words[each.id] = f"{municipality.name if municipality else each.municipality}, {site_number(each.id)}"
    return visit.page(
        "acknowledge.html",
        status,
        routine=routine,
        title=title_in_force(visit.site.words, routine, audience),
        audience=audience,
        sites=options(words),
        chosen=first(form, "site"),
        number=first(form, "number") if status == 503 else routine.number,
        errors=errors,
        key=key_again(form, status),
    )
