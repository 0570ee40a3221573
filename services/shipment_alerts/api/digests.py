"""The weekly digest: a function may do without it."""

from starlette.responses import Response

from services.shipment_alerts.store import functions
from shared.rejected import Rejected
from shared.runtime.notices.wishes import DigestWish, save_digest_wish
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest
from shared.runtime.resource import Id
from shared.runtime.routes import Router

router = Router()
PATH = "/shipment-alerts/digests"


@router.put(PATH + "/{id}", response_model=DigestWish, openapi_extra=LOCKS_NO_VERSION)
async def choose_digest(identity: Id, wish: DigestWish, request: CommandRequest) -> Response:
    """The contact function of that id gets the weekly digest, or does not. It is an own actor's."""
    async with request.command() as tx:
        if not await functions.is_own(tx.conn, request.county, identity):
            raise Rejected("not-found", "This county has no such contact function.")
        await save_digest_wish(tx.conn, identity, wish)
        return tx.reply(wish)
