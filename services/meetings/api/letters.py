"""Mails that functions have sent back, as the mail system has them."""

from typing import Annotated

from fastapi import Body
from pydantic import BaseModel
from starlette.responses import Response

from services.meetings.api.invitations import answerer_of
from services.meetings.commands import letter_replies
from shared.runtime.notices.replies import read_mail
from shared.runtime.openapi import LOCKS_NO_VERSION
from shared.runtime.request import CommandRequest
from shared.runtime.routes import Router

router = Router()
PATH = "/letters"
MEDIA_TYPE = "application/octet-stream"
"""Of a file that holds a mail (RFC 5322). Nothing of it is shown to anybody."""


class LetterReplied(BaseModel):
    """The answered things of a mail: the paths of meetings, of minutes or of an action item."""

    answered: list[str]


@router.post(PATH + "/reply", response_model=LetterReplied, openapi_extra=LOCKS_NO_VERSION)
async def reply_to_letter(content: Annotated[bytes, Body(media_type=MEDIA_TYPE)], request: CommandRequest) -> Response:
    """A mail that came to the county is sent in, whole: it answers an invitation, approves minutes or objects to them,
    or says that an action item is done. It counts as the caller's answer would, if it comes from the mailbox asked.
    """
    mail = read_mail(content)
    async with request.command() as tx:
        answered = await letter_replies.take(tx, mail, answerer_of(request.principal))
        return tx.reply(LetterReplied(answered=answered))
