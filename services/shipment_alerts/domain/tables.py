"""The gate's data. `tables/*.csv` are the source, and are edited there.

``mark`` says how sure a row is: V verified in a source, M from memory, U uncertain: a county lawyer looks at those.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.reference.shipments import Words
from shared.contracts.reference.table import rows
from shared.contracts.shipment_codes import Call, HazardClass, IndicatorGroup


class Danger(StrEnum):
    """A danger that is there now."""

    POWDER = "POWDER"
    LEAK = "LEAK"
    SYMPTOMS = "SYMPTOMS"
    WIRES = "WIRES"
    TICKING = "TICKING"
    THREAT = "THREAT"


class Condition(StrEnum):
    """Whether its content can be seen, and why."""

    WHOLE = "WHOLE"
    DAMAGED = "DAMAGED"
    OPENED = "OPENED"


class Abroad(StrEnum):
    """Whether it comes from abroad."""

    YES = "YES"
    NO = "NO"
    NOT_KNOWN = "NOT_KNOWN"


class EmployerRoutine(StrEnum):
    """Who calls, as the operator has decided for its staff."""

    EMPLOYER_FIRST = "EMPLOYER_FIRST"
    DIRECT = "DIRECT"


class Suspicion(StrEnum):
    """The suspicion: the categories of signals, and those that the law does not let staff report."""

    NARCOTICS = "NARCOTICS"
    MEDICINES = "MEDICINES"
    DOPING = "DOPING"
    WEAPONS = "WEAPONS"
    EXPLOSIVES = "EXPLOSIVES"
    ID_DOCUMENTS = "ID_DOCUMENTS"
    TOBACCO = "TOBACCO"
    OTHER = "OTHER"
    NOT_KNOWN = "NOT_KNOWN"


class Indicator(StrEnum):
    """A sign on the shipment. Name, origin, language or home of anyone are no signs, and never become any."""

    ODOUR = "ODOUR"
    LEAKAGE = "LEAKAGE"
    POWDER = "POWDER"
    CONTENT_VISIBLE = "CONTENT_VISIBLE"
    STAINS = "STAINS"
    EXCESSIVE_TAPE = "EXCESSIVE_TAPE"
    FULLY_GLUED = "FULLY_GLUED"
    ODD_SHAPE_OR_WEIGHT = "ODD_SHAPE_OR_WEIGHT"
    UNKNOWN_SENDER = "UNKNOWN_SENDER"
    NO_RETURN_ADDRESS = "NO_RETURN_ADDRESS"
    PRINTED_LABEL = "PRINTED_LABEL"
    MISSPELLED_ADDRESS = "MISSPELLED_ADDRESS"
    TOO_MANY_STAMPS = "TOO_MANY_STAMPS"
    FALSE_STAMPS = "FALSE_STAMPS"
    ODD_POSTMARK = "ODD_POSTMARK"
    FOIL_OR_WIRES = "FOIL_OR_WIRES"
    SERIES = "SERIES"
    CASH_SENDER = "CASH_SENDER"
    PICKUP_BEHAVIOUR = "PICKUP_BEHAVIOUR"


class Strength(StrEnum):
    """How much a sign counts. What is for safety only concerns a person, and does not count at all."""

    STRONG = "STRONG"
    NORMAL = "NORMAL"
    WEAK = "WEAK"
    SAFETY_ONLY = "SAFETY_ONLY"


class Imprisonment(StrEnum):
    """Whether imprisonment is in the scale of the suspected offence."""

    YES = "YES"
    NO = "NO"
    UNSURE = "UNSURE"


@dataclass(frozen=True, slots=True)
class Sign(Words):
    """The weight of an indicator, and the group by which alone it may be published.

    ``only_if_damaged``  it is content, which is seen without an offence only where it came damaged
    ``not_if_opened``    it may have come from within, so it counts no more in what was opened here
    """

    strength: Strength
    hazard_class: HazardClass
    group: IndicatorGroup | None
    only_if_damaged: bool
    not_if_opened: bool


@dataclass(frozen=True, slots=True)
class Offence(Words):
    """A suspicion in law: whether imprisonment is in the scale, and whether customs must be notified."""

    imprisonment: Imprisonment
    customs_duty: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Hazard:
    """The lines to read at a hazard, in order, and whom to call."""

    call: Call
    lines: tuple[str, ...]

    @property
    def dangerous(self) -> bool:
        """Whether it is for 112."""
        return self.call is Call.EMERGENCY


@dataclass(frozen=True, slots=True)
class DangerTerm(Words):
    """A danger, and the hazard class it means."""

    hazard_class: HazardClass


@dataclass(frozen=True, slots=True)
class Question(Words):
    """The question of a step of the gate; ``code`` is the field that holds the answer."""

    step: int


def _rows(name: str) -> Iterable[dict[str, str]]:
    return rows("services.shipment_alerts.data", name)


def _words(row: Mapping[str, str], code: str = "code") -> tuple[str, str, str]:
    return row[code], row["swedish"], row["english"]


def _sign(row: Mapping[str, str]) -> Sign:
    group = IndicatorGroup(row["group"]) if row["group"] else None
    counts = (row["only_if_damaged"] == "yes", row["not_if_opened"] == "yes")
    return Sign(*_words(row), Strength(row["strength"]), HazardClass(row["hazard_class"]), group, *counts)


def _offence(row: Mapping[str, str]) -> Offence:
    return Offence(*_words(row), Imprisonment(row["imprisonment"]), row["customs_duty"] == "yes", row["mark"])


SIGNS = {Indicator(row["code"]): _sign(row) for row in _rows("indicators")}
OFFENCES = {Suspicion(row["code"]): _offence(row) for row in _rows("suspicions")}
DANGERS = {Danger(row["code"]): DangerTerm(*_words(row), HazardClass(row["hazard_class"])) for row in _rows("dangers")}
HAZARDS = {
    HazardClass(row["code"]): Hazard(Call(row["call"]), tuple(row["lines"].split("|")))
    for row in _rows("hazard_classes")
}
QUESTIONS = {int(row["step"]): Question(*_words(row, "field"), int(row["step"])) for row in _rows("questions")}
CHOICES = {(row["list"], row["code"]): Words(*_words(row)) for row in _rows("choices")}


def hazard_of(dangers: Iterable[Danger], indicators: Iterable[Indicator]) -> HazardClass:
    """The highest hazard class that any of these means; H0 if none means one."""
    meant = [DANGERS[danger].hazard_class for danger in dangers] + [SIGNS[each].hazard_class for each in indicators]
    return max(meant, default=HazardClass.H0)
