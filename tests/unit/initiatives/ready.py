"""Readiness to start a test with: Sollefteå (2283), a municipality of Västernorrland."""

from datetime import date
from typing import Any

from services.initiatives.domain.assessing import assess
from services.initiatives.domain.readiness import HomeReadiness, begin, change
from shared.contracts.codes import FunctionCode
from shared.contracts.context import DecisionContext
from shared.contracts.readiness import Assessment, Evidence, ReadinessDetails
from shared.contracts.readiness_codes import AssessedStatus, EvidenceKind, Requirement, ResponsibleBoard
from shared.contracts.reference.readiness import REQUIREMENTS, parts_of
from tests.support.contexts import decision_context

SOLLEFTEA, COUNTY = "2283", "vasternorrland"
BY = FunctionCode.MUNICIPAL_COORDINATOR


def on(day: date) -> DecisionContext:
    """The context of a decision in Västernorrland on that day."""
    return decision_context(COUNTY, today=day)


def evidence(kind: EvidenceKind, dated: date, **more: Any) -> Evidence:
    """Something of that kind."""
    return Evidence(kind=kind, title="Lägesbild 2024", dated=dated, **more)


def in_place(requirement: Requirement, dated: date, **more: Any) -> Assessment:
    """The requirement with all that it asks for."""
    kind = min(REQUIREMENTS[requirement].evidence)
    shown = (evidence(kind, dated, **more),)
    return Assessment(status=AssessedStatus.IN_PLACE, parts=tuple(parts_of(requirement)), evidence=shown)


def working_on(*shown: Evidence) -> Assessment:
    """Work that goes on."""
    return Assessment(status=AssessedStatus.IN_PROGRESS, evidence=shown)


def readiness(*requirements: Requirement, dated: date, municipality: str = SOLLEFTEA, **details: Any) -> HomeReadiness:
    """The readiness of a municipality with these requirements in place since a day."""
    led = ReadinessDetails(responsible_board=ResponsibleBoard.EXECUTIVE_BOARD, **details)
    state = begin(municipality, on(dated))
    state = change(led, state) or state
    for requirement in requirements:
        state = assess(requirement, in_place(requirement, dated), state, BY, on(dated)) or state
    return state
