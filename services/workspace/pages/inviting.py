"""A host says who is invited, and in which role. Whoever has answered is not asked again."""

from collections.abc import Mapping, Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_hosting as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages import picking
from services.workspace.pages.meetings import function_word, place_of
from services.workspace.pages.picking import Choosable
from services.workspace.pages.stepping import ways
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, status_of, version_of
from services.workspace.shown_hosting import HostedMeeting


async def ask(visit: Visit) -> Response:
    """Who is invited, and a search for more; where nothing can be changed, the meeting's page."""
    meeting = await calls.hosted(visit.site.interface, visit.token, *visit.named())
    if "kallade" not in ways(visit, meeting):
        return RedirectResponse(visit.request.url.path.rpartition("/")[0], 303)
    return await _show(visit, meeting, {}, [], 200)


async def send(visit: Visit) -> Response:
    """Those with a role are invited; with a button of a search the form is shown again with what it finds."""
    form = await form_of(visit.request)
    seen, meeting = version_of(form), await calls.hosted(visit.site.interface, visit.token, *visit.named())
    if picking.SEARCH in form:
        return await _show(visit, meeting, form, [], 200)
    wish = [picking.invitee(name, role) for name, role in picking.chosen(form).items()]
    try:
        body = meeting.plan() | {"invitees": wish}
        await calls.change(visit.site.interface, visit.token, key_of(form), *visit.named(), body, seen)
    except (CallRefused, CountyAway) as failed:
        errors = errors_of(failed, (), visit.site.words.has, "hosting")
        return await _show(visit, meeting, form, errors, status_of(failed))
    return RedirectResponse(f"/moten/{meeting.county}/{meeting.id}?klart=kallade", 303)


async def _show(
    visit: Visit,
    meeting: HostedMeeting,
    form: Mapping[str, Sequence[str]],
    errors: Sequence[FormError],
    status: int,
) -> Response:
    known = picking.names(meeting)
    added = await picking.added(visit, form, known)
    networks = await section(visit.site.interface.networks(visit.token))
    members = await picking.members(visit, form, networks, [*known, *(each.name for each in added)])
    given = picking.chosen(form)
    lines = [
        Choosable(
            picking.field_of(each),
            each.actor_name or visit.site.words.text("meeting.unknown", county=visit.site.name_of(each.actor.county)),
            function_word(each.function),
            given.get(picking.field_of(each), "") if form else each.role,
        )
        for each in sorted(meeting.invitees, key=place_of)
    ]
    again = status == 503 or picking.SEARCH in form
    return visit.page(
        "meeting_invitees.html",
        status,
        meeting=meeting,
        lines=[*lines, *added, *members.contacts],
        members=members,
        networks=picking.options_of(networks),
        found=await picking.found(visit, form, [*known, *(each.name for each in (*added, *members.contacts))]),
        roles=picking.ROLES,
        counties=visit.site.county_options,
        search=first(form, "sok"),
        county=first(form, "lan"),
        network=first(form, picking.WHOLE_NETWORK) or _network_of(meeting),
        version=first(form, "version") if again else str(meeting.version),
        errors=errors,
        key=key_again(form, status),
    )


def _network_of(meeting: HostedMeeting) -> str:
    return f"{meeting.network.county}/{meeting.network.id}" if meeting.network else ""
