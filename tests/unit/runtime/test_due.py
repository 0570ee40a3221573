"""Due jobs: each is done once, in its own transaction, whatever fails, dies or jumps."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest
import structlog

from infra.engine import Engine
from shared.contracts.counties import County
from shared.messaging.leading import Connect
from shared.messaging.outbox import Transaction, Writer
from shared.runtime import due, metrics
from shared.runtime.part import Part
from shared.runtime.settings import Settings
from tests.support import toy
from tests.support.databases import fresh
from tests.support.waiting import eventually

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class World:
    """A database with toys, and a clock. The due job of a toy raises its version by 1 and emits an event."""

    conn: asyncpg.Connection
    connect: Connect
    county: County
    time: datetime = NOON
    again: timedelta | None = None
    broken: set[UUID] = field(default_factory=set)
    defect: str = ""
    hangs: asyncio.Event | None = None

    @property
    def writer(self) -> Writer:
        return Writer(self.county.name, "http://county.test", lambda: self.time)

    async def toy(self, at: datetime) -> UUID:
        """Make a toy with a job due at that time."""
        identity = uuid4()
        await self.conn.execute("INSERT INTO toys VALUES ($1, 'Nalle', 1)", identity)
        await due.plan(self.conn, "wear", identity, at)
        return identity

    async def wear(self, tx: Transaction, identity: UUID) -> datetime | None:
        version = await tx.conn.fetchval(
            "UPDATE toys SET version = version + 1 WHERE id = $1 RETURNING version", identity
        )
        await tx.emit(toy.ToyMade(id=identity, county=tx.context.county.name, name="Nalle"), version)
        if self.hangs:
            await self.hangs.wait()
        if identity in self.broken:
            await tx.conn.execute(self.defect or "SELECT 1")
            raise RuntimeError("a leg is missing")
        return self.time + self.again if self.again else None

    async def turn(self, conn: asyncpg.Connection | None = None) -> None:
        await due.run(conn or self.conn, self.writer, {"wear": self.wear})

    async def versions(self, *toys: UUID) -> list[int]:
        return [await self.conn.fetchval("SELECT version FROM toys WHERE id = $1", each) for each in toys]

    async def left(self) -> int:
        return int(await self.conn.fetchval("SELECT count(*) FROM due"))

    async def emitted(self) -> int:
        return int(await self.conn.fetchval("SELECT count(*) FROM outbox"))


@pytest.fixture
async def world(postgres: Engine, settings: Settings, county: County) -> AsyncIterator[World]:
    connect = await fresh(postgres, settings, county, toy.service)
    conn = await connect()
    yield World(conn, connect, county)
    await conn.close()


async def test_a_due_job_is_done_once_together_with_its_event(world: World) -> None:
    one, other = await world.toy(NOON - HOUR), await world.toy(NOON + HOUR)
    await world.turn()

    await world.turn()

    assert await world.versions(one, other) == [2, 1]
    assert (await world.left(), await world.emitted()) == (1, 1)

    world.time = NOON + HOUR
    await world.turn()
    assert await world.versions(one, other) == [2, 2]
    assert (await world.left(), await world.emitted()) == (0, 2)


async def test_a_plan_that_is_rolled_back_is_never_due(world: World) -> None:
    with contextlib.suppress(RuntimeError):
        async with world.conn.transaction():
            await world.toy(NOON - HOUR)
            raise RuntimeError

    assert await world.left() == 0


async def test_a_new_plan_replaces_the_old_one(world: World) -> None:
    one = await world.toy(NOON - HOUR)
    await due.plan(world.conn, "wear", one, NOON + HOUR)

    await world.turn()

    assert await world.versions(one) == [1]
    assert await world.left() == 1


async def test_a_recurring_job_waits_for_its_next_time(world: World) -> None:
    one = await world.toy(NOON)
    world.again = HOUR
    await world.turn()

    await world.turn()

    assert await world.versions(one) == [2]

    world.time += HOUR
    await world.turn()
    assert await world.versions(one) == [3]


async def test_two_leaders_at_once_do_a_job_once(world: World) -> None:
    toys = [await world.toy(NOON - HOUR) for _ in range(20)]
    second = await world.connect()

    await asyncio.gather(world.turn(), world.turn(second))
    await second.close()

    assert await world.versions(*toys) == [2] * 20
    assert (await world.left(), await world.emitted()) == (0, 20)


async def test_a_job_whose_leader_dies_is_done_once_by_the_next(world: World) -> None:
    one = await world.toy(NOON - HOUR)
    world.hangs = asyncio.Event()
    doomed = await world.connect()
    turn = asyncio.create_task(world.turn(doomed))
    at_work = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
    )

    await eventually(lambda: world.conn.fetchval(at_work))

    doomed.terminate()
    turn.cancel()
    await asyncio.wait([turn])
    world.hangs = None

    async def is_noticed() -> None:
        assert not await world.conn.fetchval(at_work)

    await eventually(is_noticed)
    assert (await world.left(), await world.emitted()) == (1, 0)

    await world.turn()
    assert await world.versions(one) == [2]
    assert (await world.left(), await world.emitted()) == (0, 1)


@pytest.mark.parametrize("defect", ["", "SELECT * FROM legs", "SELECT legs FROM toys", "SELECT 1 / 0"])
async def test_a_failing_job_stays_is_shown_and_holds_up_no_other(world: World, defect: str) -> None:
    world.defect = defect
    before, broken, after = [await world.toy(NOON - HOUR * n) for n in (3, 2, 1)]
    world.broken = {broken}

    with structlog.testing.capture_logs() as logs:
        await world.turn()
        await world.turn()  # does not retry at once

    assert await world.versions(before, broken, after) == [2, 1, 2]
    assert (await world.left(), await world.emitted()) == (1, 2)
    assert [(line["event"], line["kind"], line["id"]) for line in logs] == [("due.failed", "wear", str(broken))]

    world.broken = set()
    await world.conn.execute("UPDATE due SET tried_at = tried_at - interval '2 minutes'")
    await world.turn()
    assert await world.versions(broken) == [2]
    assert await world.left() == 0


async def test_metrics_tell_how_many_jobs_fail_and_how_late_they_are(world: World, settings: Settings) -> None:
    world.broken = {await world.toy(NOON - HOUR)}
    await world.turn()
    part = Part(toy.service, settings, world.county)
    part.now = lambda: NOON
    await part.db.open()
    await metrics.measure([part])
    await part.db.close()
    labels = (world.county.name, "toys")

    assert metrics.DUE_FAILING.labels(*labels)._value.get() == 1
    assert metrics.DUE_LATE.labels(*labels)._value.get() == HOUR.total_seconds()


async def test_a_job_on_a_locked_aggregate_is_done_next_turn(world: World) -> None:
    locked, free = await world.toy(NOON - HOUR * 2), await world.toy(NOON - HOUR)
    second = await world.connect()

    async with second.transaction():
        await second.fetchval("SELECT version FROM toys WHERE id = $1 FOR UPDATE", locked)

        await world.turn()

        assert await world.versions(locked, free) == [1, 2]

    await second.close()
    await world.turn()
    assert await world.versions(locked) == [2]


async def test_a_command_that_plans_anew_wins_over_the_due_job(world: World) -> None:
    one = await world.toy(NOON - HOUR)
    second = await world.connect()
    async with second.transaction():
        await second.execute("UPDATE toys SET name = 'Nallebjörn' WHERE id = $1", one)
        turn = asyncio.create_task(world.turn())
        await asyncio.sleep(0.2)  # the turn waits for the command now
        await due.plan(second, "wear", one, NOON + HOUR)

    await turn
    await second.close()

    assert await world.versions(one) == [1]
    assert await world.left() == 1


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(days=400)])
async def test_a_jump_of_the_clock_neither_repeats_nor_drops_a_job(world: World, jump: timedelta) -> None:
    past, future = await world.toy(NOON - HOUR), await world.toy(NOON + HOUR)
    world.time = NOON + jump
    await world.turn()
    world.time = NOON

    await world.turn()

    assert await world.versions(past) == [2]

    world.time = NOON + HOUR
    await world.turn()
    assert await world.versions(past, future) == [2, 2]
    assert (await world.left(), await world.emitted()) == (0, 2)


async def test_a_full_turn_does_the_oldest_job_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "TURN_SECONDS", 0)
    newer, older = await world.toy(NOON - HOUR), await world.toy(NOON - HOUR * 2)

    await world.turn()

    assert await world.versions(newer, older) == [1, 2]

    await world.turn()
    assert await world.versions(newer, older) == [2, 2]


async def test_a_job_of_an_unknown_kind_waits(world: World) -> None:
    await due.plan(world.conn, "polish", uuid4(), NOON - HOUR)

    await world.turn()

    assert await world.left() == 1


def test_the_clock_setting_moves_the_clock() -> None:
    moved = Settings(clock=timedelta(days=85))

    assert abs(moved.now() - datetime.now(UTC) - timedelta(days=85)) < timedelta(minutes=1)
