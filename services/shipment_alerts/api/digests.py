"""The weekly digest: a function may do without it."""

from pydantic import BaseModel
from starlette.responses import Response

from shared.runtime.models import RequestModel
from shared.runtime.notices import wishes
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest
from shared.runtime.resource import Id
from shared.runtime.routes import Router

router = Router()
PATH = "/shipment-alerts/digests"


class DigestWish(RequestModel):
    """Whether a function wants the weekly digest."""

    wanted: bool


class DigestView(BaseModel):
    """Whether a function gets the weekly digest, if it is one of those that do."""

    wanted: bool


@router.put(PATH + "/{id}", response_model=DigestView, openapi_extra=LOCKS_NO_VERSION)
async def choose_digest(identity: Id, command: DigestWish, request: CommandRequest) -> Response:
    """The contact function of that id gets the weekly digest, or does not."""
    async with request.command() as tx:
        await wishes.save_digest_wish(tx.conn, identity, wanted=command.wanted)
        return tx.reply(DigestView(wanted=command.wanted))
