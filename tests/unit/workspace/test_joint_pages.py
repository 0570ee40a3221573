"""Joint measures on the pages: who is asked and answers, who leads, and what is said of each municipality."""

import re
from typing import Any

import pytest

from services.initiatives.api.joint_measures import AnsweredJointMeasure
from services.initiatives.api.measure_views import FollowUpMeasure
from services.initiatives.domain import joint_measures as deciding
from services.initiatives.domain.joint_life import JOINT, JointAct
from services.initiatives.domain.joint_measures import GivenJointAnswer
from services.workspace.pages import joint_forms, joint_measures
from shared.runtime.auth import Role
from tests.support.forms import form_of
from tests.support.workspace_alone import EMPTY, MadeUpCounty, errors_in, steps_in, text_of
from tests.unit.initiatives.given_measures import OF
from tests.unit.initiatives.test_joint_measures import joined, proposed

LEAD, ASKED, FAR = "2380", "2321", "2580"
PATH, LIST = f"/lagesbilder/gemensamma/jamtland/{OF}", "/lagesbilder/gemensamma"
HOME = [Role.MUNICIPAL_COORDINATOR]
ACTS = {
    "paborja": JointAct.STARTS,
    "folj-upp": JointAct.FOLLOWS_UP,
    "genomford": JointAct.FINISHES,
    "avbryt": JointAct.STOPS,
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
    work: Any = {**joint_forms.FORMS, "svara": joint_forms.ANSWER}[word]
    return await made.open(work.ask if form is None else work.send, f"{PATH}/{word}", form, HOME, home)


def test_each_step_of_the_lead_is_one_of_the_service() -> None:
    assert {word: set(JOINT.befores(act)) for word, act in ACTS.items()} == {
        word: set(states) for word, states in joint_forms.STEPS.items()
    }
    assert set(joint_forms.ANSWERED_IN) == set(JOINT.befores(JointAct.HEARS))
    assert joint_forms.CALLS.keys() == ACTS.keys()


@pytest.mark.parametrize(
    ("found", "role", "home", "offered"),
    [
        (proposed(), Role.MUNICIPAL_COORDINATOR, ASKED, ["svara"]),
        (proposed(), Role.MUNICIPAL_COORDINATOR, LEAD, ["avbryt"]),
        (joined(), Role.MUNICIPAL_COORDINATOR, LEAD, ["paborja", "avbryt"]),
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

    assert text.count(f'href="{PATH}"') == (2 if waits else 1)
    assert ("Kommunen är tillfrågad" in text) is (home is not None)
