"""`norrsam trace` names the first place where an event is missing, whatever has stopped it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import pytest
from typer.testing import CliRunner

from infra.cli import main
from infra.demo.county import DemoCounty, Place
from infra.demo.police import Police
from infra.demo.shipments import HANDLING, case
from infra.engine import Engine
from shared.runtime.settings import Settings
from tests.support.waiting import eventually

pytestmark = pytest.mark.faults

SCHOOL = {"name": "Skolan vid älven", "type": "SCHOOL", "level": "LOCAL", "municipality": "2584"}
FAR = "jamtland"
READERS = {f"{county}/actors" for county in ("vasterbotten", FAR, "vasternorrland")} | {
    f"{county}/trainings" for county in ("norrbotten", "vasterbotten", FAR, "vasternorrland")
}
PATIENCE = 180.0


@pytest.fixture(autouse=True)
def _operator(engine: Engine, counties: list[DemoCounty], monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are those of this engine's operator."""
    for name, value in engine.county("norrbotten").env.items():
        monkeypatch.setenv(name, value)
    urls = {county.name: county.url for county in counties}
    monkeypatch.setattr(Settings, "address", lambda _, county: urls[county.name])


async def norrsam(*words: str) -> tuple[int, str]:
    """Exit status and output of a command."""
    done = await asyncio.to_thread(CliRunner().invoke, main._program([words[0]]), words)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


async def trace(place: Place, *options: str) -> tuple[int, dict[str, str], str]:
    """Exit status, the rest of each line by its stop or its county, and the verdict."""
    status, output = await norrsam("trace", "/".join(place), *options)
    assert max(map(len, output.splitlines())) <= 80, output
    *blocks, verdict = output.strip().split("\n\n")
    lines = [line for block in blocks for line in block.splitlines()]
    stops = {line.split()[0]: line[12:] for line in lines if re.match(r"[a-z]+  ", line)}
    rows = {match[2]: match[1] + match[3] for line in lines if (match := re.match(r"(\S+ +)(\w+/\S+)(.*)", line))}
    return status, {**stops, **rows}, " ".join(verdict.split())


async def arrived(place: Place) -> None:
    """An aggregate's last version is everywhere."""

    async def everywhere() -> None:
        status, _, verdict = await trace(place)
        assert (status, verdict) == (0, "It has arrived everywhere.")

    await eventually(everywhere, PATIENCE)


def register(county: DemoCounty, **changes: str) -> Place:
    actor = county.register(SCHOOL | changes)
    return actor["county"], actor["id"]


@asynccontextmanager
async def database(engine: Engine, name: str) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection."""
    conn = await asyncpg.connect(engine.postgres_admin_dsn, database=name)
    yield conn
    await conn.close()


@asynccontextmanager
async def without_login(engine: Engine, role: str) -> AsyncIterator[None]:
    """The operator cannot log in to the database of that role's name."""
    async with database(engine, "postgres") as conn:
        await conn.execute(f'ALTER ROLE "{role}" NOLOGIN')
        yield
        await conn.execute(f'ALTER ROLE "{role}" LOGIN')


@asynccontextmanager
async def killed(engine: Engine, county: str) -> AsyncIterator[None]:
    engine.kill_county(county)
    yield
    await asyncio.to_thread(engine.start_county, county)


async def test_an_event_that_arrived_is_shown_at_every_stop(counties: list[DemoCounty]) -> None:
    place = register(counties[0])

    await arrived(place)

    _, output = await norrsam("trace", "/".join(place))
    _, lines, _ = await trace(place)
    assert output.startswith(f"norrbotten/{place[1]}\nse.norrsam.actors.ActorRegistered.v1, version 1\n")
    assert "älven" not in output
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", lines["outbox"])
    number = re.fullmatch(r"(\d+) in epoch 1", lines["number"])
    assert number
    assert re.fullmatch(r"norrbotten\.shared\.actors\.v1@\d+, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", lines["topic"])
    assert lines.keys() >= READERS
    for each in READERS:
        _, checkpoint, gap, letter, version = lines[each].split()
        assert int(checkpoint) >= int(number[1])
        assert (gap, letter, version) == ("no", "no", "1")


async def test_an_older_version_is_shown_on_request(counties: list[DemoCounty]) -> None:
    place = register(counties[0])
    counties[0].rename(place, "Skolan")
    await arrived(place)

    _, lines, verdict = await trace(place, "--version", "1")
    _, both = await norrsam("trace", "/".join(place), "--all")

    assert lines["jamtland/actors"].split()[-1] == "2"
    assert verdict == "It has arrived everywhere."
    assert re.findall(r"(\w+)\.v1, version (\d)", both) == [("ActorRegistered", "1"), ("ActorChanged", "2")]
    with pytest.raises(LookupError, match=r"There is no version 3 on .*: its owner has 1 to 2"):
        await trace(place, "--version", "3")


async def test_what_an_unlinkable_stream_tells_is_its_hour(
    counties: list[DemoCounty], police: dict[str, Police]
) -> None:
    signal = police["vasterbotten"].release(case("2480"), HANDLING)

    await arrived((signal["county"], signal["id"]))

    _, lines, _ = await trace((signal["county"], signal["id"]))
    assert lines["outbox"].endswith(":00:00")
    assert lines["topic"].endswith(":00:00")


async def test_an_event_without_a_number_is_missing_there(counties: list[DemoCounty], engine: Engine) -> None:
    async with database(engine, "norrbotten_actors") as conn, conn.transaction():
        await conn.execute("LOCK TABLE streams IN EXCLUSIVE MODE")
        place = register(counties[0])

        status, lines, verdict = await trace(place)

    assert (status, lines["number"]) == (1, "none yet")
    assert verdict.startswith("It has no number, so the relay of norrbotten/actors does not work")
    await arrived(place)


