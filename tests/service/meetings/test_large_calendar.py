"""A calendar of many meetings costs no more to read than one of few: what is read is what is shown."""

import json
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from services.meetings.store import calendars, listing
from services.meetings.store.meetings import sort_key_at
from shared.contracts.asking import Reference
from shared.runtime.aggregates import LIST_START
from tests.service.meetings.boards import Boards
from tests.unit.meetings.given import BEFORE, BOARDS, DAY, HOST, HOUR, NORTH, STARTS

MANY, SHOWN = 10_000, 51
OURS = Reference(county=NORTH, id=BOARDS[1].id), BOARDS[1].contact_functions[0].id
_COPIES = """
    INSERT INTO meetings (county, id, kind, epoch, version, number, projection, sort_key, search, state)
    SELECT county, gen_random_uuid(), kind, epoch, version, number, projection,
        to_char(timestamp '2026-12-10' + number_of * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS'), search, state
    FROM meetings, generate_series(1, $1) AS number_of WHERE kind = 'meeting'
"""
_AT_HOME = """
    INSERT INTO home_meetings (id, version, sort_key, search, state)
    SELECT gen_random_uuid(), version, sort_key, search, state FROM meetings WHERE kind = 'meeting'
"""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a plan."""
    yield plan
    for each in plan.get("Plans", []):
        yield from nodes(each)


async def rows_read(conn: asyncpg.Connection, sql: str, *arguments: object) -> dict[str, float]:
    """The rows that were read of each table."""
    text = await conn.fetchval("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, *arguments)
    found: dict[str, float] = {}
    for each in nodes(json.loads(text)[0]["Plan"]):
        if "Relation Name" in each:
            read = (each["Actual Rows"] + each.get("Rows Removed by Filter", 0)) * each["Actual Loops"]
            found[each["Relation Name"]] = found.get(each["Relation Name"], 0) + read
    return found


async def test_a_page_of_many_meetings_reads_what_it_shows(boards: Boards) -> None:
    await boards.invited()
    conn = boards.north.db
    await conn.execute(_COPIES, MANY)
    await conn.execute(_AT_HOME)
    await conn.execute("ANALYZE meetings")
    await conn.execute("ANALYZE home_meetings")
    middle = sort_key_at(BEFORE.replace(year=2027, month=3))

    for key in (sort_key_at(BEFORE), middle):
        position = (key, "", LIST_START[2])
        read = await rows_read(conn, listing._PAGE, NORTH, [""], None, None, None, [], *position, "~", SHOWN)
        assert read == {"meetings": SHOWN, "home_meetings": SHOWN}

    assert len((await boards.north.get("/meetings", limit=50, **{"from": "2027-03-01"}))["items"]) == 50


async def test_a_feed_of_many_meetings_reads_what_it_shows(boards: Boards) -> None:
    await boards.invited()
    conn = boards.north.db
    await conn.execute(_COPIES, MANY)
    await conn.execute("ANALYZE meetings")

    for statement in (calendars._TO_COME, calendars._OVER):
        key = sort_key_at(BEFORE.replace(year=2027, month=6))
        assert await rows_read(conn, statement, key, calendars.LIMIT) == {"meetings": calendars.LIMIT}
    shown = await calendars.published(conn, BEFORE)
    assert [each.county for each, _ in shown] == [HOST] * calendars.LIMIT


@pytest.mark.parametrize(("days", "shown"), [(-1, [0, 1, 2]), (2.5, [3, 4, 5]), (3.5, [3, 4, 5]), (9, [3, 4, 5])])
async def test_a_feed_has_what_comes_next_and_then_what_is_over(
    boards: Boards, monkeypatch: pytest.MonkeyPatch, days: float, shown: list[int]
) -> None:
    """That of the county, and that of a function."""
    monkeypatch.setattr(calendars, "LIMIT", 3)
    begins = [STARTS + number * DAY for number in range(6)]
    for each in begins:
        await boards.invited(starts_at=each, ends_at=each + HOUR)
    now, conn = STARTS + days * DAY, boards.north.db

    of_county = [each.starts_at for each, _ in await calendars.published(conn, now)]
    of_function = [each.stored.state.starts_at for each in await calendars.of_function(conn, *OURS, now)]

    assert of_county == of_function == [begins[number] for number in shown]


async def test_the_feed_of_a_function_reads_its_own_meetings(boards: Boards) -> None:
    await boards.invited()
    conn = boards.north.db
    await conn.execute(_COPIES.replace("search, state\n    FROM", "search, state - 'invitees'\n    FROM"), MANY)
    await conn.execute(_COPIES.replace("kind = 'meeting'", "kind = 'invitation'"), MANY)
    await conn.execute("ANALYZE meetings")
    actor, function = OURS
    wanted = json.dumps([{"actor": actor.model_dump(mode="json"), "contact_function": str(function)}])

    named = json.dumps([{"state": "DELEGATED", "delegated_to": "REGISTRAR"}])

    assert (await rows_read(conn, calendars._OF_FUNCTION, wanted, NORTH, named))["meetings"] == 1
