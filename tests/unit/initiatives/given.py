"""Pictures and authors for tests of initiatives."""

from typing import Any
from uuid import UUID

from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.pictures import (
    AnyPicture,
    HomePicture,
    agree,
    analyse,
    begin,
    contribute,
    own,
    prioritise,
)
from shared.contracts.codes import FunctionCode
from shared.contracts.problem_pictures import PictureDetails
from tests.support.contexts import decision_context

JAMTLAND = decision_context("jamtland")
MUNICIPAL = LocalAuthor("2380", police=False)
POLICE = LocalAuthor(None, police=True, function=FunctionCode.MUNICIPAL_POLICE)
ID = UUID("018f4c3e-7b1a-7c2d-9e4f-5a6b7c8d9e0f")
PICTURE: dict[str, Any] = {
    "municipalities": ["2380"],
    "theme": "DRUGS",
    "policy_areas": ["ANDT"],
    "title": "Öppen droghandel vid torget",
    "first_day": "2026-01-01",
    "last_day": "2026-12-31",
    "summary": "Handel sker kvällstid.",
    "sources": ["CITIZEN_DIALOGUE"],
    "factors": [
        {"element": "OFFENDER", "text": "Säljare från andra orter"},
        {"element": "TARGET", "text": "Unga som väntar på bussen"},
        {"element": "GUARDIAN", "text": "Ingen vuxen på torget efter klockan 18"},
    ],
    "causes": [{"number": 1, "text": "Torget är skymt", "element": "GUARDIAN", "grade": "LIKELY"}],
    "priority": 2,
}


def picture(**changes: Any) -> PictureDetails:
    """A whole picture with these changes."""
    return PictureDetails.model_validate(PICTURE | changes)


def begun(**changes: Any) -> HomePicture:
    """A draft of the municipality."""
    return begin(picture(**changes), ID, MUNICIPAL, JAMTLAND)


def prioritised(**changes: Any) -> AnyPicture:
    """A picture that has a priority."""
    return prioritise(own(begun(**changes)))


def agreed(**changes: Any) -> AnyPicture:
    """A picture that a municipality and the police agree on."""
    with_police = contribute(prioritised(**changes), POLICE)
    assert with_police is not None
    return agree(analyse(with_police), MUNICIPAL)
