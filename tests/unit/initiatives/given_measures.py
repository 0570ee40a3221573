"""Measures for tests of initiatives."""

from typing import Any
from uuid import UUID

from services.initiatives.domain import measures, pictures
from services.initiatives.domain.measures import AnyMeasure, HomeMeasure
from services.initiatives.domain.pictures import AnyPicture
from shared.contracts.measures import MeasureDetails, MeasureFollowUp
from tests.unit.initiatives.given import ID, JAMTLAND, MUNICIPAL, agreed

OF = UUID("018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e10")
MODEL = {"county": "norrbotten", "id": "018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e11"}
MEASURE: dict[str, Any] = {
    "municipalities": ["2380"],
    "theme": "DRUGS",
    "title": "Vuxna på torget",
    "picture": str(ID),
    "causes": [1],
    "targets": ["GUARDIAN"],
    "prevention_type": "SITUATIONAL",
    "prevention_level": "UNIVERSAL",
    "operational_goal": "Vuxna finns på torget varje kväll",
    "indicator": {"text": "Kvällar med vuxna", "unit": "kvällar", "baseline": 2, "target": 20},
    "first_day": "2026-03-01",
    "last_day": "2026-12-31",
    "who": "MUNICIPAL_COORDINATOR",
}
SEEN = {"colour": "GREEN", "text": "Sjutton kvällar", "day": "2026-11-01"}


def measure(**changes: Any) -> MeasureDetails:
    """A whole plan with these changes."""
    return MeasureDetails.model_validate(MEASURE | changes)


def proposed(picture: AnyPicture | None = None, **changes: Any) -> HomeMeasure:
    """A measure of a picture that is agreed on."""
    return measures.propose(measure(**changes), OF, picture or agreed(), MUNICIPAL, JAMTLAND)


def ongoing(**changes: Any) -> AnyMeasure:
    """A measure under way that stays at home."""
    return measures.start(measures.decide(proposed(**changes), agreed()))


def released(**changes: Any) -> AnyMeasure:
    """A measure under way that all counties see."""
    return measures.release(ongoing(**changes), pictures.release(agreed(), confirmed=True), confirmed=True)


def follow_up(**changes: Any) -> MeasureFollowUp:
    """A follow-up with these changes."""
    return MeasureFollowUp.model_validate(SEEN | changes)
