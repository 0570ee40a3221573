"""An invitation until three other counties see it, beside a bare crossing; and a calendar of 10,000 meetings beside one
of 100.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg

from services.meetings.store.meetings import MEETINGS_STREAM
from shared.contracts.meetings import MeetingInvited
from shared.runtime.aggregates import Stored
from tests.bench import raw
from tests.bench.client import Client, Questions, clients
from tests.bench.end_to_end import BARE, TOPIC, bare, paced, remember_commits
from tests.bench.events import changes
from tests.bench.lines import Line, alternate, percentile
from tests.bench.stage import Stage
from tests.support.databases import connector
from tests.support.waiting import eventually

HOST, OTHERS = "norrbotten", ("vasterbotten", "jamtland", "vasternorrland")
SMALL, LARGE = "vasterbotten", "jamtland"
SERVICES = ("actors", "meetings")
INVITATIONS, A_SECOND = 100, 10
FEW, MANY, SHOWN = 100, 10_000, 1_000
"""Meetings of a small and of a large calendar, and those that a feed shows at the most."""
PAGES, FEEDS = 200, 5
"""How often a page and a feed are asked for in a round: a feed of 1,000 entries takes a while to write."""
BOARD = {
    "name": "Länsstyrelsen",
    "type": "COUNTY_BOARD",
    "level": "REGIONAL",
    "contact_functions": [{"function": "COUNTY_COORDINATOR", "mailbox": "samordnare@lan.example"}],
}

_SEEN = """
    SELECT id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float AS moment
    FROM meetings WHERE kind = 'meeting' AND county = $1 AND id = ANY ($2)
"""


async def measure(stage: Stage) -> list[Line]:
    await remember_commits(stage)
    raw.make_topic(stage.engine.kafka, TOPIC)
    return [*await _invitations(stage), *await _calendars(stage)]


async def _invitations(stage: Stage) -> list[Line]:
    count = stage.scaled(INVITATIONS)
    rows = await changes(BARE, (stage.rounds + 1) * count)
    subjects, limits = [], []
    with (
        stage.serving(HOST, SERVICES),
        stage.serving(OTHERS[0], SERVICES),
        stage.serving(OTHERS[1], SERVICES),
        stage.serving(OTHERS[2], SERVICES),
    ):
        boards = [await _board(stage, county) for county in (HOST, *OTHERS)]
        for number in range(stage.rounds + 1):  # the first is the warm-up
            subjects.append(await _invited(stage, boards, count))
            limits.append(await bare(stage, rows[number :: stage.rounds + 1]))
    return [_line(0.50, subjects[1:], limits[1:]), _line(0.99, subjects[1:], limits[1:])]


def _line(share: float, subjects: list[list[float]], limits: list[list[float]]) -> Line:
    first, second = ([percentile(one, share) * 1000 for one in rounds] for rounds in (subjects, limits))
    return Line(f"invited → seen by three counties, p{share * 100:.0f}", "ms", first, second)


async def _invited(stage: Stage, boards: list[dict[str, Any]], count: int) -> list[float]:
    """Seconds from the commit of each invitation until the last of the others has committed it."""
    make, identities = Questions(stage.token(HOST)), list[UUID]()

    async with clients(stage.port(HOST), 1) as (client,):

        async def invite(_: int) -> None:
            draft = (await client.ask(make("POST", "/meetings", _plan(boards)))).json()
            path = f"/meetings/{HOST}/{draft['id']}/invite"
            (await client.ask(make("POST", path, {}, draft["version"]))).json()
            identities.append(UUID(draft["id"]))

        await paced(count, A_SECOND, invite)
    moments = [await _moments(stage, county, identities) for county in (HOST, *OTHERS)]
    return [max(each[identity] for each in moments[1:]) - moments[0][identity] for identity in identities]


async def _moments(stage: Stage, county: str, identities: list[UUID]) -> dict[UUID, float]:
    """When the county has committed each meeting."""
    conn = await _connect(stage, county)

    async def found() -> dict[UUID, float]:
        seen = {row["id"]: row["moment"] for row in await conn.fetch(_SEEN, HOST, identities)}
        assert len(seen) == len(identities)
        return seen

    moments = await eventually(found)
    await conn.close()
    return moments


async def _board(stage: Stage, county: str) -> dict[str, Any]:
    """An invitee of the county, once the host knows its actor."""
    make = Questions(stage.token(county))
    async with clients(stage.port(county), 1) as (client,):
        actor = (await client.ask(make("POST", "/actors", BOARD))).json()
    conn = await _connect(stage, HOST)
    await eventually(lambda: conn.fetchval("SELECT EXISTS (SELECT FROM actors WHERE id = $1)", UUID(actor["id"])))
    await conn.close()
    reference = {"county": county, "id": actor["id"]}
    return {"actor": reference, "contact_function": actor["contact_functions"][0]["id"]}


def _plan(boards: list[dict[str, Any]]) -> dict[str, Any]:
    begins = datetime.now(UTC) + timedelta(days=30)
    return {
        "kind": "STEERING",
        "title": "Styrgruppsmöte",
        "level": "REGIONAL",
        "organiser": "COUNTY_COORDINATOR",
        "form": "ONLINE",
        "url": "https://mote.example/42",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=2)).isoformat(),
        "invitees": boards,
    }


async def _calendars(stage: Stage) -> list[Line]:
    """Milliseconds of a page, and of a county's feed, with many meetings and with few."""
    for county, count in ((SMALL, FEW), (LARGE, MANY)):
        await _fill(stage, county, stage.scaled(count))
    with stage.serving(SMALL, SERVICES), stage.serving(LARGE, SERVICES):
        many, few = await alternate(
            stage.rounds,
            lambda: _asked(stage, LARGE, "/meetings", PAGES),
            lambda: _asked(stage, SMALL, "/meetings", PAGES),
        )
        await _fill(stage, SMALL, stage.scaled(SHOWN))
        large, small = await _feed(stage, LARGE), await _feed(stage, SMALL)
        whole, shown = await alternate(
            stage.rounds, lambda: _asked(stage, LARGE, large, FEEDS), lambda: _asked(stage, SMALL, small, FEEDS)
        )
    return [
        Line("a page of 10,000 meetings, against one of 100", "ms", many, few, at_most=1.5),
        Line("a feed of 10,000 meetings, against one of 1,000", "ms", whole, shown, at_most=1.5),
    ]


