"""Four counties, each with a Kafka and a mirror of its own, as `norrsam up --federated` runs them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from infra.cli.county import local_token
from infra.demo.county import DemoCounty, Place
from infra.engine import Engine, temporary_engine
from infra.engine.local import up
from infra.engine.status import Row, status
from shared.contracts.counties import DEFAULT, parse
from tests.support.steps import Steps
from tests.support.waiting import eventually

pytestmark = pytest.mark.faults
LONG = 150.0
NAMES = [county.name for county in parse(DEFAULT)]


@pytest.fixture(scope="module")
def four() -> Iterator[Engine]:
    """Four Kafkas on one machine, and one PostgreSQL."""
    with temporary_engine(federated=True) as engine:
        yield engine


@pytest.fixture(scope="module")
def counties(four: Engine) -> Iterator[list[DemoCounty]]:
    """All four, ready; something of each has arrived in each other one."""
    steps = Steps()
    up(four, steps)
    assert steps.warnings == []
    tokens = {name: local_token(four.config.data, name, ["COUNTY_COORDINATOR"]) for name in NAMES}
    found = [DemoCounty(name, four.county(name).url, tokens[name]) for name in NAMES]
    yield found
    for county in found:
        county.close()


def register(county: DemoCounty, name: str) -> Place:
    """An actor of this county, and where it is found."""
    actor = county.register({"name": name, "type": "CIVIL_SOCIETY", "level": "LOCAL"})
    return county.name, actor["id"]


async def arrives(places: Sequence[Place], counties: Sequence[DemoCounty]) -> None:
    """Each of these counties comes to know all of it."""

    def all_is_known() -> None:
        missing = [(each.name, place) for each in counties for place in places if not each.version(_path(place))]
        assert missing == []

    await eventually(all_is_known, LONG)


def _path(place: Place) -> str:
    return f"/actors/{place[0]}/{place[1]}"


def rows(engine: Engine) -> dict[str, Row]:
    return {row.part: row for row in status(engine, watch=0).rows}


async def test_what_each_county_shares_arrives_in_the_others(four: Engine, counties: list[DemoCounty]) -> None:
    places = [register(county, f"Förening i {county.name}") for county in counties]

    await arrives(places, counties)

    place = places[0]  # an operator asks as where the counties share a Kafka
    said = four.command("trace", "/".join(place))
    assert said.endswith("It has arrived everywhere.")
    assert f"topic       {place[0]}.shared.actors.v1@" in said
    assert four.command("dead-letters", "list", "--county", place[0]) == "There are no dead letters."


async def test_up_starts_nothing_that_runs(four: Engine, counties: list[DemoCounty]) -> None:
    before = {name: row.pid for name, row in rows(four).items()}
    steps = Steps()

    up(four, steps)

    assert {what: seconds for what, seconds in steps.times.items() if seconds is not None} == {}
    assert steps.warnings == []
    assert {name: row.pid for name, row in rows(four).items()} == before


async def test_status_names_every_part_and_all_are_ready(four: Engine, counties: list[DemoCounty]) -> None:
    def all_are_ready() -> None:
        seen = rows(four)
        assert {name for name, row in seen.items() if row.state != "ready"} == set()
        assert set(seen) == {"postgres", *NAMES, *(f"{kind}-{name}" for name in NAMES for kind in kinds)}
        assert all(seen[f"mirror-{name}"].address.startswith("newest ") for name in NAMES)

    kinds = ("kafka", "mirror", "watchdog")
    await eventually(all_are_ready, LONG)


async def test_a_kafka_that_is_killed_stops_no_other_county(four: Engine, counties: list[DemoCounty]) -> None:
    dark = next(each for each in counties if each.name == "jamtland")
    others = [each for each in counties if each is not dark]
    four.kafkas[dark.name].kill()

    shared = [register(each, "Förening medan Jämtland är borta") for each in counties]

    await arrives([place for place in shared if place[0] != dark.name], others)
    seen = rows(four)
    assert seen["kafka-jamtland"].state == "stopped"
    assert {seen[f"kafka-{each.name}"].state for each in others} == {"ready"}

    four.kafkas[dark.name].start()

    await arrives(shared, counties)


async def test_no_service_is_told_of_another_county_s_kafka(four: Engine, counties: list[DemoCounty]) -> None:
    for name in NAMES:
        env = four.county(name).env
        assert env["NORRSAM_KAFKA"] == four.kafkas[name].bootstrap
        assert name in Path(env["NORRSAM_KAFKA_PASSWORDS"]).parts
        assert "NORRSAM_PEERS" not in env
