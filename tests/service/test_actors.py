import asyncio
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.service.given import BODEN, outbox, path, registered, seen
from tests.support.tokens import Tokens
from tests.support.waiting import eventually


async def test_a_registered_actor_is_what_its_event_says(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    answer = await api.post("/actors", json=BODEN)
    body = answer.json()

    assert (answer.status_code, answer.headers["ETag"], body["version"]) == (201, '"1"', 1)
    assert UUID(body["id"]).version == 7
    assert answer.headers["Location"] == path(body)

    read = await api.get(answer.headers["Location"])
    assert (read.status_code, read.headers["ETag"], read.json()) == (200, '"1"', body)
    ((event, version, data),) = await outbox(db)
    assert (event, version) == ("ActorRegistered", 1)
    assert data | {"version": 1} == body


async def test_a_change_has_version_and_event_and_a_repeat_no_trace(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    first = await registered(api)
    second = (await api.put(path(first), json=BODEN | {"name": "Boden"}, headers=seen(first))).json()

    third = await api.put(path(first), json=BODEN | {"name": " Boden "}, headers=seen(second))

    assert (third.status_code, third.headers["ETag"], third.json()) == (200, '"2"', second)
    assert [(event, version, data["name"]) for event, version, data in await outbox(db)] == [
        ("ActorRegistered", 1, "Bodens kommun"),
        ("ActorChanged", 2, "Boden"),
    ]
    assert second["contact_functions"] == first["contact_functions"]


async def test_a_retired_actor_is_read_and_not_listed_or_changed(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    first = await registered(api)

    retired = await api.post(path(first) + "/retire", headers=seen(first))

    assert (retired.status_code, retired.json()["status"], retired.headers["ETag"]) == (200, "RETIRED", '"2"')
    assert (await api.get(path(first))).json() == retired.json()
    assert (await api.get("/actors")).json()["items"] == []
    assert (await api.get("/actors?status=RETIRED")).json()["items"] == [retired.json()]
    for again in (
        await api.post(path(first) + "/retire", headers=seen(retired.json())),
        await api.put(path(first), json=BODEN, headers=seen(retired.json())),
    ):
        assert (again.status_code, again.json()["type"]) == (409, "/problems/retired")

    assert [event for event, _, _ in await outbox(db)] == ["ActorRegistered", "ActorRetired"]


async def test_an_actor_retired_by_mistake_is_revived(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    first = await registered(api)
    retired = (await api.post(path(first) + "/retire", headers=seen(first))).json()
    revived = await api.post(path(first) + "/revive", headers=seen(retired))
    assert (revived.status_code, revived.json()) == (200, {**first, "version": 3})
    assert (await api.get("/actors")).json()["items"] == [revived.json()]
    again = await api.post(path(first) + "/revive", headers=seen(revived.json()))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-retired")
    changed = await api.put(path(first), json=BODEN | {"name": "Boden"}, headers=seen(revived.json()))
    assert changed.status_code == 200
    assert [event for event, _, _ in await outbox(db)][2:] == ["ActorRevived", "ActorChanged"]


async def test_a_second_actor_with_a_reference_is_shown_the_first(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    first = await registered(api, reference="kommun-2582")

    again = await api.post("/actors", json=BODEN | {"reference": "kommun-2582", "name": "Other"})

    assert (again.status_code, again.json()["type"], again.json()["at"]) == (
        409,
        "/problems/already-registered",
        path(first),
    )
    assert len(await outbox(db)) == 1


async def test_a_reference_stays_taken_after_an_upgrade(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    first = await registered(api, reference="kommun-2582")
    await db.execute("UPDATE aggregates SET projection = projection - 1")  # as older code has written it

    again = await api.post("/actors", json=BODEN | {"reference": "kommun-2582", "name": "Other"})

    assert (again.status_code, again.json()["at"]) == (409, path(first))
    assert len(await outbox(db)) == 1


async def test_many_who_register_one_reference_at_once_make_one_actor(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    body = BODEN | {"reference": "kommun-2582"}

    answers = await asyncio.gather(*(api.post("/actors", json=body) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(await outbox(db)) == 1


async def test_of_two_changes_of_one_version_one_is_made(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    first = await registered(api)

    async def waiting() -> bool:
        blocked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        await db.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction Postgres shows what it saw first
        return bool(await db.fetchval(blocked) == 2)

    async with db.transaction():
        await db.execute("SELECT 1 FROM aggregates FOR UPDATE")  # both wait for the lock before one goes on
        bodies = (BODEN | {"name": f"Boden {number}"} for number in range(2))

        changes = [asyncio.create_task(api.put(path(first), json=body, headers=seen(first))) for body in bodies]

        await eventually(waiting)

    assert sorted([(await change).status_code for change in changes]) == [200, 412]
    assert [version for _, version, _ in await outbox(db)] == [1, 2]


async def test_a_missing_or_old_if_match_is_told_the_present_version(api: httpx.AsyncClient) -> None:
    first = await registered(api)

    assert (await api.put(path(first), json=BODEN)).status_code == 428

    await api.put(path(first), json=BODEN | {"name": "Boden"}, headers=seen(first))
    old = await api.post(path(first) + "/retire", headers=seen(first))
    assert (old.status_code, old.json()["version"]) == (412, 2)


async def test_an_unknown_address_is_not_found(api: httpx.AsyncClient) -> None:
    for answer in (
        await api.get(f"/actors/norrbotten/{uuid4()}"),
        await api.get(f"/actors/skane/{uuid4()}"),
        await api.put(f"/actors/norrbotten/{uuid4()}", json=BODEN, headers={"If-Match": '"1"'}),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"municipality": "2480"}, "invalid-municipality"),
        ({"level": "NATIONAL"}, "invalid-level"),
        ({"reference": "tullverket", "municipality": None, "type": "CUSTOMS"}, "not-owner"),
        ({"type": "KOMMUN"}, "invalid-request"),
        ({"sector": "STATE"}, "invalid-request"),
        ({"name": "a\x00b"}, "invalid-request"),
        ({"contact_functions": [{"function": "DPO", "mailbox": "anna.berg@boden.example"}]}, "invalid-request"),
    ],
)
async def test_a_refused_actor_is_not_written_and_told_why(
    api: httpx.AsyncClient, db: asyncpg.Connection, changes: dict[str, object], slug: str
) -> None:
    answer = await api.post("/actors", json=BODEN | changes)

    assert (answer.status_code, answer.json()["type"]) == (403 if slug == "not-owner" else 422, f"/problems/{slug}")
    assert "anna.berg" not in answer.text
    assert await outbox(db) == []
    assert await db.fetchval("SELECT count(*) FROM aggregates") == 0


async def test_one_idempotency_key_registers_once(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    key = {"Idempotency-Key": "one"}

    answers = [await api.post("/actors", json=BODEN, headers=key) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert len(await outbox(db)) == 1


async def test_a_reader_reads_and_does_not_write(
    api: httpx.AsyncClient, db: asyncpg.Connection, tokens: Tokens
) -> None:
    first = await registered(api)

    for role in ("READER", "MUNICIPAL_COORDINATOR", "POLICE", "OPERATOR"):
        reader = tokens.headers("norrbotten", role)
        assert (await api.get(path(first), headers=reader)).status_code == 200
        assert (await api.post("/actors", json=BODEN, headers=reader)).status_code == 403
        assert (await api.get(path(first) + "/persons", headers=reader)).status_code == 403

    assert len(await outbox(db)) == 1


async def test_whoever_has_the_newest_gets_304_until_it_changes(api: httpx.AsyncClient) -> None:
    actor = await registered(api)
    addresses = (path(actor), "/actors", "/actors/export")
    tags = [{"If-None-Match": (await api.get(address)).headers["ETag"]} for address in addresses]

    spared = [await api.get(address, headers=tag) for address, tag in zip(addresses, tags, strict=True)]

    assert [(answer.status_code, answer.content) for answer in spared] == [(304, b"")] * 3

    await api.put(path(actor), json=BODEN | {"name": "Boden"}, headers=seen(actor))
    full = [await api.get(address, headers=tag) for address, tag in zip(addresses, tags, strict=True)]
    assert [answer.status_code for answer in full] == [200] * 3
