"""A change in one county becomes visible in the three others: over HTTP, through real Kafka and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import httpx

from infra.demo import partner
from infra.demo.county import DemoCounty, wait_until_seen
from infra.engine import Engine
from shared.contracts.registry import EVENTS
from shared.contracts.topics import topic_name
from tests.support.waiting import DEADLINE, eventually

SCHOOL = {"name": "Skolan vid älven", "type": "SCHOOL", "level": "LOCAL", "municipality": "2584"}


def place_of(actor: dict[str, Any]) -> tuple[str, str]:
    return actor["county"], actor["id"]


def test_an_actor_registered_in_one_county_is_the_same_in_all(
    counties: list[DemoCounty],
) -> None:
    home, *others = counties
    place = place_of(home.register(SCHOOL))
    wait_until_seen(others, place, 1)
    path = f"/actors/{place[0]}/{place[1]}"

    states = [county.client.get(path).json() for county in counties]

    assert all(state == states[0] for state in states)


def test_another_county_s_actor_cannot_be_changed_here(
    counties: list[DemoCounty],
) -> None:
    home, other, *_ = counties
    place = place_of(home.register(SCHOOL))
    wait_until_seen([other], place, 1)
    path = f"/actors/{place[0]}/{place[1]}"

    answer = other.client.put(path, json=SCHOOL | {"name": "Vår skola"}, headers={"If-Match": '"1"'})

    assert answer.status_code == httpx.codes.FORBIDDEN
    assert "norrbotten" in answer.json()["detail"]


def test_an_agreement_across_a_border_is_shown_in_both_counties(
    counties: list[DemoCounty],
) -> None:
    home, other, *_ = counties
    own, foreign = home.register(SCHOOL), other.register(SCHOOL | {"municipality": "2480"})
    wait_until_seen([home], place_of(foreign), 1)
    wait_until_seen([other], place_of(own), 1)
    parties = [{"county": each["county"], "id": each["id"]} for each in (own, foreign)]
    agreement = {
        "name": "Samverkan över länsgränsen",
        "parties": parties,
        "purposes": ["Trygghet kring skolan"],
        "areas": ["Skolvägar"],
        "signed": "2026-11-02",
        "valid_from": "2026-11-02",
    }
    answer = home.client.post("/cooperations", json=agreement)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    registered = answer.json()

    path = f"/cooperations/{registered['county']}/{registered['id']}"
    wait_until_seen([other], place_of(registered), 1, path=path)

    assert other.client.get(path).json()["parties"] == home.client.get(path).json()["parties"]


async def test_a_list_says_how_fresh_each_county_s_part_is(
    counties: list[DemoCounty],
) -> None:
    home, other, *_ = counties
    wait_until_seen([other], place_of(home.register(SCHOOL)), 1)

    begun = datetime.now(UTC)

    def complete_since() -> dict[str, dict[str, Any]]:
        found = {each["county"]: each for each in other.client.get("/actors").json()["counties"]}
        times = [each["complete_until"] for each in found.values()]
        assert all(time and datetime.fromisoformat(time) > begun for time in times)  # none: not heard since it started
        return found

    freshness = await eventually(complete_since)
    assert set(freshness) == {county.name for county in counties if county is not other}
    assert freshness[home.name]["applied_number"] > 0
    assert freshness[home.name]["last_event_at"] is not None
    assert freshness[home.name]["open_gaps"] == 0


def test_every_event_names_a_schema_that_is_served(counties: list[DemoCounty], engine: Engine) -> None:
    home = counties[0]
    home.register(SCHOOL)
    wait_until_seen(counties[1:], place_of(home.register(SCHOOL)), 1)
    (seen,) = partner.read_all(engine.kafka, [topic_name(home.name, "actors")]).values()

    addresses = {str(event.get_dataschema()) for event in seen.events}

    assert addresses
    for address in addresses | {f"{home.url}/schemas/{event_type}" for event_type in EVENTS}:
        assert httpx.get(address, timeout=DEADLINE).json()["$id"] == httpx.URL(address).path


def test_a_county_that_was_killed_has_missed_nothing(counties: list[DemoCounty], engine: Engine) -> None:
    home, *_, victim = counties
    place = place_of(home.register(SCHOOL))
    engine.kill_county(victim.name)
    version = max(home.rename(place, f"Skolan, namn {number}") for number in range(10))
    engine.start_county(victim.name)
    wait_until_seen([victim], place, version, 60)
