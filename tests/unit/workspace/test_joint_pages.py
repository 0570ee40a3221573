"""Joint measures on the pages: who is asked and answers, who leads, and what is said of each municipality."""

import re
from typing import Any

import pytest

from services.initiatives.api.joint_measures import AnsweredJointMeasure, ProposeJointMeasure
from services.initiatives.api.measure_views import FollowUpMeasure
from services.initiatives.domain import joint_measures as deciding
from services.initiatives.domain.joint_life import JOINT, JointAct
from services.initiatives.domain.joint_measures import GivenJointAnswer
from services.workspace.pages import joint_forms, joint_measures, joint_plan, pictures
from shared.runtime.auth import Role
from tests.support.forms import form_of
from tests.support.workspace_alone import EMPTY, MadeUpCounty, errors_in, steps_in, text_of
from tests.unit.initiatives import given
from tests.unit.initiatives.given_measures import OF
from tests.unit.initiatives.test_joint_measures import PICTURE, joined, plan, proposed
from tests.unit.workspace.test_picture_pages import OWN, of, page

LEAD, ASKED, FAR = "2380", "2321", "2580"
PATH, LIST = f"/lagesbilder/gemensamma/jamtland/{OF}", "/lagesbilder/gemensamma"
HOME = [Role.MUNICIPAL_COORDINATOR]
ACTS = {
    "paborja": JointAct.STARTS,
    "andra": JointAct.CHANGES,
    "folj-upp": JointAct.FOLLOWS_UP,
    "genomford": JointAct.FINISHES,
    "avbryt": JointAct.STOPS,
}
OF_PICTURE = f"/problem-pictures/jamtland/{given.ID}"
WRITTEN: dict[str, Any] = {
    "title": "Vuxna på torgen",
    "municipalities": [FAR],
    "causes": ["1"],
    "targets": ["GUARDIAN"],
    "prevention_type": "SITUATIONAL",
    "prevention_level": "UNIVERSAL",
    "operational_goal": "Vuxna finns där",
    "indicator": "Kvällar",
    "unit": "kvällar",
    "baseline": "0",
    "target": "20",
    "first_day": "2027-03-01",
    "last_day": "2027-12-31",
    "who": "MUNICIPAL_COORDINATOR",
}
STARTED = deciding.start(joined())


def county(found: Any = None, *answers: tuple[str, str, int], **changes: Any) -> MadeUpCounty:
    """A county with this joint measure alone, and these answers to it: municipality, verdict, revision."""
    said = [{"municipality": code, "county": "x", "verdict": verdict, "revision": to} for code, verdict, to in answers]
    whole = AnsweredJointMeasure(**dict(found or proposed()), version=4, answers=[])
    shown = whole.model_dump(mode="json") | {"answers": said} | changes
    return MadeUpCounty({"/joint-measures": EMPTY | {"items": [shown]}, f"/joint-measures/jamtland/{OF}": shown})


async def at(made: MadeUpCounty, word: str, form: Any = None, home: str = LEAD) -> Any:
    """The form of that word, opened or sent to by the coordinator of a municipality."""
    work: Any = {**joint_forms.FORMS, **joint_plan.CHANGE, "svara": joint_forms.ANSWER}[word]
    return await made.open(work.ask if form is None else work.send, f"{PATH}/{word}", form, HOME, home)


def test_each_step_of_the_lead_is_one_of_the_service() -> None:
    assert {word: set(JOINT.befores(act)) for word, act in ACTS.items()} == {
        word: set(states) for word, states in joint_forms.STEPS.items()
    }
    assert set(joint_forms.ANSWERED_IN) == set(JOINT.befores(JointAct.HEARS))
    assert joint_forms.CALLS.keys() == ACTS.keys() - joint_plan.CHANGE.keys()


