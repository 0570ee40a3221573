"""The requirements of lag (2023:196), the milestones of the cooperation process, and the words of their codes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.contracts.readiness_codes import EvidenceKind, ProcessStep, Requirement
from shared.contracts.reference import Term
from shared.contracts.reference.table import PACKAGE, by_code, by_list, rows


class Modality(StrEnum):
    """How the law asks: it demands, it demands that one works for it, or it demands it as far as that is suitable."""

    SHALL = "SHALL"
    WORK_FOR = "WORK_FOR"
    WHERE_SUITABLE = "WHERE_SUITABLE"


@dataclass(frozen=True, slots=True)
class RequirementFacts(Term):
    """A requirement, with its paragraph in lag (2023:196).

    ``evidence`` are the kinds that show it is fulfilled, of which one is enough; none: it follows from others. What
    is to be done again every so many ``months`` counts from its own newest evidence, or from that of ``renews``.
    """

    section: str
    modality: Modality
    needed_from: date
    evidence: frozenset[EvidenceKind]
    months: int | None
    renews: Requirement | None


@dataclass(frozen=True, slots=True)
class PartFacts(Term):
    """A part that a requirement has to have, with its paragraph."""

    requirement: Requirement
    section: str


@dataclass(frozen=True, slots=True)
class MilestoneFacts(Term):
    """Something that a step of the cooperation process asks for before the next one."""

    step: ProcessStep


def _requirement(code: str, swedish: str, section: str, modality: str, **more: str) -> RequirementFacts:
    return RequirementFacts(
        code,
        swedish,
        section,
        Modality(modality),
        date.fromisoformat(more["needed_from"]),
        frozenset(EvidenceKind(kind) for kind in more["evidence"].split("|") if kind),
        int(more["months"]) if more["months"] else None,
        Requirement(more["renews"]) if more["renews"] else None,
    )


REQUIREMENTS = {Requirement(code): facts for code, facts in by_code("requirements", _requirement).items()}
PARTS = {
    row["code"]: PartFacts(row["code"], row["swedish"], Requirement(row["requirement"]), row["section"])
    for row in rows(PACKAGE, "requirement_parts")
}
MILESTONES = {
    row["code"]: MilestoneFacts(row["code"], row["swedish"], ProcessStep(row["step"]))
    for row in rows(PACKAGE, "process_milestones")
}
TERMS = by_list("readiness_terms", Term)
"""The words of each list of codes, by the name of its class."""


def parts_of(requirement: Requirement) -> frozenset[str]:
    """The codes of the parts that a requirement has to have."""
    return _PARTS_OF[requirement]


_PARTS_OF: dict[Requirement, frozenset[str]] = defaultdict(frozenset)
for _code, _part in PARTS.items():
    _PARTS_OF[_part.requirement] |= {_code}
