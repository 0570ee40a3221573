"""Partner agencies that were shown a signal, as its page shows them. A test holds them against the interface."""

from datetime import datetime

from services.workspace.shown import FromCounty


class ShownReply(FromCounty):
    """Whether a partner agency that was shown a signal has acknowledged it, and for the police what it says."""

    agency: str
    state: str
    acknowledged_at: datetime | None
    code: str | None


class PartnerReplyList(FromCounty):
    """The partner agencies that were shown a signal."""

    items: list[ShownReply]
