"""Enrolments between two counties: one asks, one decides, and neither calls the other."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from shared.contracts.actors import ActorRegistered
from shared.contracts.topics import topic_name
from shared.protocol.envelope import Envelope
from shared.protocol.received import Received
from tests.service.offices import CLOCK, MACHINERY, ok
from tests.service.trainings.offices import TABLES, Offices, enrolled, ids, path, persons, states
from tests.unit.trainings.given import RELEASE, Y, Z

DAY = timedelta(days=1)


async def test_a_request_waits_until_this_version_is_answered(offices: Offices) -> None:
    occasion = await offices.opened()

    request = await enrolled(offices.asker, occasion, "kramfors")
    (seat,) = request["seats"]

    assert (seat["waits"], seat["state"], seat["swedish"]) == (True, None, "väntar på svar")
    assert request["waiting_since"] == "2027-03-08T11:00:00Z"

    await offices.settle()
    shown = await offices.asker.get(path(request))
    assert [(seat["waits"], seat["swedish"]) for seat in shown["seats"]] == [(False, "bekräftad")]
    assert (shown["waiting_since"], shown["overdue"]) == (None, False)
    assert (await offices.host.get(path(occasion, "occasions")))["taken"] == 1


async def test_an_answer_or_a_taken_seat_changes_the_etag_too(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "kramfors")
    asked = ((offices.asker, path(request)), (offices.host, path(occasion, "occasions")))
    before = [await office.api.get(address) for office, address in asked]
    await offices.settle()

    for (office, address), had in zip(asked, before, strict=True):
        after = await office.api.get(address, headers={"If-None-Match": had.headers["ETag"]})
        spared = await office.api.get(address, headers={"If-None-Match": after.headers["ETag"]})

        assert (after.status_code, after.json()["version"]) == (200, had.json()["version"])
        assert (spared.status_code, spared.content) == (304, b"")

    seen = {"If-Match": before[0].headers["ETag"]}
    assert (await offices.asker.api.post(f"{path(request)}/cancel", json={}, headers=seen)).status_code == 200


async def test_after_a_day_without_its_host_an_answer_is_shown_as_late(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "kramfors")
    CLOCK.now += DAY

    shown = await offices.asker.get(path(request))

    assert (shown["overdue"], states(shown)) == (True, [None])

    await offices.settle()
    shown = await offices.asker.get(path(request))
    assert (shown["overdue"], states(shown)) == (False, ["CONFIRMED"])


async def test_a_reserved_seat_is_offered_and_accepted_after_its_day(offices: Offices) -> None:
    reserved = [{"county": name, "seats": 1} for name in ("norrbotten", "vasterbotten", Z, Y)]
    occasion = await offices.opened(reserved=reserved, release_at=RELEASE)
    first = await enrolled(offices.asker, occasion, "ornskoldsvik")
    second = await enrolled(offices.asker, occasion, "bredbyn")

    await offices.settle()

    assert states(await offices.asker.get(path(first))) == ["CONFIRMED"]

    (seat,) = (await offices.asker.get(path(second)))["seats"]
    assert (seat["state"], seat["place"], seat["swedish"]) == ("WAITING", 1, "reserv 1")

    await offices.host.turn(RELEASE)
    await offices.settle()
    shown = await offices.asker.get(path(second))
    assert [(seat["state"], seat["swedish"]) for seat in shown["seats"]] == [("OFFERED", "erbjuden plats")]

    accepted = await offices.asker.post(path(second) + "/accept", {}, seen=shown)
    assert [seat["swedish"] for seat in accepted["seats"]] == ["väntar på svar"]

    await offices.settle()
    assert states(await offices.asker.get(path(second))) == ["CONFIRMED"]


async def test_a_lapsed_offer_goes_on_and_a_late_yes_is_answered(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    requests = [await enrolled(offices.asker, occasion, name) for name in ("a", "b", "c")]
    await offices.settle()
    first = await offices.asker.get(path(requests[0]))
    await offices.asker.post(path(first) + "/cancel", {}, seen=first)
    await offices.settle()

    second = await offices.asker.get(path(requests[1]))

    assert states(second) == ["OFFERED"]

    accepted = await offices.asker.post(path(second) + "/accept", {}, seen=second)  # under way for too long
    await offices.host.turn(datetime.fromisoformat(second["seats"][0]["offered_until"]))
    await offices.settle()
    assert states(await offices.asker.get(path(requests[2]))) == ["OFFERED"]

    late = await offices.asker.get(path(accepted))
    assert (states(late), late["waiting_since"]) == (["LAPSED"], None)


async def test_a_promoted_participant_who_cancels_frees_a_seat(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    first, second = [await enrolled(offices.asker, occasion, name) for name in ("a", "b")]
    await offices.settle()
    await offices.asker.post(path(first) + "/cancel", {}, seen=first)
    await offices.settle()
    offered = await offices.asker.get(path(second))
    accepted = await offices.asker.post(path(second) + "/accept", {}, seen=offered)
    await offices.settle()
    await offices.asker.post(path(second) + "/cancel", {}, seen=accepted)
    await offices.settle()

    known = await offices.host.get(path(occasion, "occasions"))

    assert (known["taken"], known["waiting"], known["full"]) == (0, 0, False)


async def test_a_group_is_seated_in_part_or_as_a_whole(offices: Offices) -> None:
    occasion = await offices.opened(seats=2)
    together = await enrolled(offices.asker, occasion, "a", "b", "c", together=True)
    apart = await enrolled(offices.asker, occasion, "d", "e", "f")
    await offices.settle()

    shown = await offices.asker.get(path(together))

    assert [seat["reason"] for seat in shown["seats"]] == ["TOO_MANY"] * 3
    assert states(await offices.asker.get(path(apart))) == ["CONFIRMED", "CONFIRMED", "WAITING"]


async def test_enrolling_twice_is_answered_with_the_same_request(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a", "b")
    reference = {"county": Z, "id": occasion["id"]}

    again = await offices.asker.post("/enrolments", {"occasion": reference, "participants": persons("A", "B")})

    assert (again["id"], await offices.asker.types()) == (request["id"], ["EnrolmentRequested"])

    mixed = await offices.asker.api.post("/enrolments", json={"occasion": reference, "participants": persons("a", "c")})
    assert (mixed.status_code, mixed.json()["type"]) == (409, "/problems/already-enrolled")

    twice = await offices.asker.api.post("/enrolments", json={"occasion": reference, "participants": persons("d", "D")})
    assert twice.status_code == 422

    await offices.asker.post(path(request) + "/cancel", {}, seen=request)
    anew = await offices.asker.post(
        "/enrolments", {"occasion": reference, "participants": persons("a", "b")}, status=201
    )
    assert anew["id"] != request["id"]
    assert not set(ids(anew)) & set(ids(request))


async def test_two_colleagues_at_one_mailbox_get_a_seat_each(offices: Offices) -> None:
    occasion = await offices.opened(seats=4)
    reference = {"county": Z, "id": occasion["id"]}
    (one,) = persons("växel")
    two, again = one | {"name": "Nils Öberg"}, one | {"mailbox": unicodedata.normalize("NFD", one["mailbox"])}

    first = await offices.asker.post("/enrolments", {"occasion": reference, "participants": [one]}, status=201)
    second = await offices.asker.post("/enrolments", {"occasion": reference, "participants": [two]}, status=201)
    same = await offices.asker.post("/enrolments", {"occasion": reference, "participants": [again]})
    both = [one | {"name": "Åsa"}, one | {"name": "Elin"}]
    await offices.asker.post("/enrolments", {"occasion": reference, "participants": both}, status=201)
    await offices.settle()

    assert (same["id"], second["id"] != first["id"]) == (first["id"], True)
    assert (await offices.host.get(path(occasion, "occasions")))["taken"] == 4


async def test_a_name_is_shown_to_its_own_coordinator_and_in_no_event(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "kramfors")

    answer = await offices.asker.api.get(path(request) + "/persons")

    assert answer.headers["cache-control"] == "no-store"
    assert [each["mailbox"] for each in ok(answer)] == ["kramfors@ombud.example"]
    for office in (offices.asker, offices.host):
        for each in await office.sent():
            assert b"ombud.example" not in each.event.write()
            assert b"Ombud kramfors" not in each.event.write()

    await offices.settle()
    assert (await offices.host.api.get(path(request) + "/persons")).status_code == 403
    assert (await offices.host.api.get(path(request))).status_code == 403

    (seat,) = (await offices.host.get(path(occasion, "occasions") + "/seats"))["items"]
    assert (seat["county"], seat["actor_type"], seat["function"]) == (Y, "POST_AGENT", "POST_STAFF")


async def test_a_list_of_seats_says_how_fresh_each_county_is(offices: Offices) -> None:
    occasion = await offices.opened()
    await enrolled(offices.asker, occasion, "kramfors")
    await offices.settle()
    topic = topic_name(Y, "enrolments")
    await offices.host.db.execute(
        "INSERT INTO checkpoints (topic, number, complete_until) VALUES ($1, 1, $2)", topic, CLOCK.now
    )
    (own,) = [one for one in (await offices.host.get("/occasions"))["counties"] if one["county"] == Y]
    assert own["complete_until"] is None, "the catalogue is not complete yet, and the list shows both"

    page = await offices.host.get(path(occasion, "occasions") + "/seats")

    assert ([seat["county"] for seat in page["items"]], page["next"]) == ([Y], None)

    complete = {each["county"]: (each["applied_number"], each["complete_until"]) for each in page["counties"]}
    never = (0, None)
    assert complete == {Y: (1, "2027-03-08T11:00:00Z"), "norrbotten": never, "vasterbotten": never}


async def test_a_misplaced_name_is_repeated_by_no_answer_or_table(offices: Offices) -> None:
    occasion = await offices.opened()
    reference = {"county": Z, "id": occasion["id"]}
    secret = "Hemlig Ombudsson"

    for wrong in (
        {"occasion": reference, "participants": [{**persons("a")[0], "actor_type": secret}]},
        {"occasion": reference, "participants": [{**persons("a")[0], secret: secret}]},
        {"occasion": reference, "participants": [{**persons("a")[0], "mailbox": secret}]},
        {"occasion": secret, "participants": persons("a")},
    ):
        answer = await offices.asker.api.post("/enrolments", json=wrong, headers={"Idempotency-Key": str(uuid4())})
        assert (answer.status_code, secret in answer.text) == (422, False), answer.text
    for table in (*TABLES.split(", "), *MACHINERY.split(", ")):
        assert secret not in str(await offices.asker.db.fetch(f"SELECT * FROM {table}"))


async def test_a_host_is_told_a_municipality_only_with_three_actors(offices: Offices) -> None:
    occasion = await offices.opened()
    for number in range(3):
        await offices.asker.receive([_agent(Y, "2281", number)])
    await offices.asker.receive([_agent(Y, "2260", 9)])
    for name, municipality in (("sundsvall", "2281"), ("ange", "2260")):
        reference = {"county": Z, "id": occasion["id"]}
        body = {"occasion": reference, "participants": persons(name, municipality=municipality)}
        await offices.asker.post("/enrolments", body, status=201)

    told = [each.event.participants[0].municipality for each in await offices.asker.sent()]  # type: ignore[attr-defined]

    assert told == ["2281", None]


def _agent(county: str, municipality: str, number: int) -> Received:
    """The registration of an agent in this county's directory."""
    place = {"sector": "BUSINESS", "level": "LOCAL", "type": "POST_AGENT", "municipality": municipality}
    event = ActorRegistered(id=uuid4(), county=county, name=f"Ombud {number}", **place)
    envelope = Envelope(str(uuid4()), event.event_type, event.id, CLOCK.now, 1, number + 1, 1, None, None, None)
    return Received(county, event, envelope)


