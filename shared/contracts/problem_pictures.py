"""Problem pictures, of the stream `initiatives`: what a municipality and the police know of a local problem.

The picture follows the routine activity theory: who offends, what is the target, which guardian is missing. It stays
in its county until both have agreed on it and somebody releases it; only then is it in an event, which cannot be built
of less. Nobody is named, neither in a text nor as a contributor. Partners never read this stream.
"""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.codes import POLICE_FUNCTIONS, ActorLevel, FunctionCode
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import MunicipalityCode, as_list, as_set, for_writers, within
from shared.contracts.initiative_codes import EvidenceGrade, PictureSource, PictureStatus, TriadElement
from shared.contracts.initiatives import InitiativeDetails, Title
from shared.contracts.prose import Prose, Statement
from shared.contracts.times import Day

CauseNumber = Annotated[int, within(1, 99)]
"""The number of a cause in its picture; measures name it."""


class PictureFactor(Shared):
    """Something about one of the three that a crime needs."""

    element: TriadElement
    text: Statement


class PictureCause(Shared):
    """A cause of the problem, and how sure it is. Measures are aimed at causes."""

    number: CauseNumber
    text: Statement
    element: TriadElement
    grade: EvidenceGrade


class Contributor(Shared):
    """A function that stands behind a picture: of a municipality, or of the police."""

    function: FunctionCode
    municipality: MunicipalityCode | None = None


class PictureDetails(InitiativeDetails):
    """All that is written of a problem. ``place_factors`` is what makes its place one where it happens."""

    title: Title
    level: ActorLevel = ActorLevel.LOCAL
    first_day: Day
    last_day: Day
    summary: Prose
    sources: Annotated[tuple[PictureSource, ...], as_set(0, 20, "sources")] = ()
    factors: Annotated[tuple[PictureFactor, ...], as_list(100, "factors")] = ()
    place_factors: Annotated[tuple[Statement, ...], as_list(50, "factors")] = ()
    causes: Annotated[tuple[PictureCause, ...], as_list(50, "causes")] = ()
    priority: Annotated[int, within(1, 5)] | None = None

    @model_validator(mode="after")
    def _in_order(self, info: ValidationInfo) -> Self:
        if info.context == READER:
            return self
        if self.last_day < self.first_day:
            raise ValueError(f"last_day {self.last_day} lies before first_day {self.first_day}")
        numbers = [each.number for each in self.causes]
        if len(set(numbers)) < len(numbers):
            raise ValueError("two causes have the same number; give each its own")
        return self


def missing_elements(details: PictureDetails) -> list[str]:
    """The codes of the three that the picture says nothing about."""
    said = {each.element for each in details.factors}
    return [code for code in TriadElement.codes() if TriadElement(code) not in said]


def missing_contributors(contributors: tuple[Contributor, ...]) -> list[str]:
    """Who has not written yet: a picture is agreed on by a municipality and the police."""
    of_municipality = any(each.municipality is not None for each in contributors)
    of_police = any(each.function in POLICE_FUNCTIONS for each in contributors)
    return [*([] if of_municipality else ["a municipality"]), *([] if of_police else ["the police"])]


def _released(status: PictureStatus) -> PictureStatus:
    if status not in (PictureStatus.AGREED, PictureStatus.ARCHIVED):
        raise ValueError("a picture that is not agreed on stays in its county")
    return status


class ProblemPicture(PictureDetails, Event, stream="initiatives"):
    """A problem picture that all counties see."""

    contributors: Annotated[tuple[Contributor, ...], as_list(100, "contributors")]
    status: Annotated[PictureStatus, for_writers(_released)] = PictureStatus.AGREED

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> Self:
        lacking = [*missing_elements(self), *missing_contributors(self.contributors)]
        if info.context != READER and lacking:
            raise ValueError(f"the picture lacks {', '.join(lacking)}")
        return self


class ProblemPictureReleased(ProblemPicture, version=1):
    """All counties see a picture from now on."""


class ProblemPictureRevised(ProblemPicture, version=1):
    """A released picture says something else than before: this is how it is now."""


class ProblemPictureArchived(ProblemPicture, version=1):
    """A picture is not worked with any more. It stays readable."""


EVENTS = events_in(globals())
