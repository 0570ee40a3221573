"""The story of the sandbox, as it is: taken by the kit, and by subscribers that know less."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from infra.sandbox.county import SandboxCounty
from infra.sandbox.report import ReportedState
from infra.sandbox.story import story
from infra.sandbox.truth import differences
from shared.contracts.actors import Actor
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.shipment_signals import ShipmentSignal
from shared.contracts.topics import LINKS, stream_name
from shared.subscribing import SqliteStore, Withdrawn, delivery
from shared.subscribing.deciding import RecordDecision, RecordMeaning, decide
from shared.subscribing.delivery import Delivery

SEEDS = range(1, 4)
State = tuple[int, int, dict[str, Any]]


def county_of(seed: int) -> SandboxCounty:
    return SandboxCounty(parse(DEFAULT)[0], Random(seed), lambda: datetime.now(UTC))


def records(county: SandboxCounty) -> Iterator[Any]:
    """The records of the whole story as a consumer gets them."""
    ends: dict[str, int] = {}
    for step in story(county, 10):
        for each in step.records:
            offset = ends[each.topic] = ends.get(each.topic, -1) + 1
            yield SimpleNamespace(
                topic=each.topic,
                offset=offset,
                key=each.key,
                value=each.value,
                headers=each.headers,
                timestamp=each.time,
                partition=0,
            )


def report(states: dict[tuple[str, str], State]) -> list[ReportedState]:
    return [
        ReportedState(topic=topic, subject=subject, epoch=epoch, version=version, data=data)
        for (topic, subject), (epoch, version, data) in states.items()
    ]


async def taken_by_the_kit(county: SandboxCounty, file: Path) -> tuple[dict[tuple[str, str], State], SqliteStore]:
    """The states that a program with the kit has at the end, and its database."""
    store, states = SqliteStore(file), dict[tuple[str, str], State]()
    topics = [county.actors.topic, county.signals.topic]
    taking = Delivery(store, "agency.1", topics, (Actor, ShipmentSignal, Withdrawn))

    async def keep(event: Any, conn: Any, envelope: Any) -> None:
        topic = county.actors.topic if envelope is None or isinstance(event, Actor) else county.signals.topic
        if isinstance(event, Withdrawn):
            del states[topic, str(event.id)]
        else:
            states[topic, str(event.id)] = envelope.epoch, envelope.version, event.model_dump(mode="json")

    for record in records(county):
        if stream_name(record.topic) == LINKS:
            await taking.hear(record)
        else:
            assert await taking.take(record, keep) is None
    return states, store


@pytest.mark.parametrize("seed", SEEDS)
async def test_the_kit_ends_with_the_truth(seed: int, tmp_path: Path) -> None:
    county = county_of(seed)

    states, store = await taken_by_the_kit(county, tmp_path / "own.db")

    assert differences(county.states, report(states)) == []
    own = store.connection.execute
    assert [tuple(row) for row in own("SELECT missing, complete_until IS NOT NULL FROM norrsam_positions")] == [
        (0, 1)
    ] * 2
    assert sorted(row["reason"] for row in own("SELECT reason FROM norrsam_parked")) == ["false-envelope"] * 2
    assert [row["skipped"] for row in own("SELECT skipped FROM norrsam_positions ORDER BY topic")] == [1, 0]


def taken_simply(county: SandboxCounty, *, by_version: bool, by_epoch: bool) -> dict[tuple[str, str], State]:
    """The states of a subscriber that knows neither restates nor which records are forged."""
    states: dict[tuple[str, str], State] = {}
    for record in records(county):
        headers = {name: value.decode() for name, value in record.headers}
        if not any(name in headers.get("ce_type", "") for name in (".Actor", ".ShipmentSignal")):
            continue
        try:
            data = json.loads(record.value)
        except ValueError:
            continue
        key = record.topic, headers["ce_subject"]
        epoch, version = int(headers["ce_epoch"]), int(headers["ce_aggregateversion"])
        had = states.get(key, (0, 0, {}))[:2]
        newer = (epoch, version) > had if by_epoch else version > had[1]
        if newer or not by_version:
            states[key] = epoch, version, data
    return states


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("by_version", "by_epoch", "said"),
    [
        (False, False, "is older than it should be"),
        (True, False, "is older than it should be"),
        (True, True, "is newer than it should be"),
        (True, True, "is gone: the restate did not say it again"),
    ],
)
def test_a_subscriber_that_forgets_a_rule_is_told(seed: int, by_version: bool, by_epoch: bool, said: str) -> None:
    county = county_of(seed)

    states = taken_simply(county, by_version=by_version, by_epoch=by_epoch)

    assert any(said in each for each in differences(county.states, report(states)))


@pytest.mark.parametrize("seed", SEEDS)
def test_who_reports_data_alone_is_told_of_a_forged_one(seed: int) -> None:
    county = county_of(seed)

    states = report(taken_simply(county, by_version=True, by_epoch=True))

    data_alone = [each.model_copy(update={"epoch": None, "version": None}) for each in states]
    assert any(": name is 'Inte " in each for each in differences(county.states, data_alone))


@pytest.mark.parametrize("seed", SEEDS)
async def test_who_forgets_the_numbers_of_what_is_restated_is_told(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = county_of(seed)

    def forgetful(*given: Any) -> RecordDecision:
        decision = decide(*given)
        passed = decision.verdict is RecordMeaning.REPEATED
        return replace(decision, verdict=RecordMeaning.PASSED) if passed else decision

    monkeypatch.setattr(delivery, "decide", forgetful)

    states, _ = await taken_by_the_kit(county, tmp_path / "own.db")

    assert any("is missing" in each for each in differences(county.states, report(states)))


def test_the_same_seed_invents_the_same() -> None:
    counties = county_of(1), county_of(1), county_of(2)
    told = [[step.what for step in story(county, 5)] for county in counties]
    names = [{each.subject for each in county.states} for county in counties]

    assert told[0] == told[1] == told[2]
    assert names[0] == names[1]
    assert names[0] != names[2]
