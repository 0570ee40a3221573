"""Decisions about problem pictures: `picture_life` says which steps there are.

A decision takes a picture and gives it as it is afterwards: an event once all counties see it. A picture that stays in
its county is no event.
"""

from typing import Annotated
from uuid import UUID

from services.initiatives.domain.authors import LocalAuthor, check_municipalities, sees_home
from services.initiatives.domain.home import AtHome
from services.initiatives.domain.picture_life import PICTURE, PictureAct
from shared.contracts import problem_pictures as events
from shared.contracts.context import DecisionContext
from shared.contracts.fields import as_list
from shared.contracts.initiative_codes import PictureStatus
from shared.contracts.problem_pictures import (
    Contributor,
    PictureDetails,
    ProblemPicture,
    missing_contributors,
    missing_elements,
)
from shared.contracts.suspicions import Doubt, check_confirmed, doubts_in
from shared.rejected import Rejected


class HomePicture(PictureDetails, AtHome):
    """A picture that stays in its county."""

    status: PictureStatus = PictureStatus.DRAFT
    contributors: Annotated[tuple[Contributor, ...], as_list(100, "contributors")] = ()


AnyPicture = HomePicture | ProblemPicture


def begin(details: PictureDetails, identity: UUID, author: LocalAuthor, context: DecisionContext) -> HomePicture:
    """The picture is a draft, and the author the first who has written in it."""
    check_municipalities(details.municipalities, author, context)
    return HomePicture(
        **dict(details),
        id=identity,
        county=context.county.name,
        status=PICTURE.first(PictureAct.BEGINS),
        contributors=(author.contributor(),),
    )


def change(
    details: PictureDetails, before: AnyPicture, author: LocalAuthor, context: DecisionContext, *, confirmed: bool
) -> AnyPicture | None:
    """The picture says what ``details`` say; None if it said so before.

    Until it is released, nobody else stands behind the new words, and what was agreed on is to be agreed on anew. Of a
    released one nothing may be lacking, and doubts about its text are to be confirmed.
    """
    check_municipalities(details.municipalities, author, context)
    content = {name: getattr(details, name) for name in PictureDetails.model_fields}
    if all(getattr(before, name) == value for name, value in content.items()):
        return None
    if isinstance(before, ProblemPicture):
        _check_analysed(details)
        check_confirmed(doubts(details), confirmed=confirmed)
        return stepped(before, PictureAct.REVISES, **content, contributors=_joined(before, author))
    step = PictureAct.REOPENS if before.status is PictureStatus.AGREED else PictureAct.CHANGES
    return _checked(stepped(before, step, **content, contributors=(author.contributor(),)))


def contribute(before: AnyPicture, author: LocalAuthor) -> HomePicture | None:
    """The author stands behind the picture without another word in it; None if it did before."""
    at_home = _at_home(before)
    contributors = _joined(at_home, author)
    if contributors == at_home.contributors:
        return None
    _check_step(at_home, PictureAct.CHANGES)
    return at_home.model_copy(update={"contributors": contributors})


def own(before: AnyPicture) -> AnyPicture:
    """The picture is the municipality's or the police's own one, and the county's coordinator sees it."""
    return stepped(_at_home(before), PictureAct.OWNS)


def prioritise(before: AnyPicture) -> AnyPicture:
    """The picture is one to work with, in the order of its priority."""
    return _checked(stepped(_at_home(before), PictureAct.PRIORITISES))


def analyse(before: AnyPicture) -> AnyPicture:
    """The analysis is done: it says something about each of the three, and names a cause."""
    return _checked(stepped(_at_home(before), PictureAct.ANALYSES))


def agree(before: AnyPicture, author: LocalAuthor) -> AnyPicture:
    """A municipality and the police agree on the picture; Rejected unless both stand behind it as it is."""
    return _checked(stepped(_at_home(before), PictureAct.AGREES, contributors=_joined(before, author)))


