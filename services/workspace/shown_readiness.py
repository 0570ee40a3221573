"""The readiness of municipalities for what lag (2023:196) asks for, as far as pages show it."""

from datetime import date

from services.workspace.shown import FromCounty, ShownPage


class ShownEvidence(FromCounty):
    """Something that shows that a requirement is fulfilled; ``valid_to`` is the last day of an agreement.

    It has all its fields: whoever assesses the requirement sends again what is kept.
    """

    kind: str
    title: str
    dated: date
    valid_to: date | None = None
    diary_number: str | None = None
    url: str | None = None
    process: str | None = None


class ShownProposal(FromCounty):
    """The county's opinion of a requirement. It changes nothing before the municipality says so."""

    status: str
    text: str
    proposed_on: date


class ShownRequirement(FromCounty):
    """A requirement as it stands today. ``due`` is the last day on which it may be done again.

    ``assessed_on``: the municipality has said something about it.
    """

    requirement: str
    section: str
    status: str
    colour: str
    due: date | None
    parts: tuple[str, ...] = ()
    evidence: tuple[ShownEvidence, ...] = ()
    reason: str | None = None
    assessed_on: date | None = None
    proposal: ShownProposal | None = None


class ShownReadiness(FromCounty):
    """The readiness of a municipality. ``share_details``: all counties see it."""

    county: str
    municipality: str
    version: int
    responsible_board: str | None = None
    board_name: str | None = None
    coordination_function: str | None = None
    share_details: bool
    requirements: list[ShownRequirement]

    @property
    def said(self) -> bool:
        """Whether the municipality has said anything; what its county proposes says nothing of it."""
        return bool(
            self.responsible_board or self.coordination_function or any(each.assessed_on for each in self.requirements)
        )


class ReadinessPage(ShownPage):
    """The readiness of municipalities in Swedish order."""

    items: list[ShownReadiness]


class ShownRange(FromCounty):
    """In at least so many municipalities a requirement is in place, and in at most so many."""

    requirement: str
    at_least: int
    at_most: int


class ShownSums(FromCounty):
    """The numbers of a county with so many municipalities."""

    county: str
    municipalities: int
    requirements: list[ShownRange]


class SumsPage(ShownPage):
    """The numbers of all counties."""

    items: list[ShownSums]
