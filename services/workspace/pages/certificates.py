"""A certificate is checked by its code: whether it counts, for which training, and until when. Never whose it is."""

import re

from starlette.responses import Response

from services.workspace.answers import CallRefused
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.sending import FormError, first

_CODE = re.compile(r"[A-Za-z0-9-]{1,40}")


async def ask(visit: Visit) -> Response:
    """The form for a code. It is sent in the body: an address is kept in histories and logs."""
    return visit.page("certificate.html", code="", checked=None, unknown=False, errors=[])


async def check(visit: Visit) -> Response:
    """The certificate with this code, or that there is none; CountyAway if that cannot be said now."""
    code = "".join(first(await form_of(visit.request), "code").split())
    if not _CODE.fullmatch(code):
        errors = [FormError("certificate.code", "code")]
        return visit.page("certificate.html", 422, code=code, checked=None, unknown=False, errors=errors)
    try:
        checked = await visit.site.interface.certificate(visit.token, code)
    except CallRefused as refused:
        if refused.status != 404:
            raise
        return visit.page("certificate.html", 404, code=code, checked=None, unknown=True, errors=[])
    return visit.page("certificate.html", code="", checked=checked, unknown=False, errors=[])
