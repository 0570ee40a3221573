"""Writing pictures and measures: what is offered to whom, what is sent (read by the services), what is wrong."""

import re
from typing import Any
from uuid import UUID

import pytest

from services.initiatives.api.measure_views import ChangeMeasure, FollowUpMeasure
from services.initiatives.api.picture_views import ChangePicture, MergePictures
from services.initiatives.domain import pictures as picturing
from services.initiatives.domain.measure_life import MEASURE as MEASURE_LIFE
from services.initiatives.domain.measure_life import MeasureAct
from services.initiatives.domain.picture_life import PICTURE as PICTURE_LIFE
from services.initiatives.domain.picture_life import PictureAct
from services.initiatives.service import AUTHORS
from services.workspace.guard import Endpoint
from services.workspace.pages import (
    following_up,
    initiative_steps,
    measure_form,
    measures,
    merging,
    picture_form,
    pictures,
    start,
)
from shared.contracts.measures import MeasureDetails
from shared.contracts.problem_pictures import PictureDetails
from shared.runtime.auth import Role
from tests.support.forms import form_of
from tests.support.workspace_alone import OTHER, MadeUpCounty, errors_in, steps_in, text_of
from tests.unit.initiatives import given, given_measures
from tests.unit.initiatives.given_measures import MODEL, OF
from tests.unit.workspace.test_picture_pages import MEASURE, OWN, SHARED, county, of, of_measure

HOME = "2380"
WRITTEN: dict[str, Any] = {
    "title": "Öppen  droghandel",
    "municipalities": [HOME],
    "theme": "DRUGS",
    "first_day": "2027-01-01",
    "last_day": "2027-12-31",
    "summary": "Handel sker.\r\n\r\nMest kvällstid.",
    "offender": "Säljare\r\nKöpare",
    "target": "",
    "guardian": "Ingen vuxen",
    "place": "Skymt torg",
    "number": ["2", "", ""],
    "cause": ["Torget är skymt", "Inga vuxna", ""],
    "element": ["GUARDIAN", "GUARDIAN", ""],
    "grade": ["LIKELY", "KNOWN", ""],
    "priority": "2",
    "policy_areas": ["ANDT"],
}
PLANNED: dict[str, Any] = {
    "version": "0",
    "title": "Vuxna på torget",
    "causes": ["1"],
    "targets": ["GUARDIAN", "TARGET"],
    "prevention_type": "SITUATIONAL",
    "prevention_level": "UNIVERSAL",
    "operational_goal": "Vuxna finns där",
    "indicator": "Kvällar",
    "unit": "kvällar",
    "baseline": "-2",
    "target": "20",
    "first_day": "2027-03-01",
    "last_day": "2027-12-31",
    "who": "MUNICIPAL_COORDINATOR",
    "model": f"{MODEL['county']}/{MODEL['id']}",
}
PICTURE_PATH = f"/problem-pictures/jamtland/{given.ID}"
REVISED = {"picture": str(given.ID), "title": "Öppen droghandel", "municipality": None}
MADE = {"POST /problem-pictures": of(SHARED), "POST /measures": of_measure(given_measures.proposed())}


async def by_municipality(
    made: MadeUpCounty, page: Endpoint, path: str, form: Any = None, role: Role = Role.MUNICIPAL_COORDINATOR
) -> Any:
    """The page, opened or sent to by the coordinator of Östersund, or by somebody else there."""
    return await made.open(page, path, form, [role], HOME)


def home(picture: picturing.AnyPicture) -> MadeUpCounty:
    """A county with this picture."""
    return county(**{f"/problem-pictures/jamtland/{given.ID}": of(picture)} | MADE)


PICTURE_ACTS = {
    "egen": PictureAct.OWNS,
    "prioritera": PictureAct.PRIORITISES,
    "analyserad": PictureAct.ANALYSES,
    "enas": PictureAct.AGREES,
    "slapp": PictureAct.RELEASES,
    "arkivera": PictureAct.ARCHIVES,
}
MEASURE_ACTS = {
    "besluta": MeasureAct.DECIDES,
    "paborja": MeasureAct.STARTS,
    "genomford": MeasureAct.FINISHES,
    "avbryt": MeasureAct.STOPS,
    "slapp": MeasureAct.RELEASES,
}


