"""Cooperation on the pages: the five steps with all that they ask for, who goes them, and how it is sent."""

import re
from datetime import date
from typing import Any

import pytest

from services.initiatives.api.cooperation_processes import ProcessView, StepBack
from services.initiatives.domain import processes as deciding
from services.initiatives.domain.readiness_life import EARLIER
from services.workspace.pages import process_forms, processes
from shared.contracts.cooperation_processes import CooperationProcess, Milestone, ProcessDetails, SignedAgreement
from shared.contracts.readiness_codes import ProcessStep
from shared.contracts.reference.readiness import MILESTONES
from shared.runtime.auth import Role
from tests.support.forms import form_of
from tests.support.workspace_alone import MadeUpCounty, errors_in, steps_in, text_of
from tests.unit.initiatives.ready import on
from tests.unit.initiatives.test_processes import AGREEMENT, STEPS, at, begun, complete

HOME, TODAY = "2380", date(2026, 12, 1)
PATH = f"/samverkan/jamtland/{begun().id}"
ALL = {"nasta", "anteckna", "overenskommelse", "tillbaka", "andra", "avsluta"}


def county(found: CooperationProcess) -> MadeUpCounty:
    """A county with this process alone, of Östersund."""
    view = ProcessView(**dict(found), version=4).model_dump(mode="json")
    shown = view | {"county": "jamtland", "municipalities": [HOME]}
    path = "/cooperation-processes"
    page = {"items": [shown], "counties": [], "next": None}
    return MadeUpCounty({path: page, f"{path}/jamtland/{found.id}": shown, f"POST {path}": shown})


async def opened(made: MadeUpCounty, word: str, form: Any = None, role: Role = Role.MUNICIPAL_COORDINATOR) -> Any:
    """The form of that word, opened or sent to by somebody of Östersund, or by the police."""
    work = process_forms.FORMS[word]
    path = "/samverkan/ny" if word == "ny" else f"{PATH}/{word}"
    return await made.open(work.ask if form is None else work.send, path, form, [role], HOME)


async def shown(found: CooperationProcess, role: Role = Role.MUNICIPAL_COORDINATOR, home: str | None = HOME) -> Any:
    """The page of the process, for somebody."""
    return await county(found).open(processes.show_one, PATH, None, [role], home)


@pytest.mark.parametrize(
    ("found", "role", "home", "offered"),
    [
        (begun(), Role.MUNICIPAL_COORDINATOR, HOME, {"anteckna", "andra", "avsluta"}),
        (complete(begun()), Role.MUNICIPAL_COORDINATOR, HOME, {"nasta", "anteckna", "andra", "avsluta"}),
        (complete(at(ProcessStep.JOINT_PREPARATION)), Role.MUNICIPAL_COORDINATOR, HOME, ALL),
        (at(ProcessStep.FOLLOW_UP), Role.MUNICIPAL_COORDINATOR, HOME, ALL - {"nasta"}),
        (at(ProcessStep.FOLLOW_UP), Role.POLICE, None, {"anteckna", "overenskommelse"}),
        (at(ProcessStep.FOLLOW_UP), Role.MUNICIPAL_COORDINATOR, "2326", set()),
        (at(ProcessStep.FOLLOW_UP), Role.COUNTY_COORDINATOR, None, set()),
        (deciding.end(begun()), Role.MUNICIPAL_COORDINATOR, HOME, set()),
    ],
    ids=["begun", "complete", "joint", "last", "police", "neighbour", "county", "ended"],
)
async def test_a_step_is_offered_to_whoever_may_go_it(
    found: CooperationProcess, role: Role, home: str | None, offered: set[str]
) -> None:
    assert set(steps_in(await shown(found, role, home), PATH)) == offered


@pytest.mark.parametrize("step", STEPS)
async def test_each_step_says_all_that_it_asks_for(step: ProcessStep) -> None:
    text, done = text_of(await shown(at(step))), text_of(await shown(complete(at(step))))
    here, there = (each.partition('aria-current="step"')[2].partition("</ul></li>")[0] for each in (text, done))

    assert all(each.swedish[1:] in text for each in MILESTONES.values())
    assert here.count("inte gjort än") == len(deciding.lacking(at(step)))
    assert ("Pågår nu" in here, "inte gjort än" in there) == (True, False)


@pytest.mark.parametrize("step", STEPS[1:])
async def test_only_an_earlier_step_is_gone_back_to_for_a_reason(step: ProcessStep) -> None:
    made = county(at(step))
    text = text_of(await opened(made, "tillbaka"))
    bare = await opened(made, "tillbaka", {"version": "4", "step": step})
    await opened(made, "tillbaka", {"version": "4", "step": "INITIATED", "reason": "Nytt  är känt"})

    assert re.findall(r'name="step" value="(\w+)"', text) == [*EARLIER[step]]
    assert errors_in(bare) == ["step", "reason"]
    ((_, path, body),) = made.told
    assert path.endswith("/back")
    assert StepBack.model_validate(body).reason == "Nytt är känt"


async def test_the_way_back_is_told_with_its_reason() -> None:
    back = deciding.step_back(at(ProcessStep.IMPLEMENTATION), ProcessStep.INITIATED, "Nytt <är> känt", on(TODAY))

    text = bytes((await shown(back)).body).decode()

    assert "Från genomförande till initiera samverkan" in text
    assert "Därför: Nytt &lt;är&gt; känt" in text


async def test_something_done_is_noted_with_its_day() -> None:
    made = county(at(ProcessStep.OWN_PREPARATION))
    form = form_of(text_of(await opened(made, "anteckna")), PATH)
    await opened(made, "anteckna", form)
    wrong = await opened(made, "anteckna", {"version": "4", "code": "START_DECISION", "done_on": "nyss"})

    ((_, path, body),) = made.told
    assert path.endswith("/milestones")
    assert Milestone.model_validate(body) == Milestone(code="MUNICIPAL_PICTURE", done_on=date(2026, 12, 9))
    assert errors_in(wrong) == ["code", "done_on"]


async def test_what_is_done_already_is_marked_with_its_day() -> None:
    text = text_of(await opened(county(complete(at(ProcessStep.OWN_PREPARATION))), "anteckna"))

    assert "(gjort " in text
    assert "(gjort " not in text_of(await opened(county(at(ProcessStep.OWN_PREPARATION)), "anteckna"))


async def test_an_agreement_is_signed_by_both() -> None:
    made = county(deciding.sign(AGREEMENT, at(ProcessStep.JOINT_PREPARATION), on(TODAY)) or begun())
    form = form_of(text_of(await opened(made, "overenskommelse")), PATH)
    await opened(made, "overenskommelse", form)
    wrong = await opened(made, "overenskommelse", {**form, "signed_by": ["LPO_CHIEF"], "purposes": ""})

    ((_, path, body),) = made.told
    assert path.endswith("/agreement")
    assert SignedAgreement.model_validate(body) == AGREEMENT
    assert errors_in(wrong) == ["purposes", "signed_by"]


async def test_cooperation_is_initiated_and_gone_on_with() -> None:
    made = county(complete(begun()))
    bare = await opened(made, "ny", {})
    new = await opened(made, "ny", {"title": "Samverkan", "municipalities": [HOME]})
    on_ = await opened(made, "nasta", {"version": "4"})

    assert errors_in(bare) == ["title", "municipalities"]
    assert new.headers["location"] == f"{PATH}?klart=ny"
    assert on_.headers["location"] == f"{PATH}?klart=nasta"
    (_, _, details), (_, path, _) = made.told
    assert ProcessDetails.model_validate(details).municipalities == (HOME,)
    assert path.endswith("/step")
