"""The export of signals: what the list shows to the same caller, and nothing else, as CSV and as STIX 2.1."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import asyncpg
import httpx
import pytest
import stix2

from services.shipment_alerts.api.signal_files import COLUMNS
from services.shipment_alerts.api.signals import SignalView
from services.shipment_alerts.domain.stix import MARKINGS, bundle
from services.shipment_alerts.store.signals import SHIPMENT_SIGNALS
from shared.contracts.shipment_codes import Tlp
from shared.runtime import csv_files
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import (
    SIGNAL,
    neighbours,
    ok,
    path,
    received,
    released,
    seen,
    with_sites,
)

QUERIES: tuple[dict[str, Any], ...] = (
    {},
    {"status": "ANY"},
    {"status": "WITHDRAWN"},
    {"category": "WEAPONS", "county": "vasterbotten"},
    {"exercise": False, "week": "2020-W01"},
)


async def listed(caller: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    """All items of the list, of pages of two."""
    items, cursor = list[dict[str, Any]](), dict[str, str]()
    while True:
        page = ok(await caller.get("/shipment-signals", params={**query, "limit": 2, **cursor}))
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = {"cursor": page["next"]}


async def exported(caller: httpx.AsyncClient, **query: Any) -> httpx.Response:
    """The answer with the file."""
    answer = await caller.get("/shipment-signals/export", params=query)
    assert answer.status_code == 200, answer.text
    return answer


def leaves(value: Any) -> Iterator[str]:
    """Every word that a list's answer holds."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from leaves(each)
    else:
        yield str(value).lower() if isinstance(value, bool) else str(value)


def told(incident: dict[str, Any]) -> Iterator[str]:
    """Every word that an incident tells, but for what is made of a week, a version or an id."""
    yield incident["name"]
    yield from incident["external_references"][0]["external_id"].split("/")
    yield from (str(json.loads(each.partition("=")[2])) for each in incident["labels"] if "week" not in each)


async def of_each_label(api: Callers, db: asyncpg.Connection) -> None:
    """Signals of each label, a withdrawn and an expired one, an exercise, and one whose label nobody knows here."""
    await with_sites(api)
    for label in MARKINGS:
        await released(api, tlp=label.value)
    gone = await released(api, tlp="GREEN", category="WEAPONS")
    ok(await api.police.post(path(gone) + "/withdraw", headers=seen(gone)))
    await released(api, tlp="CLEAR", exercise=True, category="WEAPONS")
    others = [
        neighbours(tlp="VIOLET"),
        neighbours(status="EXPIRED", tlp="CLEAR"),
        neighbours(municipality='=1+"1', tlp="CLEAR"),
    ]
    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalReleased", 1, each) for each in others])


async def test_an_export_tells_what_the_list_shows_to_the_same_caller(api: Callers, db: asyncpg.Connection) -> None:
    await of_each_label(api, db)
    seen_labels = {}
    for role, caller in vars(api).items():
        if role == "nobody":
            continue
        for query in QUERIES:
            items = await listed(caller, **query)
            shown = {*leaves(items)}
            made = (await exported(caller, **query, format="stix")).json()
            assert made == bundle(items), (role, query)
            incidents = [each for each in made["objects"] if each["type"] == "incident"]
            assert {word for each in incidents for word in told(each)} <= shown, (role, query)

            rows = list(csv.DictReader(io.StringIO((await exported(caller, **query)).text[1:]), delimiter=";"))
            assert [row["id"] for row in rows] == [each["id"] for each in items], (role, query)
            assert {word.lstrip("'") for row in rows for word in row.values() if " " not in word} <= shown | {""}
            if query == {"status": "ANY"}:
                seen_labels[role] = {row["tlp"] for row in rows}
    assert ';"\'=1+""1";' in (await exported(api.reader)).text
    outside, inside = {"CLEAR", "GREEN"}, {label.value for label in MARKINGS}
    expected = dict.fromkeys(("operator", "municipality"), outside)
    assert seen_labels == dict.fromkeys(("coordinator", "second", "police", "reader"), inside) | expected


async def test_a_bundle_is_read_by_a_library_of_the_standard(api: Callers, db: asyncpg.Connection) -> None:
    await of_each_label(api, db)
    items = {f"{each['county']}/{each['id']}": each for each in await listed(api.reader, status="ANY")}
    answer = await exported(api.reader, status="ANY", format="stix")

    read = stix2.parse(answer.text, allow_custom=False)

    assert answer.headers["Content-Type"] == "application/stix+json;version=2.1"
    names = {each.id: each.name for each in read.objects if each.type == "marking-definition"}
    assert sorted(names.values()) == ["TLP:AMBER", "TLP:AMBER+STRICT", "TLP:CLEAR", "TLP:GREEN"]
    incidents = {each.external_references[0].external_id: each for each in read.objects if each.type == "incident"}
    assert incidents.keys() == items.keys()
    for name, item in items.items():
        assert names[incidents[name].object_marking_refs[0]] == f"TLP:{item['tlp']}"
        assert incidents[name].revoked == (item["status"] == "WITHDRAWN")
        assert f'norrsam:category="{item["category"]}"' in incidents[name].labels
        assert ('norrsam:exercise="true"' in incidents[name].labels) == item["exercise"]
    assert (await exported(api.reader, status="ANY", format="stix")).content == answer.content


async def test_a_corrected_signal_is_a_newer_version_of_one_incident(api: Callers, db: asyncpg.Connection) -> None:
    await with_sites(api)
    first = await released(api)
    year, week = first["iso_week_year"] - (first["iso_week"] == 1), first["iso_week"] - 1 or 52

    async def newest() -> Any:
        read = stix2.parse((await exported(api.police, status="ANY", format="stix")).text)
        (incident,) = [each for each in read.objects if each.type == "incident"]
        return incident

    versions = [await newest()]
    second = ok(
        await api.police.put(path(first), json=SIGNAL | {"iso_week_year": year, "iso_week": week}, headers=seen(first))
    )
    versions.append(await newest())
    ok(await api.police.post(path(first) + "/withdraw", headers=seen(second)))
    versions.append(await newest())

    assert len({(each.id, each.created) for each in versions}) == 1
    assert versions[0].modified < versions[1].modified < versions[2].modified
    assert [each.revoked for each in versions] == [False, False, True]


async def test_an_export_that_cannot_be_whole_is_refused(api: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_sites(api)
    await released(api)
    await released(api)

    monkeypatch.setattr(csv_files, "MOST_EXPORTED", 1)
    many = await api.reader.get("/shipment-signals/export", params={"format": "stix"})
    other = await api.reader.get("/shipment-signals/export", params={"format": "xml"})

    assert (many.status_code, many.json()["type"]) == (409, "/problems/too-many")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/invalid-request")


def test_a_file_has_a_column_for_all_that_a_signal_shows() -> None:
    assert sorted(COLUMNS) == sorted([*SignalView.model_fields, *SignalView.model_computed_fields])
    assert {*MARKINGS} == {*Tlp} - {Tlp.UNKNOWN}
