"""Decisions of a municipality and the police about a problem picture, and when others see it."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from services.initiatives.domain import pictures
from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.pictures import AnyPicture, HomePicture
from shared.contracts.event import Event
from shared.contracts.initiative_codes import PictureStatus
from shared.contracts.problem_pictures import ProblemPicture, ProblemPictureReleased
from shared.rejected import Rejected
from tests.unit.initiatives.given import ID, JAMTLAND, MUNICIPAL, PICTURE, POLICE, agreed, begun, picture, prioritised

STEPS: dict[str, Callable[[AnyPicture], AnyPicture]] = {
    "own": pictures.own,
    "prioritise": pictures.prioritise,
    "analyse": pictures.analyse,
    "agree": lambda each: pictures.agree(each, MUNICIPAL),
    "release": lambda each: pictures.release(each, confirmed=False),
}


def refused(slug: str, step: Callable[..., object], *given: object, **named: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        step(*given, **named)
    assert caught.value.slug == slug
    return caught.value


def test_a_picture_goes_from_draft_to_released() -> None:
    released = pictures.release(agreed(), confirmed=False)

    assert isinstance(released, ProblemPictureReleased)
    assert released.status is PictureStatus.AGREED
    assert [each.municipality for each in released.contributors] == ["2380", None]


@pytest.mark.parametrize("element", ["OFFENDER", "TARGET", "GUARDIAN"])
def test_a_picture_that_lacks_one_of_the_three_is_not_analysed(element: str) -> None:
    factors = [each for each in PICTURE["factors"] if each["element"] != element]

    said = refused("not-analysed", pictures.analyse, prioritised(factors=factors))

    assert said.values == {"missing": [element]}


def test_a_picture_without_a_cause_is_not_analysed() -> None:
    refused("no-cause", pictures.analyse, prioritised(causes=[]))


def test_a_picture_without_a_priority_is_not_prioritised() -> None:
    refused("no-priority", pictures.prioritise, pictures.own(begun(priority=None)))


def test_no_picture_is_agreed_on_before_both_have_written() -> None:
    said = refused("not-written", pictures.agree, pictures.analyse(prioritised()), MUNICIPAL)
    of_police = pictures.begin(picture(), ID, POLICE, JAMTLAND)
    other = refused(
        "not-written", pictures.agree, pictures.analyse(pictures.prioritise(pictures.own(of_police))), POLICE
    )

    assert (said.values, other.values) == ({"missing": ["the police"]}, {"missing": ["a municipality"]})


@pytest.mark.parametrize("status", [each for each in PictureStatus.codes() if each not in ("AGREED", "ARCHIVED")])
def test_no_event_can_be_built_of_a_picture_that_stays(status: str) -> None:
    whole = dict(pictures.release(agreed(), confirmed=False))

    with pytest.raises(ValidationError, match="stays in its county"):
        ProblemPictureReleased(**whole | {"status": PictureStatus(status)})


@pytest.mark.parametrize("lacking", [{"factors": ()}, {"contributors": ()}])
def test_no_event_can_be_built_of_less_than_a_whole_picture(lacking: dict[str, object]) -> None:
    whole = dict(pictures.release(agreed(), confirmed=False))

    with pytest.raises(ValidationError, match="the picture lacks"):
        ProblemPictureReleased(**whole | lacking)


def test_what_stays_in_the_county_is_no_event() -> None:
    assert not issubclass(HomePicture, Event)


@pytest.mark.parametrize("step", STEPS)
def test_only_the_step_that_is_next_can_be_taken(step: str) -> None:
    by_step = {"own": begun(), "prioritise": pictures.own(begun()), "analyse": prioritised(), "release": agreed()}
    for other, before in by_step.items():
        if other != step:
            refused("wrong-status", STEPS[step], before)


def test_who_changes_what_was_agreed_on_has_it_agreed_on_anew() -> None:
    after = pictures.change(picture(title="Annan titel"), agreed(), MUNICIPAL, JAMTLAND, confirmed=False)

    assert after is not None
    assert after.status is PictureStatus.ANALYSED
    said = refused("not-written", pictures.agree, after, MUNICIPAL)
    assert said.values == {"missing": ["the police"]}


def test_nobody_stands_behind_words_that_another_has_changed() -> None:
    with_police = pictures.contribute(prioritised(), POLICE)
    assert with_police is not None
    changed = pictures.change(picture(summary="Annat."), with_police, MUNICIPAL, JAMTLAND, confirmed=False)
    assert changed is not None
    analysed = pictures.analyse(changed)
    refused("not-written", pictures.agree, analysed, MUNICIPAL)

    again = pictures.contribute(analysed, POLICE)

    assert again is not None
    assert pictures.agree(again, MUNICIPAL).status is PictureStatus.AGREED


def test_a_released_picture_is_revised_whole_and_not_taken_back() -> None:
    released = pictures.release(agreed(), confirmed=False)

    revised = pictures.change(picture(title="Annan titel"), released, POLICE, JAMTLAND, confirmed=False)

    assert isinstance(revised, ProblemPicture)
    assert revised.title == "Annan titel"
    refused("not-analysed", pictures.change, picture(factors=[]), released, POLICE, JAMTLAND, confirmed=False)
    refused("released", pictures.own, released)
    archived = pictures.archive(released)
    assert isinstance(archived, ProblemPicture)
    assert archived.status is PictureStatus.ARCHIVED


def test_the_same_again_changes_nothing() -> None:
    assert pictures.change(picture(), begun(), MUNICIPAL, JAMTLAND, confirmed=False) is None
    assert pictures.contribute(begun(), MUNICIPAL) is None


@pytest.mark.parametrize(
    ("municipalities", "slug"),
    [(["2580"], "invalid-municipality"), (["2399"], "invalid-municipality"), (["2305"], "forbidden")],
)
def test_an_author_writes_for_its_own_municipality_alone(municipalities: list[str], slug: str) -> None:
    refused(slug, pictures.begin, picture(municipalities=municipalities), ID, MUNICIPAL, JAMTLAND)


def test_the_police_write_with_a_function_of_the_police() -> None:
    refused("no-function", pictures.begin, picture(), ID, LocalAuthor(None, police=True), JAMTLAND)


def test_a_draft_is_seen_by_its_authors_and_an_own_one_by_the_county() -> None:
    nobody, neighbour = LocalAuthor(None, police=False), LocalAuthor("2305", police=False)
    seen = {
        state.status: [pictures.sees(state, each, county=False) for each in (MUNICIPAL, POLICE, neighbour, nobody)]
        + [pictures.sees(state, nobody, county=True)]
        for state in (begun(), pictures.own(begun()), agreed())
    }

    assert seen == {
        PictureStatus.DRAFT: [True, True, False, False, False],
        PictureStatus.OWN: [True, True, False, False, True],
        PictureStatus.AGREED: [True, True, False, False, True],
    }
    assert pictures.sees(pictures.release(agreed(), confirmed=False), nobody, county=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Ring 070-123 45 67"},
        {"summary": "Skriv till anna.berg@gmail.com"},
        {"factors": [{"element": "OFFENDER", "text": "Född 640823-3234"}]},
        {"place_factors": ["Ring 070-123 45 67"]},
        {"causes": [{"number": 1, "text": "Ring 070-123 45 67", "element": "TARGET", "grade": "GUESS"}]},
        {"theme": "LOCAL", "local_theme": "Ring 070-123 45 67"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_nothing_of_a_person_can_be_written_in_any_text(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"leave out what is of a person|identity number"):
        picture(**changes)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("summary", {"summary": "Den misstänkte Nils Ek säljer där."}),
        ("factors.3.text", {"factors": [*PICTURE["factors"], {"element": "TARGET", "text": "Hos dömde Nils Ek"}]}),
        ("causes.0.text", {"causes": [PICTURE["causes"][0] | {"text": "Att misstänkte Nils Ek bor där"}]}),
        ("place_factors.0", {"place_factors": ["Hos dömde Nils Ek"]}),
    ],
)
def test_a_word_of_suspicion_beside_a_name_is_to_be_confirmed(field: str, changes: dict[str, object]) -> None:
    doubtful = agreed(**changes)

    said = refused("unconfirmed", pictures.release, doubtful, confirmed=False)

    assert [each["field"] for each in said.values["doubts"]] == [field]  # type: ignore[attr-defined]
    released = pictures.release(doubtful, confirmed=True)
    plain = pictures.release(agreed(), confirmed=False)
    refused("unconfirmed", pictures.change, picture(**changes), plain, POLICE, JAMTLAND, confirmed=False)
    assert isinstance(released, ProblemPicture)


@pytest.mark.parametrize(
    "changes",
    [
        {"last_day": "2025-01-01"},
        {"causes": [PICTURE["causes"][0]] * 2},
        {"theme": "LOCAL"},
        {"local_theme": "Skolvägar"},
        {"municipalities": []},
    ],
)
def test_a_picture_that_contradicts_itself_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        picture(**changes)
