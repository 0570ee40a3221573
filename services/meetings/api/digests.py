"""The weekly digest of action items: a function may do without it."""

from pydantic import BaseModel
from starlette.responses import Response

from shared.runtime.models import RequestModel
from shared.runtime.notices import wishes
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest
from shared.runtime.resource import Id
from shared.runtime.routes import Router

router = Router()
PATH = "/meeting-digests"


class MeetingDigestWish(RequestModel):
    """Whether a function wants the weekly digest."""

    wanted: bool


class MeetingDigestView(BaseModel):
    """Whether a function gets the weekly digest while it has something to do."""

    wanted: bool


@router.put(PATH + "/{id}", response_model=MeetingDigestView, openapi_extra=LOCKS_NO_VERSION)
async def choose_meeting_digest(identity: Id, command: MeetingDigestWish, request: CommandRequest) -> Response:
    """The contact function of that id gets the weekly digest of its action items, or does not."""
    async with request.command() as tx:
        await wishes.save_digest_wish(tx.conn, identity, wanted=command.wanted)
        return tx.reply(MeetingDigestView(wanted=command.wanted))
