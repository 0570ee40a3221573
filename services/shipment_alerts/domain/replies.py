"""Decisions about what a partner agency answers to a signal that it was shown, and about its time to answer.

The clock of each signal and agency begins when the signal is shown. It stops with the first answer, or when the signal
does not hold any more. The newest answer counts; one that comes again changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.contracts.partner_replies import ReplyCode, SignalReply
from shared.rejected import Rejected

TOLD_WITHIN = timedelta(days=7)
"""A coordinator hears of what became late in these days, not of what is older: a letter is no history."""
MOST_REPLIES = 20
"""So many an agency may give to one signal. All their ids are kept, so that none counts twice."""


class ReplyState(StrEnum):
    """Where the clock of a signal and an agency stands."""

    WAITS = "WAITS"
    OVERDUE = "OVERDUE"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class SignalAtPartner:
    """A signal that an agency was shown, and its newest answer. ``acknowledged_at`` is the time of its first one."""

    agency: str
    county: str
    id: UUID
    version: int
    holds: bool
    shown_at: datetime
    acknowledged_at: datetime | None = None
    seen_version: int | None = None
    code: ReplyCode | None = None
    reply_ids: tuple[str, ...] = ()


def answered(before: SignalAtPartner, identity: str, reply: SignalReply, now: datetime) -> SignalAtPartner | None:
    """The signal with this answer; None if that was counted before.

    Rejected if the agency names a version that it was not shown, or has answered too often.
    """
    if identity in before.reply_ids:
        return None
    if reply.signal.version > before.version:
        raise Rejected("invalid-version", f"it was shown version {before.version}, and no later one")
    if len(before.reply_ids) >= MOST_REPLIES:
        raise Rejected("too-many", f"it has answered this signal {MOST_REPLIES} times already")
    return replace(
        before,
        acknowledged_at=before.acknowledged_at or now,
        seen_version=reply.signal.version,
        code=reply.code,
        reply_ids=(*before.reply_ids, identity),
    )


def state(shown: SignalAtPartner, now: datetime, answer_within: timedelta) -> ReplyState:
    """Where its clock stands."""
    if shown.acknowledged_at is not None:
        return ReplyState.ACKNOWLEDGED
    if not shown.holds:
        return ReplyState.ENDED
    return ReplyState.OVERDUE if now >= shown.shown_at + answer_within else ReplyState.WAITS
