"""Actors to send, and how to look into the outbox."""

import json
from typing import Any

import asyncpg
import httpx

BODEN: dict[str, Any] = {
    "name": "Bodens kommun",
    "type": "MUNICIPALITY",
    "level": "LOCAL",
    "municipality": "2582",
    "police_area": "LULEA_BODEN",
    "policy_areas": ["ANDT"],
    "contact_functions": [{"function": "MUNICIPAL_COORDINATOR", "mailbox": "trygghet@boden.example"}],
}
HEADER = "reference,name,type,level,municipality,police_area,policy_areas,contact_functions"


async def registered(api: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """Register an actor, and return the body of the answer."""
    answer = await api.post("/actors", json=BODEN | changes)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def path(aggregate: dict[str, Any], kind: str = "actors") -> str:
    """The path of the aggregate."""
    return f"/{kind}/{aggregate['county']}/{aggregate['id']}"


def seen(aggregate: dict[str, Any]) -> dict[str, str]:
    """The If-Match header of a caller who has seen this version."""
    return {"If-Match": f'"{aggregate["version"]}"'}


def member(aggregate: dict[str, Any]) -> dict[str, str]:
    """The actor as a member or party."""
    return {"county": aggregate["county"], "id": aggregate["id"]}


async def outbox(db: asyncpg.Connection) -> list[tuple[str, int, dict[str, Any]]]:
    """Every written event in order: the type's name, the version, the data."""
    rows = await db.fetch("SELECT headers, payload FROM outbox ORDER BY position")
    events = [(json.loads(row["headers"]), json.loads(row["payload"])) for row in rows]
    return [(head["ce_type"].split(".")[3], int(head["ce_aggregateversion"]), data) for head, data in events]
