"""Lists of what all counties have published, and the read model behind them."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as given_any
from hypothesis import strategies as st

from services.actors.store import AGGREGATES
from shared.contracts.actors import EVENTS, ActorChanged
from shared.contracts.event import Event
from shared.protocol.envelope import Envelope
from shared.protocol.received import Received
from tests.service.given import BODEN, member, outbox, path, registered, seen


def received(county: str, identity: UUID, name: str, version: int = 1, epoch: int = 1, **changes: Any) -> Received:
    """A neighbour's event about an actor."""
    data = {"id": str(identity), "county": county, "name": name, "sector": "STATE", "level": "LOCAL", "type": "POLICE"}
    event: Event = ActorChanged.read(json.dumps(data | changes).encode())
    envelope = Envelope(
        id=str(uuid4()),
        type=event.event_type,
        subject=identity,
        time=datetime.now(UTC),
        epoch=epoch,
        number=1,
        version=version,
        correlation_id=None,
        causation_id=None,
        traceparent=None,
    )
    return Received(county, event, envelope)


async def names(api: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await api.get("/actors", params=params)
    assert answer.status_code == 200, answer.text
    return [actor["name"] for actor in answer.json()["items"]]


async def test_a_neighbours_newest_state_is_listed_in_any_order(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    one = uuid4()
    await AGGREGATES.project(db, [received("jamtland", one, "Second", 2), received("vasterbotten", one, "Other", 1)])

    await AGGREGATES.project(db, [received("jamtland", one, "First", 1)])

    assert await names(api) == ["Other", "Second"]

    await AGGREGATES.project(db, [received("jamtland", one, "After a restore", 1, epoch=1_800_000_000)])
    await AGGREGATES.project(db, [received("jamtland", one, "Third", 3)])
    assert await names(api, county="jamtland") == ["After a restore"]


async def test_a_neighbours_actor_is_read_and_named_but_not_written(
    api: httpx.AsyncClient, db: asyncpg.Connection
) -> None:
    one = uuid4()
    await AGGREGATES.project(db, [received("jamtland", one, "Polisen i Jämtland", 4)])
    address = f"/actors/jamtland/{one}"

    read = await api.get(address)

    assert (read.status_code, read.headers["ETag"], read.json()["county"]) == (200, '"4"', "jamtland")
    for answer in (
        await api.put(address, json=BODEN, headers={"If-Match": '"4"'}),
        await api.post(address + "/retire", headers={"If-Match": '"4"'}),
    ):
        assert (answer.status_code, answer.json()["owner"]) == (403, "jamtland")

    network = {"name": "Nätverk", "members": [member(read.json())]}
    assert (await api.post("/networks", json=network)).status_code == 201

    await AGGREGATES.project(db, [received("jamtland", one, "Polisen i Jämtland", 5, status="RETIRED")])
    assert (await api.post("/networks", json=network)).status_code == 409
    assert [event for event, _, _ in await outbox(db)] == ["NetworkRegistered"]


async def test_a_code_that_is_not_known_yet_is_shown_as_unknown(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    await AGGREGATES.project(db, [received("jamtland", uuid4(), "Sameby", type="REINDEER_HERDING_DISTRICT", later=1)])

    assert (await api.get("/actors")).json()["items"][0]["type"] == "UNKNOWN"


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "BODENS"}, ["Bodens kommun"]),
        ({"q": "kommun bod"}, ["Bodens kommun"]),
        ({"q": "alvs"}, []),
        ({"q": "älvs"}, ["Älvsbyns kommun"]),
        ({"q": "kommun-2560"}, ["Älvsbyns kommun"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"municipality": "2582"}, ["Bodens kommun"]),
        ({"police_area": "PITEA_ALVDAL"}, ["Älvsbyns kommun"]),
        ({"policy_area": "INTEGRATION"}, ["Älvsbyns kommun"]),
        ({"type": "POLICE", "sector": "STATE", "level": "LOCAL"}, ["Polisen"]),
        ({"sector": "MUNICIPALITY"}, ["Bodens kommun", "Älvsbyns kommun"]),
        ({"county": "jamtland"}, ["Polisen"]),
        ({"county": "norrbotten", "type": "POLICE"}, []),
        ({"status": "RETIRED"}, []),
        ({"status": "ANY"}, ["Bodens kommun", "Polisen", "Älvsbyns kommun"]),
    ],
)
async def test_a_list_agrees_with_its_filter(
    api: httpx.AsyncClient, db: asyncpg.Connection, params: dict[str, str], found: list[str]
) -> None:
    await registered(api)
    changes = {"municipality": "2560", "police_area": "PITEA_ALVDAL", "policy_areas": ["ANDT", "INTEGRATION"]}
    await registered(api, name="Älvsbyns kommun", reference="kommun-2560", **changes)

    await AGGREGATES.project(db, [received("jamtland", uuid4(), "Polisen")])

    assert await names(api, **params) == found