@pytest.mark.parametrize(
    ("found", "role", "home", "offered"),
    [
        (proposed(), Role.MUNICIPAL_COORDINATOR, ASKED, ["svara"]),
        (proposed(), Role.MUNICIPAL_COORDINATOR, LEAD, ["andra", "avbryt"]),
        (joined(), Role.MUNICIPAL_COORDINATOR, LEAD, ["paborja", "andra", "avbryt"]),
        (STARTED, Role.MUNICIPAL_COORDINATOR, LEAD, ["folj-upp", "genomford", "avbryt"]),
        (STARTED, Role.MUNICIPAL_COORDINATOR, FAR, ["svara"]),
        (deciding.finish(STARTED), Role.MUNICIPAL_COORDINATOR, ASKED, []),
        (proposed(), Role.MUNICIPAL_COORDINATOR, "2326", []),
        (proposed(), Role.COUNTY_COORDINATOR, None, []),
        (proposed(), Role.POLICE, ASKED, []),
    ],
    ids=["asked", "alone", "joined", "started", "far", "done", "neighbour", "county", "police"],
)
async def test_a_step_is_offered_to_the_lead_or_the_asked(
    found: Any, role: Role, home: str | None, offered: list[str]
) -> None:
    shown = await county(found).open(joint_measures.show_one, PATH, None, [role], home)

    assert steps_in(shown, PATH) == offered


async def test_each_municipality_is_said_to_take_part_or_not() -> None:
    answers = (FAR, "JOINED", 1), (ASKED, "DECLINED", 1)
    text = text_of(await county(proposed(), *answers).open(joint_measures.show_one, PATH, None, HOME, LEAD))
    later = county(proposed(), *answers, revision=2)
    anew = text_of(await later.open(joint_measures.show_one, PATH, None, HOME, LEAD))

    found = dict(re.findall(r"<li>(\w+)<span class=\"detail[ \w]*\">([^<]+)</span></li>", text))
    assert found["Östersund"] == "leder åtgärden"
    assert found["Luleå"].startswith("har svarat ja")
    assert found["Åre"] == "deltar inte"
    assert anew.count("har inte svarat på planen") == 2


async def test_each_municipality_is_said_with_its_county() -> None:
    made = county(municipalities=[ASKED, LEAD, FAR])
    text = text_of(await made.open(joint_measures.show_one, PATH, None, HOME, LEAD))

    assert "<dt>Var</dt><dd>Åre, Östersund, Jämtlands län; Luleå, Norrbottens län</dd>" in text


async def test_an_answer_is_to_the_plan_that_was_read() -> None:
    made = county(proposed(), (ASKED, "DECLINED", 3), revision=3)
    form = form_of(text_of(await at(made, "svara", None, ASKED)), PATH)
    bare = await at(made, "svara", {**form, "verdict": "MAYBE"}, ASKED)
    done = await at(made, "svara", {**form, "verdict": "JOINED"}, ASKED)

    assert form["verdict"] == ["DECLINED"]
    assert errors_in(bare) == ["verdict"]
    assert done.headers["location"] == f"{PATH}?klart=svara"
    ((_, path, body),) = made.told
    assert path.endswith("/answer")
    assert GivenJointAnswer.model_validate(body).revision == 3


async def test_a_plan_that_changed_meanwhile_is_answered_anew() -> None:
    made = county(proposed(), revision=2)
    made.refusal = (409, "older-revision", ())
    answer = await at(made, "svara", {"version": "1", "verdict": "JOINED"}, ASKED)

    assert "Planen har ändrats medan du läste." in text_of(answer)
    assert form_of(text_of(answer), PATH)["version"] == ["2"]


async def test_the_lead_follows_up_and_finishes() -> None:
    made = county(STARTED)
    early = await at(made, "folj-upp", {"version": "4", "colour": "RED", "text": "Ingen kom", "day": "2027-12-01"})
    said = {"version": "4", "colour": "RED", "text": "Ingen kom", "day": "2026-12-01"}
    await at(made, "folj-upp", said)
    await at(made, "genomford", {"version": "4"})

    assert errors_in(early) == ["day"]
    assert [path.rpartition("/")[2] for _, path, _ in made.told] == ["follow-up", "finish"]
    assert FollowUpMeasure.model_validate(made.told[0][2]).colour == "RED"


@pytest.mark.parametrize(
    ("found", "role", "home", "waits"),
    [
        (proposed(), HOME, ASKED, True),
        (joined(), HOME, FAR, False),
        (proposed(), HOME, LEAD, False),
        (deciding.finish(STARTED), HOME, ASKED, False),
        (proposed(), [Role.COUNTY_COORDINATOR], None, False),
    ],
    ids=["asked", "joined", "lead", "done", "county"],
)
async def test_the_list_begins_with_those_that_ask_the_reader(
    found: Any, role: Any, home: str | None, waits: bool
) -> None:
    text = text_of(await county(found).open(joint_measures.show_list, LIST, None, role, home))

    above, _, below = text.partition('id="list"')
    assert [f'href="{PATH}"' in part for part in (above, below)] == [waits, not waits]
    assert ("Kommunen är tillfrågad" in text) is (home is not None)


