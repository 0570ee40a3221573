"""A signal is withdrawn by the police of its county, after a question: it does not come back."""

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_signals as calls
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages.signals import changeable
from services.workspace.sending import FormError, errors_of, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown import ShownSignal


async def ask(visit: Visit) -> Response:
    """Asks whether to withdraw it, and says what follows; of one that does not change any more, its page."""
    county, identity = visit.named()
    signal = await visit.site.interface.signal(visit.token, county, identity)
    if not changeable(visit, signal):
        return RedirectResponse(f"/signaler/{county}/{identity}", 303)
    return _show(visit, signal, [], new_key(), 200, signal.version)


async def withdraw(visit: Visit) -> Response:
    """It is withdrawn in the version that its user has seen."""
    form = await form_of(visit.request)
    (county, identity), seen = visit.named(), version_of(form)
    try:
        await calls.withdraw(visit.site.interface, visit.token, key_of(form), county, identity, seen)
    except (CallRefused, CountyAway) as failed:
        errors, status = errors_of(failed, (), visit.site.words.has, "signals"), status_of(failed)
        signal = await visit.site.interface.signal(visit.token, county, identity)
        version = seen if status == 503 else signal.version
        return _show(visit, signal, errors, key_again(form, status), status, version)
    return RedirectResponse(f"/signaler/{county}/{identity}?klart=aterkallad", 303)


def _show(
    visit: Visit, signal: ShownSignal, errors: Sequence[FormError], key: str, status: int, version: int
) -> Response:
    back = visit.request.url.path.rpartition("/")[0]
    return visit.page("signal_withdraw.html", status, signal=signal, back=back, version=version, errors=errors, key=key)