async def test_lists_are_filtered_by_state_and_lateness(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    confirmed = await enrolled(offices.asker, occasion, "a")
    waiting = await enrolled(offices.asker, occasion, "b")
    await offices.settle()
    late = await enrolled(offices.asker, occasion, "c")
    CLOCK.now += timedelta(hours=25)

    async def found(**query: Any) -> list[str]:
        return [each["id"] for each in (await offices.asker.get("/enrolments", **query))["items"]]

    assert await found(state="CONFIRMED") == [confirmed["id"]]
    assert await found(state="WAITING") == [waiting["id"]]
    assert await found(overdue="true") == [late["id"]]
    assert await found(overdue="false") == [confirmed["id"], waiting["id"]]
    cursor = (await offices.asker.get("/enrolments", overdue="false", limit=1))["next"]
    assert await found(overdue="false", cursor=cursor) == [waiting["id"]]
    for other in ({}, {"overdue": "true"}, {"overdue": "false", "state": "WAITING"}):
        refused = await offices.asker.api.get("/enrolments", params={**other, "cursor": cursor})
        assert refused.json()["type"] == "/problems/invalid-cursor"
    seats = (await offices.host.get(path(occasion, "occasions") + "/seats", state="WAITING"))["items"]
    assert [seat["participant"] for seat in seats] == ids(waiting)