@pytest.mark.parametrize(
    ("answers", "waits", "said"),
    [
        ([], True, "Åre har inte svarat på planen"),
        ([(ASKED, "DECLINED", 1)], False, "Åre deltar inte"),
        ([(ASKED, "JOINED", 1)], False, "Åre har svarat ja"),
        ([(ASKED, "DECLINED", 0)], True, "Åre har inte svarat på planen"),
    ],
    ids=["silent", "declined", "on-its-way", "older"],
)
async def test_who_has_answered_is_told_so_and_asked_no_more(answers: Any, waits: bool, said: str) -> None:
    text = text_of(await county(proposed(), *answers).open(joint_measures.show_list, LIST, None, HOME, ASKED))

    assert text.count(f'href="{PATH}"') == 1
    assert (f'href="{PATH}"' in text.partition('id="list"')[0]) is waits
    assert said in text


@pytest.mark.parametrize(
    ("role", "home", "offered"),
    [
        (Role.MUNICIPAL_COORDINATOR, LEAD, True),
        (Role.MUNICIPAL_COORDINATOR, ASKED, False),
        (Role.POLICE, None, False),
        (Role.COUNTY_COORDINATOR, None, False),
    ],
)
async def test_a_released_picture_at_home_is_worked_on_jointly(role: Role, home: str | None, offered: bool) -> None:
    made = county()
    made.answers |= {"/problem-pictures": page(of(PICTURE)), OF_PICTURE: of(PICTURE)}
    listed = text_of(await made.open(joint_measures.show_list, LIST, None, [role], home))
    shown = text_of(await made.open(pictures.show_one, OWN, None, [role], home))
    asked = await made.open(joint_plan.PLAN.ask, f"{OWN}/gemensam", None, [role], home)

    assert [f'href="{OWN}/gemensam"' in text for text in (listed, shown)] == [offered] * 2
    assert asked.status_code == (200 if offered else 303)


async def test_a_plan_opened_and_sent_is_the_same() -> None:
    made = county()
    made.answers[OF_PICTURE] = of(PICTURE)
    shown = text_of(await at(made, "andra"))
    done = await at(made, "andra", form_of(shown, PATH))

    assert "Ändras planen frågas alla kommuner på nytt" in shown
    assert done.headers["location"] == f"{PATH}?klart=andra"
    ((method, _, body),) = made.told
    sent = ProposeJointMeasure.model_validate(body)
    assert (method, sent.plan()) == ("PUT", plan(policy_areas=["ANDT"]))


async def test_a_plan_is_proposed_to_municipalities_of_other_counties() -> None:
    made = county()
    made.answers |= {OF_PICTURE: of(PICTURE), "POST /joint-measures": made.answers[f"/joint-measures/jamtland/{OF}"]}
    path = f"{OWN}/gemensam"
    form = form_of(text_of(await made.open(joint_plan.PLAN.ask, path, None, HOME, LEAD)), path)
    alone = await made.open(joint_plan.PLAN.send, path, {**form, **WRITTEN, "municipalities": []}, HOME, LEAD)
    done = await made.open(joint_plan.PLAN.send, path, {**form, **WRITTEN}, HOME, LEAD)

    assert errors_in(alone) == ["municipalities"]
    assert done.headers["location"] == f"{PATH}?klart=gemensam"
    ((_, _, body),) = made.told
    assert ProposeJointMeasure.model_validate(body).municipalities == (LEAD, FAR)
    assert body["indicator"]["baseline"] == 0


async def test_a_plan_that_ends_before_it_begins_is_refused() -> None:
    made = county()
    made.answers[OF_PICTURE] = of(PICTURE)
    form = form_of(text_of(await at(made, "andra")), PATH)
    answer = await at(made, "andra", {**form, "last_day": "2025-01-01", "target": "många"})

    assert (answer.status_code, errors_in(answer), made.told) == (422, ["target", "last_day"], [])