@pytest.mark.parametrize(
    "params",
    [
        {"sector": "KOMMUN"},
        {"limit": 0},
        {"limit": 501},
        {"cursor": "x"},
        {"cursor": "WyJhIiwiYiIsImMiXQ"},
        {"county": "skane"},
        {"sektor": "STATE"},
        {"q": "x" * 201},
        {"q": "a\x00b"},
        {"municipality": "\x00"},
        {"status": "GONE"},
    ],
)
async def test_an_unknown_filter_is_refused_and_not_ignored(api: httpx.AsyncClient, params: dict[str, Any]) -> None:
    assert (await api.get("/actors", params=params)).status_code == 422


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_any(
    st.lists(st.sampled_from(["Ånge", "Åre", "Berg", "Ödet", "Zinkgruvan", "berg"]), max_size=12), st.integers(1, 5)
)
async def test_the_pages_of_a_list_are_all_rows_once_and_in_order(
    api: httpx.AsyncClient, db: asyncpg.Connection, found: list[str], limit: int
) -> None:
    await db.execute("TRUNCATE aggregates")
    await AGGREGATES.project(db, [received("jamtland", uuid4(), name) for name in found])
    whole = (await api.get("/actors", params={"limit": 500})).json()["items"]
    pages, cursor = [], None

    for _ in range(len(found) // limit + 1):
        page = (await api.get("/actors", params={"limit": limit} | ({"cursor": cursor} if cursor else {}))).json()
        pages += page["items"]
        cursor = page["next"]
        if cursor is None:
            break

    assert cursor is None
    assert pages == whole
    assert sorted(actor["name"] for actor in whole) == sorted(found)


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("/actors", {"q": "berg"}),
        ("/actors", {"county": "jamtland"}),
        ("/actors", {"sector": "MUNICIPALITY"}),
        ("/networks", {}),
    ],
)
async def test_a_cursor_of_another_list_or_filter_is_refused(
    api: httpx.AsyncClient, db: asyncpg.Connection, path: str, changes: dict[str, str]
) -> None:
    await AGGREGATES.project(db, [received("jamtland", uuid4(), name) for name in ("Berg", "Bergs kommun")])
    cursor = (await api.get("/actors", params={"limit": 1})).json()["next"]

    same = await api.get("/actors", params={"cursor": cursor, "limit": 5})
    other = await api.get(path, params={"cursor": cursor, **changes})

    assert (same.status_code, len(same.json()["items"])) == (200, 1)
    assert (other.status_code, other.json()["type"]) == (422, "/problems/invalid-cursor")


async def test_a_list_says_how_complete_each_other_county_is(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    counties = (await api.get("/actors")).json()["counties"]

    assert sorted(each["county"] for each in counties) == ["jamtland", "vasterbotten", "vasternorrland"]
    assert all(each["complete_until"] is None and each["applied_number"] == 0 for each in counties)


async def test_a_renamed_actor_is_not_found_by_its_old_name(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    actor = await registered(api)

    await api.put(path(actor), json=BODEN | {"name": "Kommunen i Boden"}, headers=seen(actor))

    assert await names(api, q="bodens") == []
    assert await names(api, q="i boden") == ["Kommunen i Boden"]


async def test_the_projection_takes_every_type_of_the_stream(api: httpx.AsyncClient, db: asyncpg.Connection) -> None:
    from services.actors.handlers import HANDLERS

    (projection,) = HANDLERS

    assert set(projection.events) == set(EVENTS)
