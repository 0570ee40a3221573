"""Drafts of minutes in the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty, ShownPage
from services.workspace.shown_minutes import ShownDecision


class ShownDoubt(FromCounty):
    """A place of a draft that a person must look at; ``field`` is as in `text` or `decisions.0.dissent`."""

    field: str
    line: int
    column: int


class ShownMinutesDraft(FromCounty):
    """A draft of minutes; ``notice`` says what they are by law once they are sent."""

    id: str
    meeting: str
    version: int
    type: str
    text: str
    decisions: tuple[ShownDecision, ...]
    approve_by: date | None = None
    doubts: tuple[ShownDoubt, ...]
    notice: str


class MinutesDraftPage(ShownPage):
    """Drafts of minutes, the oldest first."""

    items: list[ShownMinutesDraft]
