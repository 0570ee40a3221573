"""Agreements and networks over HTTP."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.service.given import member, outbox, path, registered, seen

AGREEMENT: dict[str, Any] = {
    "name": "Överenskommelse Boden",
    "purposes": ["Trygghet i centrum"],
    "areas": ["Skola"],
    "signed": "2026-01-10",
    "valid_from": "2026-02-01",
}
NETWORK: dict[str, Any] = {"name": "Regionalt nätverk", "level": "REGIONAL", "policy_areas": ["ANDT"]}
both = pytest.mark.parametrize(
    ("kind", "body", "field", "words"),
    [
        (
            "cooperations",
            AGREEMENT,
            "parties",
            ["CooperationAgreementRegistered", "CooperationAgreementChanged", "CooperationAgreementEnded"],
        ),
        ("networks", NETWORK, "members", ["NetworkRegistered", "NetworkChanged", "NetworkRetired"]),
    ],
    ids=["agreement", "network"],
)


@both
async def test_agreements_and_networks_change_are_found_and_retire(
    api: httpx.AsyncClient, db: asyncpg.Connection, kind: str, body: dict[str, Any], field: str, words: list[str]
) -> None:
    one, two, three = [await registered(api, name=f"Actor {number}") for number in range(3)]

    created = await api.post(f"/{kind}", json=body | {field: [member(one), member(two)]})
    first = created.json()

    assert (created.status_code, created.headers["Location"]) == (201, path(first, kind))

    wider = body | {field: [member(one), member(two), member(three)]}
    second = (await api.put(path(first, kind), json=wider, headers=seen(first))).json()
    assert second["version"] == 2

    found = await api.get(
        f"/{kind}", params={"member": f"norrbotten/{three['id']}", "q": "NÄTVERK" if kind == "networks" else "trygg"}
    )
    assert found.json()["items"] == [second]
    assert (await api.get(f"/{kind}", params={"member": f"jamtland/{three['id']}"})).json()["items"] == []

    ended = await api.post(path(first, kind) + "/retire", headers=seen(second))
    assert ended.json()["status"] == "RETIRED"
    assert (await api.get(path(first, kind))).json() == ended.json()
    assert [event for event, _, _ in await outbox(db)][3:] == words


@both
async def test_an_unknown_or_retired_member_is_refused_with_its_name(
    api: httpx.AsyncClient, db: asyncpg.Connection, kind: str, body: dict[str, Any], field: str, words: list[str]
) -> None:
    one, two = [await registered(api, name=f"Actor {number}") for number in range(2)]
    stranger = {"county": "jamtland", "id": one["id"]}

    unknown = await api.post(f"/{kind}", json=body | {field: [member(one), stranger]})

    assert (unknown.status_code, unknown.json()["member"]) == (409, one["id"])

    await api.post(path(two) + "/retire", headers=seen(two))
    retired = await api.post(f"/{kind}", json=body | {field: [member(one), member(two)]})
    assert (retired.status_code, retired.json()["type"]) == (409, "/problems/retired-member")


@both
async def test_an_actors_id_names_no_agreement_and_no_network(
    api: httpx.AsyncClient, db: asyncpg.Connection, kind: str, body: dict[str, Any], field: str, words: list[str]
) -> None:
    actor = await registered(api)

    assert (await api.get(path(actor, kind))).status_code == 404
    assert (await api.post(path(actor, kind) + "/retire", headers=seen(actor))).status_code == 404
    assert (await api.get(f"/{kind}")).json()["items"] == []


@both
async def test_a_network_is_not_taken_where_an_actor_is_wanted(
    api: httpx.AsyncClient, db: asyncpg.Connection, kind: str, body: dict[str, Any], field: str, words: list[str]
) -> None:
    actor = await registered(api)
    network = (await api.post("/networks", json=NETWORK)).json()

    answer = await api.post(f"/{kind}", json=body | {field: [member(actor), member(network)]})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/unknown-member")
