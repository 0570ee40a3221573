"""Minutes of the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty, ShownPage


class ShownDecider(FromCounty):
    """The function of a county that has decided, where the meeting has not."""

    county: str
    function: str


class ShownDecisionReference(FromCounty):
    """A decision, by its minutes and its number there."""

    county: str
    minutes: str
    number: int


class ShownDecision(FromCounty):
    """A decision of a meeting, as in § 12."""

    number: int
    text: str
    decided_by: ShownDecider | None = None
    decided_on: date
    dissent: str | None = None
    replaces: ShownDecisionReference | None = None


class ShownApproval(FromCounty):
    """An approver's verdict on the present revision; ``waits``: none yet."""

    county: str
    invitee: str
    waits: bool
    verdict: str | None = None
    reason: str | None = None


class ShownMinutes(FromCounty):
    """Minutes that were sent to the counties; ``swedish`` is their type and status, ``notice`` what they are by law.

    ``present`` and ``absent`` are ids of the meeting's invitees. ``late``: they were to be approved before today.
    """

    id: str
    county: str
    meeting: str
    title: str
    type: str
    status: str
    version: int
    revision: int
    swedish: str
    text: str
    notice: str
    approve_by: date
    late: bool
    present: tuple[str, ...]
    absent: tuple[str, ...]
    decisions: tuple[ShownDecision, ...]
    approvals: tuple[ShownApproval, ...]


class MinutesPage(ShownPage):
    """Minutes by the day until which they are to be approved."""

    items: list[ShownMinutes]
