"""Trainings and occasions, as the host tells and the other county shows them."""

from datetime import timedelta
from typing import Any

import pytest

from tests.service.offices import CLOCK
from tests.service.trainings.offices import Offices, enrolled, path
from tests.unit.trainings.given import CLOSES, EARLY, ENDS, OPENS, STARTS, TRAINING, at

COUNTED = {"ANDT": 2, "INTEGRATION": 1, "HUMAN_RIGHTS": 0}


async def test_a_training_changes_by_if_match_and_retires_once(offices: Offices) -> None:
    host = offices.host
    training = await host.post("/trainings", TRAINING, status=201)
    place = path(training, "trainings")

    changed = await host.api.put(place, json={**TRAINING, "level": "ADVANCED"}, headers={"If-Match": '"1"'})

    assert (changed.status_code, changed.json()["version"], changed.json()["level"]) == (200, 2, "ADVANCED")

    same = await host.api.put(place, json={**TRAINING, "level": "ADVANCED"}, headers={"If-Match": '"2"'})
    assert same.json()["version"] == 2

    retired = await host.post(f"{place}/retire", seen=changed.json())
    assert retired["status"] == "RETIRED"
    assert (await host.api.post(f"{place}/retire", headers={"If-Match": '"3"'})).status_code == 409
    assert await host.types() == ["TrainingPublished", "TrainingChanged", "TrainingRetired"]
    assert (await host.get("/trainings"))["items"] == []


async def test_trainings_are_listed_by_policy_area(offices: Offices) -> None:
    for areas in (["ANDT", "INTEGRATION"], ["ANDT"], []):
        await offices.host.post("/trainings", {**TRAINING, "policy_areas": areas}, status=201)

    counts = {area: len((await offices.host.get("/trainings", policy_area=area))["items"]) for area in COUNTED}

    assert counts == COUNTED


async def test_two_counties_list_an_occasion_alike_in_order_of_time(offices: Offices) -> None:
    later = await offices.opened(starts_at=STARTS + timedelta(days=1), ends_at=ENDS + timedelta(days=1))
    first = await offices.opened()

    for office in (offices.host, offices.asker):
        items = (await office.get("/occasions"))["items"]
        assert [item["id"] for item in items] == [first["id"], later["id"]]
        assert items[0]["when"] == "torsdag 8 april 2027 kl. 13.00–16.00 (v. 14)"
        assert (items[0]["status"], items[0]["taken"], items[0]["waiting"], items[0]["full"]) == ("OPEN", 0, 0, False)
        titles = {item["title"] for item in (await office.get("/trainings", q="försändelser"))["items"]}
        assert titles == {TRAINING["title"]}


async def test_a_planned_occasion_opens_closes_and_is_held_on_time(offices: Offices) -> None:
    CLOCK.now = EARLY
    occasion = await offices.opened()
    place = path(occasion, "occasions")
    seen = [occasion["status"]]

    for moment in (OPENS, CLOSES, ENDS):
        await offices.host.turn(moment)
        seen.append((await offices.host.get(place))["status"])

    assert seen == ["PLANNED", "OPEN", "CLOSED", "HELD"]
    assert await offices.host.db.fetchval("SELECT count(*) FROM due WHERE kind = 'decide'") == 0


async def test_an_occasion_with_too_few_is_cancelled_at_closing(offices: Offices) -> None:
    occasion = await offices.opened(min_participants=2)
    request = await enrolled(offices.asker, occasion, "kramfors")
    await offices.settle()
    await offices.host.turn(CLOSES)
    await offices.settle()

    shown = await offices.asker.get(path(request))

    assert [(seat["state"], seat["swedish"]) for seat in shown["seats"]] == [
        ("CANCELLED", "avbokad: tillfället är inställt")
    ]

    known = await offices.asker.get(path(occasion, "occasions"))
    assert (known["status"], known["reason"]) == ("CANCELLED", "TOO_FEW")


async def test_a_moved_or_cancelled_occasion_is_told_to_seat_holders(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "kramfors")
    await offices.settle()
    details = {name: occasion[name] for name in occasion if name not in _COMPUTED}
    details |= {"starts_at": at(8, 4, 14).isoformat()}

    moved = await offices.host.api.put(
        path(occasion, "occasions"), json=details, headers={"If-Match": f'"{occasion["version"]}"'}
    )

    assert (moved.status_code, moved.json()["sequence"]) == (200, 1), moved.text

    await offices.settle()
    answers = [each for each in await offices.host.types() if each == "SeatsAnswered"]
    assert len(answers) == 2
    assert (await offices.asker.get(path(occasion, "occasions")))["when"].endswith("kl. 14.00–16.00 (v. 14)")

    await offices.host.post(path(occasion, "occasions") + "/cancel", seen=moved.json())
    await offices.settle()
    assert [seat["reason"] for seat in (await offices.asker.get(path(request)))["seats"]] == ["OCCASION_CANCELLED"]


async def test_occasions_are_listed_by_days_the_coming_ones_first(offices: Offices) -> None:
    first = await offices.opened()
    second = await offices.opened(starts_at=at(10, 4, 13).isoformat(), ends_at=at(10, 4, 16).isoformat())

    async def found(**query: Any) -> list[str]:
        return [each["id"] for each in (await offices.host.get("/occasions", **query))["items"]]

    both = [first["id"], second["id"]]
    assert await found() == both
    assert await found(to="2027-04-08") == both[:1]
    assert await found(**{"from": "2027-04-09"}) == both[1:]

    CLOCK.now = at(9, 4)

    assert await found() == both[1:]
    since: dict[str, Any] = {"from": "2027-01-01"}
    assert await found(**since) == both
    page = await offices.host.get("/occasions", **since, limit=1)
    assert [each["id"] for each in page["items"]] == both[:1]
    assert await found(cursor=page["next"]) == both[1:]
    refused = await offices.host.api.get("/occasions", params={"to": "2027-04-08", "cursor": page["next"]})
    assert refused.json()["type"] == "/problems/invalid-cursor"


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"seats": 0}, 422), ({"open_for": ["skane"]}, 422), ({"starts_at": "2026-01-01T00:00:00Z"}, 422)],
)
async def test_an_impossible_occasion_is_refused_and_not_written(
    offices: Offices, changes: dict[str, object], status: int
) -> None:
    occasion = await offices.opened()
    details = {name: occasion[name] for name in occasion if name not in _COMPUTED}

    before = await offices.host.types()

    assert (await offices.host.api.post("/occasions", json=details | changes)).status_code == status
    assert await offices.host.types() == before


async def test_only_its_own_county_changes_an_occasion(offices: Offices) -> None:
    occasion = await offices.opened()

    for command, body in (("cancel", None), ("attendance", {"came": []})):
        answer = await offices.asker.api.post(
            f"{path(occasion, 'occasions')}/{command}", json=body, headers={"If-Match": '"1"'}
        )
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-owner")


_COMPUTED = (
    *("id", "county", "version", "status", "released", "sequence", "reason"),
    *("when", "taken", "waiting", "full"),
)
