"""The codes of minutes and action items."""

from shared.contracts.event import OpenEnum


class MinutesType(OpenEnum):
    """Whether minutes are informal or formal."""

    NOTES = "NOTES"
    PROTOCOL = "PROTOCOL"
    UNKNOWN = "UNKNOWN"


class MinutesStatus(OpenEnum):
    """Where minutes are in their life. A draft is in no event, and has none of these."""

    CIRCULATED = "CIRCULATED"
    APPROVED = "APPROVED"
    UNKNOWN = "UNKNOWN"


class Verdict(OpenEnum):
    """An approver's verdict on the revision that was read."""

    APPROVED = "APPROVED"
    OBJECTED = "OBJECTED"
    UNKNOWN = "UNKNOWN"


class ItemStatus(OpenEnum):
    """Whether the host still wants it done."""

    ASSIGNED = "ASSIGNED"
    CANCELLED = "CANCELLED"
    UNKNOWN = "UNKNOWN"


class Work(OpenEnum):
    """How far the owner is with an action item."""

    OPEN = "OPEN"
    ONGOING = "ONGOING"
    DONE = "DONE"
    UNKNOWN = "UNKNOWN"
