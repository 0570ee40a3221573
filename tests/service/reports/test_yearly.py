"""The yearly report to Brå: a draft of one, checked by another, frozen as it was counted, and reminded of in time."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from services.reports.commands import yearly
from shared.messaging.outbox import Transaction, Writer
from shared.swedish import day_of
from tests.service.reports.given import published
from tests.support.tokens import Tokens

TEXTS = {
    name: f"Det här gjordes.\n\nOch det: {name}."
    for name in ("knowledge_based", "exchange", "competence", "cross_municipal")
}
PATH = "/reports/yearly/2025"


@pytest.fixture
def writer(api: httpx.AsyncClient, tokens: Tokens) -> httpx.AsyncClient:
    """A coordinator of the county."""
    api.headers.update(tokens.headers("norrbotten", "COUNTY_COORDINATOR", sub="anna"))
    return api


async def attended(db: asyncpg.Connection, places: dict[str, int]) -> None:
    """An occasion of the county was held in 2025, and so many came from each municipality."""
    occasion, request = str(uuid4()), str(uuid4())
    ids = [(str(uuid4()), place) for place, many in places.items() for _ in range(many)]
    await published(db, "trainings.OccasionHeld", id=occasion, county="norrbotten", starts_at="2025-04-08T11:00:00Z")
    person = {"actor_type": "POST_AGENT", "function": "POST_STAFF", "wish": "SEAT"}
    await published(
        db,
        "enrolments.EnrolmentRequested",
        id=request,
        county="norrbotten",
        participants=[{**person, "id": each, "municipality": place} for each, place in ids],
    )
    await published(
        db,
        "enrolments.AttendanceRecorded",
        county="norrbotten",
        request={"county": "norrbotten", "id": request},
        occasion=occasion,
        seats=[{"participant": each, "state": "ATTENDED", "arrival": 1} for each, _ in ids],
    )


async def test_a_second_person_freezes_what_stays_the_same(
    writer: httpx.AsyncClient, db: asyncpg.Connection, tokens: Tokens
) -> None:
    begun = day_of(datetime.now(UTC))
    await attended(db, {"2580": 9, "2584": 2, "2506": 7})
    draft = await writer.put(PATH, json={**TEXTS, "exchange": ""})
    assert (draft.status_code, draft.json()["due"], draft.json()["frozen"]) == (200, "2026-02-16", False)
    numbers = {
        (each["municipality"], each["sector"]): each["attended"] for each in draft.json()["content"]["participants"]
    }
    assert numbers["2584", "BUSINESS"] is numbers["2506", "BUSINESS"] is None
    assert (numbers["2580", "BUSINESS"], numbers["*", "*"]) == (9, 18)
    assert all("attended" not in each for each in draft.json()["content"]["trainings"])
    counted_on = date.fromisoformat(draft.json()["content"]["counted_on"])
    assert begun <= counted_on <= day_of(datetime.now(UTC))

    seen = {"If-Match": draft.headers["etag"]}
    other = tokens.headers("norrbotten", "COUNTY_COORDINATOR", sub="bo")
    assert (await writer.put(PATH, json=TEXTS)).status_code == 428
    refused = await writer.post(PATH + "/freeze", headers=seen | other)
    assert (refused.json()["type"], refused.json()["missing"]) == ("/problems/no-text", ["exchange"])
    seen = {"If-Match": (await writer.put(PATH, json=TEXTS, headers=seen)).headers["etag"]}
    assert (await writer.post(PATH + "/freeze", headers=seen)).json()["type"] == "/problems/second-person"
    frozen = await writer.post(PATH + "/freeze", headers=seen | other)
    assert (frozen.status_code, frozen.json()["frozen"]) == (200, True)

    await attended(db, {"2580": 30})
    again = [await writer.get(PATH), await writer.get(PATH)]
    listed = (await writer.get("/reports/yearly")).json()
    assert listed == {"items": [{"year": 2025, "due": "2026-02-16", "frozen": True}]}
    assert again[0].content == again[1].content
    assert again[0].json() == frozen.json()
    printed = [await writer.get(PATH, params={"format": "pdf"}) for _ in range(2)]
    assert printed[0].headers["content-type"] == "application/pdf"
    assert printed[0].headers["content-disposition"] == 'attachment; filename="bra-2025.pdf"'
    assert printed[0].content == printed[1].content
    seen = {"If-Match": frozen.headers["etag"]}
    assert (await writer.put(PATH, json=TEXTS, headers=seen)).json()["type"] == "/problems/frozen"


async def test_nobody_but_the_county_s_coordinators_sees_a_draft(
    writer: httpx.AsyncClient, db: asyncpg.Connection, tokens: Tokens
) -> None:
    assert (await writer.put(PATH, json=TEXTS)).status_code == 200
    for county, role in (("norrbotten", "READER"), ("norrbotten", "POLICE"), ("jamtland", "COUNTY_COORDINATOR")):
        answer = await writer.get(PATH, headers=tokens.headers(county, role))
        assert answer.status_code in (401, 403), (county, role)
    assert await db.fetchval("SELECT count(*) FROM outbox") == 0


async def test_a_text_with_an_identity_number_is_refused(writer: httpx.AsyncClient) -> None:
    refused = await writer.put(PATH, json={**TEXTS, "exchange": "Vi mötte 19900101-2385."})
    assert refused.status_code == 422


async def test_coordinators_are_reminded_two_weeks_before_the_day(db: asyncpg.Connection) -> None:
    contact = {"id": str(uuid4()), "function": "COUNTY_COORDINATOR", "mailbox": "samordnare@lan.example"}
    board = {"type": "COUNTY_BOARD", "level": "REGIONAL", "municipality": None, "contact_functions": [contact]}
    await published(db, "actors.ActorRegistered", county="norrbotten", **board)

    async def run(day: datetime) -> datetime:
        async with db.transaction():
            writer = Writer("norrbotten", "http://test", lambda: day)
            return await yearly.remind(Transaction(db, writer, None, caused_at=day), UUID(int=0))

    await db.execute("DELETE FROM notices")
    early = await run(datetime(2027, 1, 20, 9, tzinfo=UTC))
    assert (early, await db.fetchval("SELECT count(*) FROM notices")) == (datetime(2027, 2, 1, 7, tzinfo=UTC), 0)
    later = await run(early)
    assert later == datetime(2028, 2, 1, 7, tzinfo=UTC)
    told = await db.fetch("SELECT address, subject FROM notices")
    assert [tuple(each) for each in told] == [
        ("samordnare@lan.example", "Rapporten till Brå för 2026 ska lämnas senast måndag 15 februari 2027")
    ]
