"""A county that was away for two days: what came late is kept."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from shared.links import checkpoints, late
from shared.messaging.leading import Connect
from shared.protocol.progress import OwnerHead

TOPIC = "jamtland.shared.actors.v1"
NOW = datetime(2026, 6, 10, 8, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=48)


@pytest.fixture
async def conn(toys: Connect) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose changes are undone."""
    conn = await toys()
    transaction = conn.transaction()
    await transaction.start()
    yield conn
    await transaction.rollback()
    await conn.close()


async def applied(conn: asyncpg.Connection, epoch: int, number: int, as_of: datetime) -> None:
    """All up to this number is applied, and the owner had no more at this time."""
    checkpoint = await checkpoints.lock(conn, TOPIC, "")
    progress = checkpoint.progress
    if epoch > progress.epoch:
        progress.epoch, progress.number = epoch, 0
    progress.number = number
    progress.hear(OwnerHead(epoch, 1, number, as_of), datetime.now(UTC))
    await checkpoints.save(conn, checkpoint)


async def test_a_county_that_was_away_for_two_days_is_told_of(conn: asyncpg.Connection) -> None:
    await applied(conn, 1, 10, BEFORE)
    await late.note(conn, [TOPIC], NOW)  # while it is away, each ten seconds
    await late.note(conn, [TOPIC], NOW)
    during = await late.newest(conn, 9)

    await applied(conn, 1, 41, NOW)
    await late.note(conn, [TOPIC], NOW + timedelta(seconds=5))
    await late.note(conn, [TOPIC], NOW + timedelta(seconds=15))

    assert during == [late.Late(topic=TOPIC, since=BEFORE, until=None, events=None)]
    assert await late.newest(conn, 9) == [late.Late(topic=TOPIC, since=BEFORE, until=NOW, events=31)]


async def test_a_stream_is_late_until_all_of_it_has_come(conn: asyncpg.Connection) -> None:
    await applied(conn, 1, 10, BEFORE)
    await late.note(conn, [TOPIC], NOW)

    await applied(conn, 1, 20, BEFORE + timedelta(hours=20))  # what has come so far
    await late.note(conn, [TOPIC], NOW)

    assert [each.until for each in await late.newest(conn, 9)] == [None]


async def test_what_an_epoch_has_begun_meanwhile_is_not_counted(conn: asyncpg.Connection) -> None:
    await applied(conn, 1, 10, BEFORE)
    await late.note(conn, [TOPIC], NOW)

    await applied(conn, 2, 5, NOW)
    await late.note(conn, [TOPIC], NOW)

    assert await late.newest(conn, 9) == [late.Late(topic=TOPIC, since=BEFORE, until=NOW, events=None)]


@pytest.mark.parametrize("as_of", [NOW - timedelta(minutes=9), NOW])
async def test_what_comes_within_ten_minutes_is_not_late(conn: asyncpg.Connection, as_of: datetime) -> None:
    await applied(conn, 1, 10, as_of)

    await late.note(conn, [TOPIC], NOW)

    assert await late.newest(conn, 9) == []


async def test_what_was_never_complete_is_not_late(conn: asyncpg.Connection) -> None:
    await checkpoints.lock(conn, TOPIC, "")

    await late.note(conn, [TOPIC], NOW)

    assert await late.newest(conn, 9) == []
