"""A meeting is called off by whoever hosts it, after a question: it does not come back."""

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_meetings as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages.meetings import may_call_off
from services.workspace.sending import FormError, errors_of, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_meetings import MeetingDetail


async def ask(visit: Visit) -> Response:
    """Asks whether to call it off, and says what follows; of a meeting that is over or another's, its page."""
    county, identity = visit.named()
    meeting = await calls.meeting(visit.site.interface, visit.token, county, identity)
    if not may_call_off(visit, meeting):
        return RedirectResponse(f"/moten/{county}/{identity}", 303)
    return _show(visit, meeting, [], new_key(), 200, meeting.version)


async def call_off(visit: Visit) -> Response:
    """It is called off in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen = visit.named(), version_of(form)
    try:
        await calls.cancel(visit.site.interface, visit.token, key_of(form), county, identity, seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = errors_of(failed, (), visit.site.words.has, "meetings"), status_of(failed)
        meeting = await calls.meeting(visit.site.interface, visit.token, county, identity)
        version = seen if status == 503 else meeting.version
        return _show(visit, meeting, errors, key_again(form, status), status, version)
    return RedirectResponse(f"/moten/{county}/{identity}?klart=installt", 303)


def _show(
    visit: Visit, meeting: MeetingDetail, errors: Sequence[FormError], key: str, status: int, version: int
) -> Response:
    back = visit.request.url.path.rpartition("/")[0]
    return visit.page(
        "meeting_cancel.html", status, meeting=meeting, back=back, version=version, errors=errors, key=key
    )
