"""Which partner agencies were shown a signal, and whether they have acknowledged it in time."""

from datetime import datetime

from pydantic import BaseModel
from starlette.responses import Response

from services.shipment_alerts.api.signals import PATH, SIGNALS
from services.shipment_alerts.domain import replies
from services.shipment_alerts.domain.replies import ReplyState
from services.shipment_alerts.store import partners as store
from shared.contracts.partner_replies import ReplyCode
from shared.runtime.auth import Role
from shared.runtime.idempotency import reply_of
from shared.runtime.request import QueryRequest
from shared.runtime.resource import Id, Owner
from shared.runtime.routes import Router

router = Router()


class PartnerReplyView(BaseModel):
    """An agency and a signal. ``code``, what the agency says, is for the police: it may tell how one letter ended."""

    agency: str
    state: ReplyState
    version: int
    shown_at: datetime
    acknowledged_at: datetime | None
    seen_version: int | None
    code: ReplyCode | None


class PartnerReplies(BaseModel):
    """All agencies that were shown a signal by this county."""

    items: list[PartnerReplyView]


@router.get(PATH + "/{county}/{id}/partners", response_model=PartnerReplies)
async def list_partner_replies(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """The agencies that this county has shown the signal, and whether each has acknowledged it."""
    await SIGNALS.find(request, county, identity)
    police, now = Role.POLICE in request.principal.roles, request.writer.now()
    async with request.db.read() as conn:
        found = await store.of_signal(conn, county, identity)
    items = [
        PartnerReplyView(
            agency=each.agency,
            state=replies.state(each, now, request.writer.partner_answer),
            version=each.version,
            shown_at=each.shown_at,
            acknowledged_at=each.acknowledged_at,
            seen_version=each.seen_version,
            code=each.code if police else None,
        )
        for each in found
    ]
    return reply_of(PartnerReplies(items=items)).response()