async def test_without_kafka_an_event_is_missing_there(counties: list[DemoCounty], engine: Engine) -> None:
    place = register(counties[0])
    await arrived(place)
    engine.stop_kafka()
    counties[0].rename(place, "Skolan utan Kafka")

    async def waits() -> str:
        status, lines, verdict = await trace(place)
        assert (status, lines["topic"][:8]) == (1, "Kafka at")
        assert {lines[each].split()[-1] for each in READERS} == {"1"}
        assert verdict.startswith("Kafka has not confirmed number ")
        return verdict

    assert "sent by itself once Kafka answers" in await eventually(waits, PATIENCE)
    await asyncio.to_thread(engine.start_kafka)
    await arrived(place)


async def test_a_gap_at_one_county_is_named_and_closes(counties: list[DemoCounty], engine: Engine) -> None:
    place = register(counties[0])
    await arrived(place)
    async with killed(engine, FAR), database(engine, "jamtland_actors") as conn:
        number = await conn.fetchval("DELETE FROM aggregates WHERE id = $1 RETURNING number", place[1])
        await conn.execute(
            "UPDATE checkpoints SET gaps = int8multirange(int8range($1, $1, '[]')) WHERE topic = $2",
            number,
            "norrbotten.shared.actors.v1",
        )

        status, lines, verdict = await trace(place)

    assert (status, lines["jamtland/actors"].split()[2:]) == (1, ["yes", "no", "none"])
    assert verdict.startswith(f"jamtland/actors misses number {number}: norrbotten publishes it again")
    await arrived(place)


async def test_a_dead_letter_at_one_county_is_named(counties: list[DemoCounty], engine: Engine) -> None:
    async with database(engine, "jamtland_actors") as conn:
        await conn.execute("ALTER TABLE aggregates ADD CONSTRAINT mark CHECK (search NOT LIKE '%mark%') NOT VALID")
        place = register(counties[0], name="Skolan i Mark")

        async def put_aside() -> str:
            status, lines, verdict = await trace(place)
            assert (status, lines["jamtland/actors"].split()[2], lines["jamtland/actors"].split()[4]) == (
                1,
                "no",
                "none",
            )
            assert verdict.startswith("jamtland/actors has put it aside as dead letter ")
            return verdict

        verdict = await eventually(put_aside, PATIENCE)
        await conn.execute("ALTER TABLE aggregates DROP CONSTRAINT mark")
    command = re.search(r"`norrsam (dead-letters show .*?)`", verdict)
    assert command
    _, output = await norrsam(*command[1].split())
    assert "handler-error" in output
    await norrsam(*command[1].replace("show", "retry").split())
    await arrived(place)


async def test_a_stopped_stream_shows_the_older_version(counties: list[DemoCounty], engine: Engine) -> None:
    place = register(counties[0])
    await arrived(place)
    async with killed(engine, FAR), database(engine, "jamtland_actors") as conn:
        stop = "UPDATE checkpoints SET stopped = 'Skolan i Mark is wrong' WHERE topic = 'norrbotten.shared.actors.v1'"
        await conn.execute(stop)
        counties[0].rename(place, "Skolan")

        async def stopped() -> None:
            status, lines, verdict = await trace(place)
            assert (status, lines["jamtland/actors"].split()[-1], lines["vasterbotten/actors"].split()[-1]) == (
                1,
                "1",
                "2",
            )
            assert verdict.startswith("jamtland/actors has stopped this stream after handler errors")
            assert "Mark" not in verdict

        await eventually(stopped, PATIENCE)
    await arrived(place)


async def test_a_county_whose_process_is_away_is_to_be_started(counties: list[DemoCounty], engine: Engine) -> None:
    place = register(counties[0])
    await arrived(place)
    async with killed(engine, FAR):
        counties[0].rename(place, "Skolan")

        async def behind() -> None:
            status, _, verdict = await trace(place)
            assert status == 1
            assert re.match(r"jamtland/actors has not read number \d+, and its process does not answer", verdict)

        await eventually(behind, PATIENCE)
    await arrived(place)


async def test_a_county_that_cannot_be_asked_holds_up_no_other(counties: list[DemoCounty], engine: Engine) -> None:
    place = register(counties[0])
    await arrived(place)
    async with killed(engine, FAR), without_login(engine, "jamtland_actors"):
        status, lines, verdict = await trace(place)

    assert (status, lines["jamtland/actors"].strip()) == (1, "away")
    assert {lines[each].split()[-1] for each in READERS - {"jamtland/actors"}} == {"1"}
    assert verdict.startswith("It has arrived wherever one can ask. jamtland/actors cannot be asked: its database")


async def test_a_county_without_its_database_is_asked_over_http(counties: list[DemoCounty], engine: Engine) -> None:
    place = register(counties[0])
    await arrived(place)
    async with without_login(engine, "jamtland_actors"):
        status, lines, verdict = await trace(place)

    assert (status, verdict) == (0, "It has arrived everywhere.")
    assert lines["jamtland/actors"].split()[2:] == ["no", "no", "?"]


async def test_without_the_owner_s_database_the_topic_tells(counties: list[DemoCounty], engine: Engine) -> None:
    place = register(counties[0])
    await arrived(place)
    async with without_login(engine, "norrbotten_actors"):
        status, lines, verdict = await trace(place)

    assert (status, verdict) == (0, "It has arrived everywhere.")
    assert "cannot log in" in lines["outbox"]
    assert re.fullmatch(r"by Kafka up to \d+", lines["confirmed"])


async def test_an_unknown_aggregate_is_a_clear_error() -> None:
    with pytest.raises(LookupError, match="is in an outbox of norrbotten or on its topics"):
        await trace(("norrbotten", str(uuid4())))