def release(before: AnyPicture, *, confirmed: bool) -> AnyPicture:
    """All counties see the picture from now on. Doubts about its text are to be confirmed."""
    at_home = _at_home(before)
    _check_step(at_home, PictureAct.RELEASES)
    check_confirmed(doubts(at_home), confirmed=confirmed)
    return events.ProblemPictureReleased(**dict(at_home))


def archive(before: AnyPicture) -> AnyPicture:
    """The picture is not worked with any more. It stays where it is seen."""
    return stepped(before, PictureAct.ARCHIVES)


def sees(picture: AnyPicture, author: LocalAuthor, *, county: bool) -> bool:
    """Whether the author may see it; ``county``: it coordinates the county, which sees no draft."""
    if isinstance(picture, ProblemPicture):
        return True
    return sees_home(picture, author, county=county and picture.status is not PictureStatus.DRAFT)


def is_to_read(picture: AnyPicture, reviser: str | None, author: LocalAuthor) -> bool:
    """Whether the author writes in it too, and reads what the ``reviser`` has: a municipality, None for the police."""
    return author.writes_for(picture.municipalities) and author.municipality != reviser


def doubts(details: PictureDetails) -> list[Doubt]:
    """Where a word of suspicion stands beside a name."""
    texts = [("title", details.title), ("local_theme", details.local_theme or ""), ("summary", details.summary)]
    texts += [(f"factors.{place}.text", each.text) for place, each in enumerate(details.factors)]
    texts += [(f"place_factors.{place}", each) for place, each in enumerate(details.place_factors)]
    texts += [(f"causes.{place}.text", each.text) for place, each in enumerate(details.causes)]
    return doubts_in(texts)


def _at_home(picture: AnyPicture) -> HomePicture:
    if isinstance(picture, ProblemPicture):
        raise Rejected("released", "The picture is released; revise it, or archive it and begin another.")
    return picture


def _joined(picture: AnyPicture, author: LocalAuthor) -> tuple[Contributor, ...]:
    new = author.contributor()
    return picture.contributors if new in picture.contributors else (*picture.contributors, new)


def _check_step(picture: AnyPicture, cause: PictureAct) -> None:
    if picture.status not in PICTURE.befores(cause):
        ways = ", ".join(PICTURE.befores(cause)).lower()
        raise Rejected("wrong-status", f"The picture is {picture.status.lower()}; only one that is {ways} can do this.")


def stepped(before: AnyPicture, cause: PictureAct, **changes: object) -> AnyPicture:
    """The picture after a step; Rejected if it cannot take it."""
    _check_step(before, cause)
    state = dict(before) | {"status": PICTURE.after(before.status, cause)} | changes
    if isinstance(before, HomePicture):
        return HomePicture(**state)
    event = events.ProblemPictureArchived if cause is PictureAct.ARCHIVES else events.ProblemPictureRevised
    return event(**state)


def _checked(picture: AnyPicture) -> AnyPicture:
    """The picture, if it has what its status asks for."""
    status = picture.status
    if status in (PictureStatus.PRIORITISED, PictureStatus.ANALYSED, PictureStatus.AGREED) and picture.priority is None:
        raise Rejected("no-priority", "Give the picture a priority first, from 1 to 5.")
    if status in (PictureStatus.ANALYSED, PictureStatus.AGREED):
        _check_analysed(picture)
    if status is PictureStatus.AGREED and (absent := missing_contributors(picture.contributors)):
        raise Rejected(
            "not-written",
            f"The picture is not agreed on before {' and '.join(absent)} stands behind it as it is.",
            missing=absent,
        )
    return picture


def _check_analysed(details: PictureDetails) -> None:
    if absent := missing_elements(details):
        raise Rejected(
            "not-analysed",
            f"The analysis says nothing about {', '.join(absent)}; write at least one factor for each.",
            missing=absent,
        )
    if not details.causes:
        raise Rejected("no-cause", "The analysis names no cause; name at least one.")
