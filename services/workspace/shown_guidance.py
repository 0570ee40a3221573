"""Routines, safety advice and sites of the county's interface, as far as pages show them."""

from collections.abc import Mapping
from datetime import date

from services.workspace.shown import FromCounty, ShownDraft, ShownFreshness, ShownPage, ShownSite


class ShownInForce(FromCounty):
    """A routine or a safety advice as it is in force today; ``swedish`` are its lines, ``calls`` numbers by name."""

    kind: str
    county: str
    id: str
    number: int
    exercise: bool
    hazard_class: str | None = None
    swedish: list[str]
    calls: Mapping[str, str]


class GuidanceInForce(FromCounty):
    """All that is in force for an audience: safety advice first, the newest first."""

    items: list[ShownInForce]
    counties: list[ShownFreshness]


class ShownContent(FromCounty):
    """The content of a version, in codes."""

    valid_from: date
    audience: list[str]
    steps: list[str]
    calls: list[str]
    tlp: str


class RoutineContent(ShownContent):
    """A version of a routine."""

    number: int
    approved_by: str


class AdviceContent(RoutineContent):
    """A version of a safety advice."""

    hazard_class: str


class ShownRoutine(FromCounty):
    """A routine with its versions, the oldest first."""

    id: str
    county: str
    version: int
    status: str
    versions: list[RoutineContent]


class ShownSafetyAdvice(FromCounty):
    """A safety advice with its versions, the oldest first."""

    id: str
    county: str
    version: int
    status: str
    exercise: bool
    versions: list[AdviceContent]


class DraftContent(ShownContent):
    """The content of a draft; only a safety advice has a hazard class."""

    hazard_class: str | None = None


class ShownGuidanceDraft(ShownDraft):
    """A draft; ``target`` is what it is the next version of, ``written_by`` the function of its author."""

    target: str | None = None
    exercise: bool
    details: DraftContent
    written_by: str


class ShownVersion(FromCounty):
    """A routine in one of its versions."""

    version: int


class ShownAcknowledgement(FromCounty):
    """How many sites of a county have acknowledged a version; None: fewer than three."""

    county: str
    routine: ShownVersion
    audience: str
    acknowledged: int | None = None


class ShownAcknowledged(FromCounty):
    """The audience as which a site has acknowledged a routine."""

    audience: str


class ShownPublished(FromCounty):
    """Guidance that is published or withdrawn now."""

    id: str
    county: str


class SiteDetail(ShownSite):
    """A site with all that the register knows of it."""

    version: int = 1  # a service of the version before names none
    type: str
    operator: str
    municipality: str


class ShownOperator(FromCounty):
    """Someone who carries post in this county."""

    slug: str
    name: str


class RoutinePage(ShownPage):
    """Routines, the newest first."""

    items: list[ShownRoutine]


class SafetyAdvicePage(ShownPage):
    """Safety advice, the newest first."""

    items: list[ShownSafetyAdvice]


class GuidanceDraftPage(ShownPage):
    """Drafts, the oldest first."""

    items: list[ShownGuidanceDraft]


class AcknowledgementPage(ShownPage):
    """Acknowledgements of a routine."""

    items: list[ShownAcknowledgement]


class SiteRegister(ShownPage):
    """Sites by municipality and type."""

    items: list[SiteDetail]


class OperatorPage(ShownPage):
    """Operators by slug."""

    items: list[ShownOperator]
