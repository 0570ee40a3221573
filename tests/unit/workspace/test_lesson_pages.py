"""Lessons and focuses on the pages: who writes them, what is sent, and what the list is filtered by."""

from typing import Any
from uuid import UUID

import pytest

from services.initiatives.api.lessons import DecideFocus, FocusView, LessonView, WriteLesson
from services.initiatives.domain import focuses as focusing
from services.initiatives.domain import lessons as learning
from services.workspace.pages import focus_forms, lesson_forms, lessons
from services.workspace.pages.work_form import WorkForm
from shared.contracts.lessons import LessonDetails, YearlyFocusDetails
from shared.runtime.auth import Role
from tests.support.contexts import decision_context
from tests.support.forms import form_of
from tests.support.workspace_alone import EMPTY, OTHER, MadeUpCounty, a_hosted_meeting, errors_in, steps_in, text_of
from tests.unit.initiatives import given_measures
from tests.unit.initiatives.test_lessons import focus_details, lesson_details
from tests.unit.workspace.test_picture_pages import SHARED, of, of_measure

CONTEXT = decision_context("jamtland")
DETAILS = lesson_details(
    municipalities=["2380"],
    text="Ny belysning.\n\n- Ljus < mörker",
    links=["https://kommun.example/rapport"],
    learnt_from=[{"county": "norrbotten", "id": OTHER}],
)
LESSON = learning.share(DETAILS, UUID(OTHER), confirmed=False, context=CONTEXT)
GOALS = [
    {"text": "Alla kommuner har en lägesbild", "mandate_area": "KNOWLEDGE_BASED"},
    {"text": "Fyra nätverksträffar", "mandate_area": "EXCHANGE"},
]
FOCUS_DETAILS = focus_details(goals=GOALS, themes=["CANNABIS"], policy_areas=["ANDT"])
FOCUS = focusing.decide(FOCUS_DETAILS, None, confirmed=False, context=CONTEXT)
assert FOCUS is not None
TITLED = {"title": "Förlagan"}
COMES_FROM = {
    "/problem-pictures": of(SHARED) | TITLED,
    "/measures": of_measure(given_measures.released()) | TITLED,
    "/meetings": a_hosted_meeting() | TITLED,
    "/trainings": {"id": OTHER, "county": "norrbotten", "goal": "Kunna mer", "level": "BASIC"} | TITLED,
}
PATH, FOCUS_PATH = f"/lardomar/jamtland/{LESSON.id}", f"/lardomar/inriktning/jamtland/{FOCUS.id}"


def county(**changes: Any) -> MadeUpCounty:
    """A county with one lesson and one focus."""
    lesson = LessonView(**dict(LESSON), version=2).model_dump(mode="json") | changes
    focus = FocusView(**dict(FOCUS or {}), version=5).model_dump(mode="json") | changes
    return MadeUpCounty(
        {
            "/lessons": EMPTY | {"items": [lesson]},
            f"/lessons/jamtland/{LESSON.id}": lesson,
            "POST /lessons": lesson,
            "/yearly-focuses": EMPTY | {"items": [focus]},
            f"/yearly-focuses/jamtland/{FOCUS.id if FOCUS else ''}": focus,
            "PUT /yearly-focuses": focus,
        }
    )


async def at(made: MadeUpCounty, path: str, form: Any = None) -> Any:
    """The form at this path, opened or sent to by the county's coordinator."""
    forms: Any = focus_forms.FORMS if "inriktning" in path else lesson_forms.FORMS
    work: WorkForm[Any] = forms[path.rpartition("/")[2]]
    return await made.open(work.ask if form is None else work.send, path, form)


@pytest.mark.parametrize(
    ("changes", "role", "offered"),
    [
        ({}, Role.COUNTY_COORDINATOR, [["andra", "dra-tillbaka"], ["andra", "dra-tillbaka"]]),
        ({"status": "RETIRED"}, Role.COUNTY_COORDINATOR, [[], ["andra"]]),
        ({"county": "norrbotten"}, Role.COUNTY_COORDINATOR, [[], []]),
        ({}, Role.MUNICIPAL_COORDINATOR, [[], []]),
        ({}, Role.READER, [[], []]),
    ],
)
async def test_only_the_county_s_coordinator_writes(changes: Any, role: Role, offered: list[list[str]]) -> None:
    made = county(**changes)
    one = await made.open(lessons.show_one, PATH, None, [role])
    focus = await made.open(lessons.show_focus, FOCUS_PATH, None, [role])

    assert [steps_in(one, PATH), steps_in(focus, FOCUS_PATH)] == offered


@pytest.mark.parametrize(
    ("query", "said"), [("", "Det finns inga lärdomar än."), ("?ar=2026", "passar in på det du har valt.")]
)
async def test_a_list_without_a_choice_has_nothing_yet(query: str, said: str) -> None:
    made = MadeUpCounty({})

    assert said in text_of(await made.open(lessons.show_list, f"/lardomar{query}"))