async def _asked(stage: Stage, county: str, path: str, count: int) -> float:
    """Milliseconds of an answer, the median of many."""
    question, seconds = Questions(stage.token(county))("GET", path, None), []
    async with clients(stage.port(county), 1) as (client,):
        for _ in range(stage.scaled(count)):
            begun = time.perf_counter()
            reply = await client.ask(question)
            seconds.append(time.perf_counter() - begun)
            assert reply.status == 200, reply.body[:300]
            await asyncio.sleep(0)
    return median(seconds) * 1000


async def _feed(stage: Stage, county: str) -> str:
    """The address of the county's feed."""
    async with clients(stage.port(county), 1) as (client,):
        return str((await _opened(client, stage.token(county)))["path"])


async def _opened(client: Client, token: str) -> Any:
    return (await client.ask(Questions(token)("POST", "/meeting-calendars", {}))).json()


async def _fill(stage: Stage, county: str, count: int) -> None:
    """The county's read model has so many meetings of a neighbour that are to come, an hour apart."""
    conn = await _connect(stage, county)
    invitee = {"actor": {"county": HOST, "id": str(UUID(int=1))}, "contact_function": str(UUID(int=2))}
    now = datetime.now(UTC)
    await conn.execute("TRUNCATE meetings")
    for place in range(0, count, SHOWN):
        states = [
            MeetingInvited.model_validate(
                _plan([invitee | {"id": str(UUID(int=number + 1, version=4))}])
                | {"id": UUID(int=number), "county": HOST}
                | {name: now + timedelta(hours=number + more) for name, more in (("starts_at", 1), ("ends_at", 2))}
            )
            for number in range(place + 1, min(place + SHOWN, count) + 1)
        ]
        await MEETINGS_STREAM.upsert(conn, [Stored(each, 1, 1) for each in states])
    await conn.execute("ANALYZE meetings")
    await conn.close()


async def _connect(stage: Stage, county: str) -> asyncpg.Connection:
    return await connector(stage.settings, stage.settings.county(county), "meetings")()