def test_each_step_is_one_of_the_service_in_its_states() -> None:
    offered = initiative_steps.PICTURE_STEPS
    assert offered.keys() == PICTURE_ACTS.keys() | {"sta-bakom"}
    assert {word: set(PICTURE_LIFE.befores(act)) for word, act in PICTURE_ACTS.items()} == {
        word: set(offered[word]) for word in PICTURE_ACTS
    }
    assert {word: set(MEASURE_LIFE.befores(act)) for word, act in MEASURE_ACTS.items()} == {
        word: set(states) for word, states in initiative_steps.MEASURE_STEPS.items()
    }
    assert set(following_up.STATUSES) == set(MEASURE_LIFE.befores(MeasureAct.FOLLOWS_UP))
    assert initiative_steps.AUTHORS == AUTHORS


@pytest.mark.parametrize(
    ("picture", "role", "offered"),
    [
        (given.begun(), Role.MUNICIPAL_COORDINATOR, ["andra", "egen", "arkivera"]),
        (given.begun(), Role.POLICE, ["andra", "egen", "sta-bakom", "arkivera"]),
        (given.agreed(), Role.MUNICIPAL_COORDINATOR, ["atgard", "andra", "slapp", "arkivera"]),
        (SHARED, Role.MUNICIPAL_COORDINATOR, ["atgard", "gemensam", "andra", "arkivera"]),
        (SHARED, Role.COUNTY_COORDINATOR, []),
        (SHARED, Role.READER, []),
    ],
    ids=["draft", "police", "agreed", "shared", "county", "reader"],
)
async def test_a_picture_offers_the_steps_that_are_its_reader_s(
    picture: picturing.AnyPicture, role: Role, offered: list[str]
) -> None:
    answer = await by_municipality(home(picture), pictures.show_one, OWN, role=role)

    assert sorted(steps_in(answer, OWN)) == sorted(offered)


async def test_a_picture_that_all_see_is_not_called_a_draft() -> None:
    shown = [
        text_of(await by_municipality(home(each), picture_form.ask, f"{OWN}/andra"))
        for each in (given.begun(), given.agreed(), SHARED)
    ]

    assert ["Den är ett utkast" in text for text in shown] == [True, True, False]
    assert ["Alla län ser ändringen" in text for text in shown] == [False, False, True]


async def test_each_line_for_a_new_cause_has_its_own_number() -> None:
    text = text_of(await by_municipality(home(SHARED), picture_form.ask, f"{OWN}/andra"))
    new = re.findall(r'<label for="cause\d*">Ny orsak (\d)</label>', text)

    assert new == [str(number) for number in range(1, picture_form.MORE_CAUSES + 1)]
    assert '<label for="cause">Orsak 1</label>' in text


async def test_another_municipality_is_offered_nothing() -> None:
    answer = await home(SHARED).open(pictures.show_one, OWN, None, [Role.MUNICIPAL_COORDINATOR], "2326")

    assert steps_in(answer, OWN) == []


async def test_a_picture_is_sent_as_it_is_written() -> None:
    made = home(given.begun())
    answer = await by_municipality(made, picture_form.send, "/lagesbilder/ny", WRITTEN)

    assert answer.headers["location"] == f"{OWN}?klart=sparad"
    ((method, path, body),) = made.told
    sent = PictureDetails.model_validate(body)
    assert (method, path) == ("POST", "/problem-pictures")
    assert (sent.title, sent.summary) == ("Öppen droghandel", "Handel sker.\n\nMest kvällstid.")
    assert [(each.element, each.text) for each in sent.factors] == [
        ("OFFENDER", "Säljare"),
        ("OFFENDER", "Köpare"),
        ("GUARDIAN", "Ingen vuxen"),
    ]
    assert [(each.number, each.text) for each in sent.causes] == [(2, "Torget är skymt"), (1, "Inga vuxna")]