async def test_a_lesson_is_shown_as_prose_and_markup_as_text() -> None:
    text = bytes((await county().open(lessons.show_one, PATH)).body).decode()

    assert "<li>Ljus &lt; mörker</li>" in text
    assert 'href="https://kommun.example/rapport"' in text
    assert "Östersund, Jämtland" in text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/problem-pictures", f'<a href="/lagesbilder/norrbotten/{OTHER}">Förlagan</a>, Norrbotten'),
        ("/measures", f'<a href="/lagesbilder/atgarder/norrbotten/{OTHER}">Förlagan</a>, Norrbotten'),
        ("/meetings", f'<a href="/moten/norrbotten/{OTHER}">Förlagan</a>, Norrbotten'),
        ("/trainings", "<li>Förlagan, Norrbotten</li>"),
        ("", "<li>något i Norrbotten som inte visas för dig</li>"),
    ],
)
async def test_a_lesson_names_what_it_comes_from(path: str, shown: str) -> None:
    made = county()
    made.unknown = tuple({"/problem-pictures", "/measures", "/meetings", "/trainings"} - {path})
    made.answers[f"{path}/norrbotten/{OTHER}"] = COMES_FROM.get(path, {})

    assert shown in text_of(await made.open(lessons.show_one, PATH))


async def test_a_lesson_stands_while_its_sources_are_away() -> None:
    text = text_of(await county().open(lessons.show_one, PATH))

    assert ("Bygger på kan inte visas just nu" in text, "Ny belysning." in text) == (True, True)


async def test_the_goals_of_a_year_are_in_the_order_of_the_tasks() -> None:
    text = text_of(await county().open(lessons.show_focus, FOCUS_PATH))

    assert text.index("Alla kommuner har en lägesbild") < text.index("Fyra nätverksträffar")


async def test_a_lesson_opened_and_sent_is_the_same() -> None:
    made = county()
    shown = bytes((await at(made, f"{PATH}/andra")).body).decode()
    done = await at(made, f"{PATH}/andra", form_of(shown, PATH))

    assert done.headers["location"] == f"{PATH}?klart=andra"
    ((method, _, body),) = made.told
    sent = WriteLesson.model_validate(body)
    assert method == "PUT"
    assert LessonDetails(**{name: getattr(sent, name) for name in LessonDetails.model_fields}) == DETAILS


async def test_a_focus_opened_and_sent_is_the_same() -> None:
    made = county()
    shown = text_of(await at(made, f"{FOCUS_PATH}/andra"))
    await at(made, f"{FOCUS_PATH}/andra", form_of(shown, FOCUS_PATH))

    await at(made, "/lardomar/inriktning/ny", {"year": "2027", "text": "Stöd"})

    (method, path, body), _ = made.told
    sent = DecideFocus.model_validate(body)
    assert (method, path) == ("PUT", "/yearly-focuses")
    seen = [each.headers.get("If-Match") for each in made.requests if each.method == "PUT"]
    assert seen == ['"5"', None]
    fields = YearlyFocusDetails.model_fields
    assert YearlyFocusDetails(**{name: getattr(sent, name) for name in fields}) == FOCUS_DETAILS


async def test_doubts_about_a_text_are_confirmed_once_seen() -> None:
    made = county()
    made.refusal = (409, "unconfirmed", ())
    written = {"title": "Lärdom", "year": "2026", "text": "Någon var misstänkt", "theme": "FRAUD"}
    doubtful = await at(made, "/lardomar/ny", written)
    made.refusal = None
    done = await at(made, "/lardomar/ny", {**form_of(text_of(doubtful), "/lardomar"), "confirmed": "ja"})

    assert (errors_in(doubtful), done.status_code) == (["confirmed"], 303)
    assert [body["confirmed"] for *_, body in made.told] == [False, True]


@pytest.mark.parametrize(
    ("path", "changes", "wrong"),
    [
        ("/lardomar/ny", {}, ["title", "year", "text", "theme"]),
        ("/lardomar/ny", {"title": "A", "year": "i år", "text": "B", "theme": "FRAUD"}, ["year"]),
        ("/lardomar/inriktning/ny", {}, ["year", "text"]),
        (
            "/lardomar/inriktning/ny",
            {"year": "2026", "text": "A", "exchange": "Ring 070-123 45 67"},
            ["exchange"],
        ),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(path: str, changes: dict[str, str], wrong: list[str]) -> None:
    made = county()
    answer = await at(made, path, changes)

    assert (answer.status_code, errors_in(answer), made.told) == (422, wrong, [])


async def test_a_year_that_has_its_focus_is_changed_there() -> None:
    made = county()
    made.refusal = (428, "precondition-required", ())
    answer = await at(made, "/lardomar/inriktning/ny", {"year": "2026", "text": "A"})

    assert "Året har redan en inriktning." in text_of(answer)
