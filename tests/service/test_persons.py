"""A person's name stays in its table."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.service.given import BODEN, path, registered, seen

NAME = "Sixtensdotter Åkerblom"


def contact(actor: dict[str, Any]) -> str:
    return str(actor["contact_functions"][0]["id"])


async def name(api: httpx.AsyncClient, actor: dict[str, Any], who: str | None) -> httpx.Response:
    address = f"{path(actor)}/contact-functions/{contact(actor)}/person"
    return await api.put(address, json={"name": who}, headers={"Idempotency-Key": "k"})


async def test_a_name_is_shown_to_coordinators_and_in_no_table_or_log(
    api: httpx.AsyncClient, db: asyncpg.Connection, capfd: pytest.CaptureFixture[str]
) -> None:
    actor = await registered(api)

    assert (await name(api, actor, NAME)).status_code == 204

    changed = await api.put(path(actor), json=BODEN | {"name": "Boden"}, headers=seen(actor))
    shown = (await api.get(path(actor) + "/persons")).json()
    assert shown == [{"contact_function": contact(actor), "name": NAME}]
    assert NAME not in changed.text + (await api.get("/actors")).text + (await api.get("/actors/export")).text

    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    names = [row["tablename"] for row in tables if row["tablename"] != "contact_persons"]
    for table in names:
        rows = [str(row["row"]) for row in await db.fetch(f'SELECT t::text AS row FROM "{table}" t')]
        encoded = NAME.encode().hex()
        assert not any(NAME in row or encoded in row for row in rows), table
    assert "outbox" in names
    assert NAME not in "".join(capfd.readouterr())


async def test_a_name_is_forgotten_when_removed_or_without_function(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    actor = await registered(api)
    await name(api, actor, NAME)

    await name(api, actor, None)

    assert await db.fetchval("SELECT count(*) FROM contact_persons") == 0

    await name(api, actor, NAME)
    assert await db.fetchval("SELECT count(*) FROM contact_persons") == 1

    await api.put(path(actor), json=BODEN | {"contact_functions": []}, headers=seen(actor))
    assert await db.fetchval("SELECT count(*) FROM contact_persons") == 0


async def test_a_retired_actor_has_no_name_and_takes_none(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    actor = await registered(api)
    await name(api, actor, NAME)

    await api.post(path(actor) + "/retire", headers=seen(actor))

    assert await db.fetchval("SELECT count(*) FROM contact_persons") == 0
    assert (await name(api, actor, NAME)).status_code == 409


async def test_a_foreign_actor_or_unknown_function_takes_no_name(api: httpx.AsyncClient) -> None:
    actor = await registered(api)

    for changes, status in (({"county": "jamtland"}, 403), ({"contact_functions": [{"id": actor["id"]}]}, 404)):
        answer = await name(api, actor | changes, NAME)
        assert answer.status_code == status
        assert NAME not in answer.text
    assert (await api.get(path(actor | {"county": "jamtland"}) + "/persons")).status_code == 403