async def test_a_form_opened_and_sent_changes_nothing() -> None:
    made = home(given.prioritised())
    shown = await by_municipality(made, picture_form.ask, f"{OWN}/andra")
    await by_municipality(made, picture_form.send, f"{OWN}/andra", form_of(text_of(shown), f"{OWN}/andra"))

    ((_, _, body),) = made.told
    command = ChangePicture.model_validate(body)
    assert command.details() == given.picture()
    opened = await by_municipality(made, measure_form.CHANGE["andra"].ask, f"{MEASURE}/andra")
    changed = form_of(text_of(opened), f"{MEASURE}/andra")
    await by_municipality(made, measure_form.CHANGE["andra"].send, f"{MEASURE}/andra", changed)
    plan = ChangeMeasure.model_validate(made.told[-1][2]).details()
    assert plan == given_measures.measure(model=MODEL, policy_areas=["ANDT"])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title": "", "theme": "", "summary": ""}, ["title", "theme", "summary"]),
        ({"first_day": "i går"}, ["first_day"]),
        ({"theme": "LOCAL"}, ["local_theme"]),
        ({"grade": ["", "KNOWN", ""]}, ["cause"]),
        ({"municipalities": []}, ["municipalities"]),
        ({"guardian": "Ring 070-123 45 67"}, ["guardian"]),
        ({"cause": ["Ring 070-123 45 67", "", ""]}, ["cause"]),
    ],
)
async def test_what_is_wrong_in_a_picture_is_said_at_its_field(changes: dict[str, Any], wrong: list[str]) -> None:
    made = home(given.begun())
    answer = await by_municipality(made, picture_form.send, "/lagesbilder/ny", WRITTEN | changes)

    assert (answer.status_code, errors_in(answer), made.told) == (422, wrong, [])


async def test_a_measure_is_sent_for_the_municipalities_of_its_picture() -> None:
    made = home(SHARED)
    answer = await by_municipality(made, measure_form.PLAN.send, f"{OWN}/atgard", PLANNED)

    assert answer.headers["location"] == f"{MEASURE}?klart=atgard"
    ((method, path, body),) = made.told
    sent = MeasureDetails.model_validate(body)
    assert (method, path) == ("POST", "/measures")
    assert (sent.municipalities, sent.theme, str(sent.picture)) == ((HOME,), "DRUGS", str(given.ID))
    assert (sent.indicator.baseline, str(sent.model.id) if sent.model else "") == (-2, MODEL["id"])


async def test_what_is_wrong_in_a_measure_is_said_at_its_field() -> None:
    made = home(SHARED)
    changes = {"causes": [], "baseline": "två", "who": "", "unit": "070-123 45 67"}
    answer = await by_municipality(made, measure_form.PLAN.send, f"{OWN}/atgard", PLANNED | changes)

    assert (answer.status_code, sorted(errors_in(answer)), made.told) == (
        422,
        ["baseline", "causes", "unit", "who"],
        [],
    )


async def test_a_follow_up_is_sent_or_said_to_be_wrong() -> None:
    path = f"{MEASURE}/folj-upp"
    said = {"colour": "RED", "text": "Ingen kom", "day": "2026-12-01", "version": "4"}
    made = home(SHARED)
    shown = await by_municipality(made, measures.show_one, MEASURE)
    wrong = await by_municipality(made, following_up.FOLLOWING_UP.send, path, {"day": "2027-12-01", "version": "4"})
    done = await by_municipality(made, following_up.FOLLOWING_UP.send, path, said)

    assert "folj-upp" in steps_in(shown, MEASURE)
    assert (wrong.status_code, errors_in(wrong)) == (422, ["colour", "text", "day"])
    assert done.headers["location"] == f"{MEASURE}?klart=folj-upp"
    ((_, told, body),) = made.told
    assert told == f"/measures/jamtland/{OF}/follow-up"
    assert FollowUpMeasure.model_validate(body).colour == "RED"


async def test_a_step_is_asked_for_and_taken_once_confirmed() -> None:
    path = f"{OWN}/slapp"
    made = home(given.agreed())
    asked = await by_municipality(made, initiative_steps.ask, path)
    made.refusal = (409, "unconfirmed", ())
    doubtful = await by_municipality(made, initiative_steps.take, path, {"version": "3"})
    made.refusal = None
    done = await by_municipality(made, initiative_steps.take, path, {"version": "3", "confirmed": "ja"})

    assert "Alla län ser lägesbilden" in text_of(asked)
    assert errors_in(doubtful) == ["confirmed"]
    assert 'name="confirmed"' in text_of(doubtful)
    assert done.headers["location"] == f"{OWN}?klart=slapp"
    assert [body["confirmed"] for *_, body in made.told] == [False, True]
    early = await by_municipality(home(given.begun()), initiative_steps.ask, path)
    assert early.headers["location"] == OWN


async def rendered() -> dict[str, Any]:
    """Each of these pages once, for whoever wants to look at it."""
    municipal = by_municipality
    return {
        "lagesbild": await municipal(home(SHARED), pictures.show_one, OWN),
        "ny-lagesbild": await municipal(home(given.begun()), picture_form.ask, "/lagesbilder/ny"),
        "ny-lagesbild-fel": await municipal(home(given.begun()), picture_form.send, "/lagesbilder/ny", {}),
        "andra-lagesbild": await municipal(home(SHARED), picture_form.ask, f"{OWN}/andra"),
        "ny-atgard": await municipal(home(SHARED), measure_form.PLAN.ask, f"{OWN}/atgard"),
        "atgard": await municipal(home(SHARED), measures.show_one, MEASURE),
        "folj-upp": await municipal(home(SHARED), following_up.FOLLOWING_UP.ask, f"{MEASURE}/folj-upp"),
        "steg": await municipal(home(given.agreed()), initiative_steps.ask, f"{OWN}/slapp"),
    }


