"""Initiatives of four counties, each a process of its own, over real Kafka: what leaves, and who is told."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import httpx
import pytest

from infra.demo.county import DemoCounty, until, wait_known
from infra.demo.initiatives import (
    BORROWER,
    LENDER,
    LULEA,
    MEASURES,
    NEWS,
    OSTERSUND,
    PICTURES,
    Locals,
    agreed,
    assess_picture,
    borrowed,
    draft,
    followed_up,
    locals_of,
    ongoing,
    plan,
    step,
    sums,
    told,
)
from infra.demo.trainings import path
from infra.engine import Engine
from shared.swedish import day_of
from tests.support.markers import WORD, marker

KROKOM, BODEN, JOINT = "2309", "2582", "joint-measures"


@pytest.fixture(scope="module")
def local(counties: list[DemoCounty], engine: Engine) -> Iterator[dict[str, Locals]]:
    """Those who write for four municipalities, two of each county, by code."""
    homes = {OSTERSUND: LENDER, KROKOM: LENDER, LULEA: BORROWER, BODEN: BORROWER}
    by_name = {county.name: county for county in counties}
    with ExitStack() as stack:
        yield {code: stack.enter_context(locals_of(engine, by_name[home], code)) for code, home in homes.items()}


def test_a_released_picture_is_read_and_an_own_one_never_leaves(
    counties: list[DemoCounty], local: dict[str, Locals], engine: Engine
) -> None:
    ostersund = local[OSTERSUND]
    kept = [draft(ostersund, title=f"Utkast {marker(1)}"), draft(ostersund, title=f"Egen {marker(2)}")]
    kept[1] = step(ostersund.municipality, kept[1], "own")
    kept.append(agreed(ostersund, title=f"Enig {marker(3)}"))

    released = step(ostersund.municipality, agreed(ostersund), "release", {})
    wait_known(counties, PICTURES, released)

    texts = {county.get(path(released, PICTURES))["summary"] for county in counties}
    assert texts == {released["summary"]}
    events = told(engine, LENDER)
    assert [each for each in events if released["id"] in each]
    assert not [each for each in events if WORD in each or any(one["id"] in each for one in kept)]
    others = [county for county in counties if county.name != LENDER]
    answers = [county.client.get(path(one, PICTURES)).status_code for county in others for one in kept]
    assert set(answers) == {httpx.codes.NOT_FOUND}


def test_who_borrows_a_measure_is_told_how_its_model_goes(counties: list[DemoCounty], local: dict[str, Locals]) -> None:
    lender, borrower = local[OSTERSUND], local[LULEA]
    picture = step(lender.municipality, agreed(lender), "release", {})
    model = step(lender.municipality, ongoing(lender, picture), "release", {}, MEASURES)
    measure = borrowed(borrower, model)

    model = followed_up(lender, model, "YELLOW", "Vuxna saknas på helger")

    until(lambda: borrower.municipality.get(NEWS)["items"], "the borrower is told")
    (news,) = borrower.municipality.get(NEWS)["items"]
    assert (news["measure"], news["model"]["id"]) == (measure["id"], model["id"])
    assert (news["follow_up"]["colour"], news["follow_up"]["text"]) == ("YELLOW", "Vuxna saknas på helger")
    assert not [each for county in counties if county.name != BORROWER for each in county.get(NEWS)["items"]]
    wait_known(counties, MEASURES, model)
    assert borrower.municipality.client.post(path(measure, MEASURES) + "/model-seen").is_success
    assert borrower.municipality.get(NEWS)["items"] == []


def test_municipalities_of_two_counties_join_by_their_own_answers(
    counties: list[DemoCounty], local: dict[str, Locals]
) -> None:
    lead, home, away = (local[code].municipality for code in (OSTERSUND, KROKOM, LULEA))
    asked = sorted([OSTERSUND, KROKOM, LULEA, BODEN])
    picture = step(lead, agreed(local[OSTERSUND]), "release", {})
    joint = lead.post(f"/{JOINT}", plan(picture, municipalities=asked))
    where, joined = path(joint, JOINT), {"verdict": "JOINED", "revision": joint["revision"]}
    wait_known(counties, JOINT, joint)
    refused = lead.client.post(where + "/start", headers={"If-Match": f'"{joint["version"]}"'})
    assert refused.json()["type"] == "/problems/nobody-joined"

    home.post(where + "/answer", joined)
    assert LULEA not in away.post(where + "/answer", joined)["joined"], "the county of the lead says who has joined"
    local[BODEN].municipality.post(where + "/answer", {**joined, "verdict": "DECLINED"})

    expected = sorted([OSTERSUND, KROKOM, LULEA])
    until(lambda: all(each.get(where)["joined"] == expected for each in counties), "all counties show who has joined")
    until(lambda: len(lead.get(where)["answers"]) == 3, "the lead has heard all")
    started = lead.post(where + "/start", seen=lead.version(where))
    wait_known(counties, JOINT, started)
    assert {county.get(where)["status"] for county in counties} == {"STARTED"}


def test_sums_of_readiness_give_no_municipality_away(
    counties: list[DemoCounty], local: dict[str, Locals], engine: Engine
) -> None:
    other = next(county for county in counties if county.name == BORROWER)
    before = len(told(engine, LENDER))
    today = day_of(datetime.now(UTC))
    assess_picture(local[KROKOM], today.replace(year=today.year - 1, day=1))

    until(lambda: sums(other, LENDER), "the sums are known")
    shown = sums(other, LENDER)
    assert all(least < most for least, most in shown.values()), "one of eight or nobody: it cannot be told which"
    events = told(engine, LENDER)[before:]
    assert not [each for each in events if KROKOM in each.split("'") or "lägesbild" in each]
    assert other.client.get(f"/readiness/{KROKOM}").status_code == httpx.codes.NOT_FOUND
    assert other.get("/readiness")["items"] == []
    board = next(county for county in counties if county.name == LENDER)
    assert [each["municipality"] for each in board.get("/readiness/at-home")["items"]] == [KROKOM]
