"""Cooperation processes in the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty, ShownPage


class ShownMilestone(FromCounty):
    """Something that a step asks for, and the day on which it was done."""

    code: str
    done_on: date


class ShownSigned(FromCounty):
    """The agreement of a process; ``valid_to`` is its last day."""

    title: str
    signed_on: date
    valid_to: date | None = None
    purposes: tuple[str, ...]
    areas: tuple[str, ...]
    signed_by: tuple[str, ...]
    url: str | None = None


class ShownStepChange(FromCounty):
    """A step that was taken; backwards with its reason."""

    before: str
    after: str
    changed_on: date
    reason: str | None = None


class ShownProcess(FromCounty):
    """A cooperation process. ``lacks`` are the codes of all that its step asks for and has not."""

    id: str
    county: str
    version: int
    title: str
    municipalities: tuple[str, ...]
    policy_areas: tuple[str, ...] = ()
    step: str
    round: int = 1
    milestones: tuple[ShownMilestone, ...] = ()
    agreement: ShownSigned | None = None
    changes: tuple[ShownStepChange, ...] = ()
    status: str
    lacks: list[str]


class ProcessPage(ShownPage):
    """Cooperation processes in Swedish order."""

    items: list[ShownProcess]