async def test_the_start_page_says_what_waits_for_the_person() -> None:
    analysed = picturing.analyse(given.prioritised())
    late = {"requirement": "R3", "section": "6 §", "status": "OVERDUE", "colour": "RED", "due": "2026-06-10"}
    news = {"measure": str(OF), "follow_up": given_measures.SEEN | {"colour": "RED"}}
    made = county()
    made.answers |= {
        "/problem-pictures/at-home": {"items": [of(analysed)], "counties": [], "next": None},
        "/measures/model-news": {"items": [news]},
        "/problem-pictures/revised": {"items": [REVISED]},
        f"POST /measures/jamtland/{OF}/model-seen": None,
        f"/readiness/{HOME}": {
            "county": "jamtland",
            "municipality": HOME,
            "version": 1,
            "share_details": False,
            "requirements": [late, late | {"status": "IN_PLACE"}],
        },
    }
    shown = {
        role: text_of(await by_municipality(made, start.show, "/", role=role))
        for role in (Role.MUNICIPAL_COORDINATOR, Role.POLICE, Role.COUNTY_COORDINATOR)
    }
    seen = await by_municipality(made, measures.see_model, f"{MEASURE}/sedd", {})

    for sentence, roles in {
        "Stå bakom lägesbilden: Öppen droghandel vid torget": [Role.POLICE],
        "Läs den ändrade lägesbilden: Öppen droghandel": [Role.MUNICIPAL_COORDINATOR, Role.POLICE],
        "En förebild i ett annat län går annorlunda": [Role.MUNICIPAL_COORDINATOR, Role.POLICE],
        "Ett krav i kommunens beredskap att se över": [Role.MUNICIPAL_COORDINATOR],
    }.items():
        assert [role for role, text in shown.items() if sentence in text] == roles
    assert f'action="{MEASURE}/sedd"' in text_of(await by_municipality(made, measures.show_one, MEASURE))
    assert seen.headers["location"] == f"{MEASURE}?klart=sedd"
    assert made.told == [("POST", f"/measures/jamtland/{OF}/model-seen", {})]


@pytest.mark.parametrize(("reviser", "said"), [(None, "polisen"), ("2326", "Berg")])
async def test_a_revised_picture_is_read_where_it_is(reviser: str | None, said: str) -> None:
    made = home(SHARED)
    made.answers |= {
        "/problem-pictures/revised": {"items": [REVISED | {"municipality": reviser}, REVISED | {"picture": str(OF)}]},
        f"POST {PICTURE_PATH}/revision-read": None,
    }
    text = text_of(await by_municipality(made, pictures.show_one, OWN))
    county = text_of(await by_municipality(made, pictures.show_one, OWN, role=Role.COUNTY_COORDINATOR))
    form = form_of(text, f"{OWN}/sedd")
    read = await by_municipality(made, pictures.read_revision, f"{OWN}/sedd", form)
    made.refusal = (412, "precondition-failed", ())
    late = await by_municipality(made, pictures.read_revision, f"{OWN}/sedd", form)

    assert text.count(f"Ändrad av {said} sedan den släpptes.") == text.count(f'action="{OWN}/sedd"') == 1
    assert f'action="{OWN}/sedd"' not in county
    assert (read.headers["location"], late.headers["location"]) == (f"{OWN}?klart=sedd", OWN)
    assert made.told == [("POST", f"{PICTURE_PATH}/revision-read", {})] * 2


def two_own() -> MadeUpCounty:
    """A county with two own pictures that stay there."""
    made = home(picturing.own(given.begun()))
    first = made.answers[PICTURE_PATH]
    assert isinstance(first, dict)
    made.answers["/problem-pictures/at-home"] = {
        "items": [first, first | {"id": OTHER, "title": "Polisens bild"}],
        "counties": [],
        "next": None,
    }
    return made


