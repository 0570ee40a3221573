"""The answers of the county's interface, as far as pages show them: only the fields that a page needs.

Unknown fields are left out, so that the county may be newer. A test holds each model against docs/openapi.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class FromCounty(BaseModel):
    """Something of the county's interface; fields that no page shows are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ShownFreshness(FromCounty):
    """How new another county's data are in this one."""

    county: str
    complete_until: datetime | None = None
    open_gaps: int | None = 0
    dead_letters: int | None = 0


class ShownStream(ShownFreshness):
    """A stream of another county, as a service of this one has it."""

    stream: str
    epoch: int = 1
    applied_number: int | None = 0
    missing: int = 0
    behind: int = 0
    stopped: str | None = None


class ShownWritten(FromCounty):
    """A stream of the own county: its last event has the number ``last`` of this epoch."""

    stream: str
    epoch: int
    last: int


class ShownFault(FromCounty):
    """Something that is wrong with delivery here."""

    kind: str
    topic: str | None = None


class ShownLinks(FromCounty):
    """The streams that one service writes and reads, and its faults."""

    service: str
    written: list[ShownWritten] = []
    read: list[ShownStream]
    faults: list[ShownFault]


class SignalContent(FromCounty):
    """The content of a signal, in codes."""

    exercise: bool
    iso_week: int
    iso_week_year: int
    municipality: str | None = None
    police_area: str | None = None
    site_type: str | None = None
    kind: str
    origin: str
    category: str
    hazard_class: str
    indicator_groups: list[str]
    source_grade: str
    information_grade: str
    tlp: str


class TriedSignal(SignalContent):
    """A signal as exact as it may be released; ``swedish`` is its sentence."""

    swedish: str


class ShownSignal(SignalContent):
    """A released signal; ``swedish`` is its sentence."""

    id: str
    county: str
    version: int
    swedish: str
    status: str


class ShownWeekCount(FromCounty):
    """How many signals a county released in a week."""

    county: str
    iso_week: int
    iso_week_year: int
    signals: int


class SignalWeeks(FromCounty):
    """The numbers of signals by week and county."""

    items: list[ShownWeekCount]


class ShownFeedback(FromCounty):
    """The answer of a county to a signal; RETIRED once it was taken back, which is for good."""

    county: str
    version: int
    code: str
    status: str


class ShownDraft(FromCounty):
    """A draft that waits for a second person."""

    id: str
    kind: str


class ShownSite(FromCounty):
    """A site of a postal operator in this county."""

    id: str
    active: bool


class ShownPage(FromCounty):
    """How far a list goes, and how new it is."""

    counties: list[ShownFreshness]
    next: str | None = None


class SignalPage(ShownPage):
    """Signals, newest first."""

    items: list[ShownSignal]


class FeedbackPage(ShownPage):
    """The answers of counties to a signal."""

    items: list[ShownFeedback]


class DraftPage(ShownPage):
    """Drafts, the oldest first."""

    items: list[ShownDraft]


class SitePage(ShownPage):
    """Sites by municipality and type."""

    items: list[ShownSite]


class ShownNumber(FromCounty):
    """Whom to call."""

    number: str
    text: str


class ShownChoice(FromCounty):
    """A value that can be answered."""

    value: str | bool
    text: str


class ShownQuestion(FromCounty):
    """The gate's next question."""

    field: str
    text: str
    several: bool
    choices: list[ShownChoice]


class ShownAdvice(FromCounty):
    """The gate's answer."""

    outcome: str
    calls: list[ShownNumber]
    lines: list[str]
    text: list[str]
    asked: ShownQuestion | None