async def test_own_pictures_are_merged_into_one() -> None:
    made, path = two_own(), f"{OWN}/sla-ihop"
    offered = text_of(await by_municipality(made, pictures.show_one, OWN))
    asked = text_of(await by_municipality(made, merging.MERGE.ask, path))
    nothing = await by_municipality(made, merging.MERGE.send, path, form_of(asked, OWN))
    done = await by_municipality(made, merging.MERGE.send, path, {**form_of(asked, OWN), "pictures": OTHER})

    assert f'href="{path}"' in offered
    assert (asked.count('type="checkbox"'), "Polisens bild" in asked) == (1, True)
    assert errors_in(nothing) == ["pictures"]
    assert done.headers["location"] == f"{OWN}?klart=sla-ihop"
    ((method, told, body),) = made.told
    assert (method, told) == ("POST", f"{PICTURE_PATH}/merge")
    assert MergePictures.model_validate(body).pictures == [UUID(OTHER)]


@pytest.mark.parametrize("found", [given.begun(), given.prioritised(), SHARED])
async def test_only_an_own_picture_is_merged(found: Any) -> None:
    made = two_own()
    made.answers[PICTURE_PATH] = of(found)

    assert "sla-ihop" not in text_of(await by_municipality(made, pictures.show_one, OWN))
    assert (await by_municipality(made, merging.MERGE.ask, f"{OWN}/sla-ihop")).status_code == 303


DOUBT = {"field": "summary", "line": 2, "column": 1, "what": "SUSPECT"}


async def test_a_step_shows_the_lines_that_are_in_doubt() -> None:
    made = home(given.agreed(summary="Handel sker.\nÄgaren Åke Öberg är misstänkt"))
    made.refusal, made.doubts = (409, "unconfirmed", ()), [DOUBT, DOUBT | {"field": "causes.0.text", "line": 1}]
    shown = form_of(text_of(await by_municipality(made, initiative_steps.ask, f"{OWN}/slapp")), OWN)

    answer = await by_municipality(made, initiative_steps.take, f"{OWN}/slapp", shown)

    assert (answer.status_code, errors_in(answer)) == (409, ["confirmed"] * 3)
    assert text_of(answer).count("Sammanfattningen, rad 2: ”Ägaren Åke Öberg är misstänkt”") == 2
    assert f"Orsakerna: ”{given.agreed().causes[0].text}”" in text_of(answer)


async def test_a_form_shows_what_was_written_in_the_lines_in_doubt() -> None:
    made = home(SHARED)
    made.refusal, made.doubts = (409, "unconfirmed", ()), [DOUBT | {"line": 3}]

    answer = await by_municipality(made, picture_form.send, f"{OWN}/andra", WRITTEN | {"version": "1"})

    assert "Sammanfattningen, rad 3: ”Mest kvällstid.”" in text_of(answer)


@pytest.mark.parametrize(
    ("lacking", "word", "said"),
    [
        ({"status": "OWN", "priority": None}, "prioritera", "Ge lägesbilden en prioritet först."),
        ({"status": "PRIORITISED", "factors": []}, "analyserad", "Skriv först minst en rad om var och en"),
        ({"status": "PRIORITISED", "causes": []}, "analyserad", "Skriv först minst en orsak."),
        ({"status": "ANALYSED", "contributors": [{"function": "LPO_CHIEF"}]}, "enas", "Både en kommun och polisen"),
    ],
)
async def test_a_step_that_would_be_refused_is_not_offered(lacking: dict[str, Any], word: str, said: str) -> None:
    whole = of(given.agreed()) | {"status": lacking["status"]}
    pages = []
    for picture in (whole, whole | lacking):
        made = county(**{f"/problem-pictures/jamtland/{given.ID}": picture})
        pages.append(await by_municipality(made, pictures.show_one, OWN))

    assert [word in steps_in(page, OWN) for page in pages] == [True, False]
    assert [said in text_of(page) for page in pages] == [False, True]


async def test_a_municipality_writes_for_itself() -> None:
    made = home(given.begun())

    answer = await by_municipality(made, picture_form.send, "/lagesbilder/ny", WRITTEN | {"municipalities": ["2326"]})

    assert (answer.status_code, errors_in(answer), made.told) == (422, ["municipalities"], [])
    assert "Handel sker." in text_of(answer)


async def test_a_command_that_is_forbidden_loses_nothing() -> None:
    made = home(given.begun())
    made.refusal = (403, "forbidden", ())

    answer = await by_municipality(made, picture_form.send, "/lagesbilder/ny", WRITTEN)

    assert answer.status_code == 403
    assert "Du får inte göra det här" in text_of(answer)
    assert "Handel sker." in text_of(answer)
