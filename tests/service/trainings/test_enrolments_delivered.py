"""Enrolments whose events come twice, late or never, those at home, and what is left after the occasion."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.runtime import due
from tests.service.offices import CLOCK
from tests.service.trainings.offices import Offices, enrolled, ids, path, persons, states
from tests.unit.trainings.given import CLOSES, STARTS, Y, Z

DAY = timedelta(days=1)
NOBODY = UUID(int=0)


async def test_a_repeated_or_late_event_changes_nothing(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a")
    await offices.settle()
    await offices.asker.post(path(request) + "/cancel", {}, seen=request)
    await offices.settle()
    before = await offices.host.types()

    for each in [*await offices.asker.sent(), *reversed(await offices.asker.sent())]:
        await offices.host.receive([each])

    assert await offices.host.types() == before

    for each in await offices.host.sent():
        await offices.asker.receive([each])
    assert states(await offices.asker.get(path(request))) == ["CANCELLED"]


async def test_a_cancellation_that_overtakes_its_request_takes_no_seat(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    request = await enrolled(offices.asker, occasion, "a")
    await offices.asker.post(path(request) + "/cancel", {}, seen=request)

    for each in reversed(await offices.asker.sent()):
        await offices.host.receive([each])

    assert (await offices.host.get(path(occasion, "occasions")))["taken"] == 0


async def test_a_request_for_an_occasion_the_host_lacks_is_refused(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a")
    await offices.host.db.execute("DELETE FROM trainings WHERE id = $1", occasion["id"])
    await offices.settle()

    shown = await offices.asker.get(path(request))

    assert [(seat["state"], seat["reason"]) for seat in shown["seats"]] == [("REFUSED", "NO_SUCH_OCCASION")]


async def test_a_restored_asker_waits_until_its_new_epoch_is_answered(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a")
    await offices.settle()
    await offices.asker.db.execute("UPDATE identity SET epoch = 7")
    offices.asker.epoch = 7

    assert states(await offices.asker.get(path(request))) == [None]

    offices.asker.restated = True  # its state is published again in the new epoch
    offices.asker.carried.clear()
    await offices.settle()
    assert states(await offices.asker.get(path(request))) == ["CONFIRMED"]
    assert (await offices.host.get(path(occasion, "occasions")))["taken"] == 1


async def test_an_answer_that_its_host_has_lost_is_waited_for_again(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a")

    await offices.settle()

    assert states(await offices.asker.get(path(request))) == ["CONFIRMED"]

    await offices.asker.db.execute("UPDATE enrolments SET withdrawn = true WHERE kind = 'answer'")
    (seat,) = (await offices.asker.get(path(request)))["seats"]
    assert (seat["waits"], seat["state"]) == (True, None)


async def test_a_request_that_its_county_has_lost_frees_its_seat(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    await enrolled(offices.asker, occasion, "a")
    await offices.settle()

    await offices.host.db.execute("UPDATE enrolments SET withdrawn = true WHERE kind = 'request'")

    assert (await offices.host.get(path(occasion, "occasions")))["taken"] == 1

    await _tidied(offices)
    assert (await offices.host.get(path(occasion, "occasions")))["taken"] == 0


async def test_a_countys_own_occasion_is_answered_at_once(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)

    request = await enrolled(offices.host, occasion, "a")

    assert states(request) == ["CONFIRMED"]

    await offices.host.db.execute("UPDATE identity SET epoch = 9")
    assert states(await offices.host.get(path(request))) == ["CONFIRMED"]

    cancelled = await offices.host.post(path(request) + "/cancel", {}, seen=request)
    assert states(cancelled) == ["CANCELLED"]


async def test_an_offer_in_an_own_occasion_is_accepted_at_once(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    first, second = [await enrolled(offices.host, occasion, name) for name in ("a", "b")]
    await offices.host.post(path(first) + "/cancel", {}, seen=first)
    offered = await offices.host.get(path(second))
    assert states(offered) == ["OFFERED"]

    accepted = await offices.host.post(path(second) + "/accept", {}, seen=offered)

    assert states(accepted) == ["CONFIRMED"]


async def test_a_seat_of_one_turned_away_is_offered_to_the_next(offices: Offices) -> None:
    occasion = await offices.opened(seats=1)
    first, second = [await enrolled(offices.asker, occasion, name) for name in ("a", "b")]
    await offices.settle()
    body = {"request": {"county": Y, "id": first["id"]}, "participants": ids(first)}
    await offices.host.post(path(occasion, "occasions") + "/seats/turn-away", body)

    await offices.settle()

    assert [states(await offices.asker.get(path(each))) for each in (first, second)] == [["CANCELLED"], ["OFFERED"]]


async def test_nobody_asks_for_a_seat_after_closing(offices: Offices) -> None:

    occasion = await offices.opened()
    CLOCK.now = CLOSES
    body = {"occasion": {"county": Z, "id": occasion["id"]}, "participants": persons("a")}

    answer = await offices.asker.api.post("/enrolments", json=body)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/closed")


async def test_after_thirty_days_both_sides_settle_and_forget_names(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.asker, occasion, "a")
    await offices.settle()
    await offices.pass_time(STARTS + 31 * DAY - CLOCK.now)

    await offices.pass_time(timedelta())

    assert (await offices.asker.types())[-1] == "EnrolmentSettled"
    assert (await offices.host.types())[-1] == "SeatsSettled"
    assert await offices.asker.get(path(request) + "/persons") == []

    await _tidied(offices, STARTS + 800 * DAY)
    assert (await offices.asker.api.get(path(request))).status_code == 404


async def test_own_rows_taken_over_in_recovery_are_planned_anew(offices: Offices) -> None:
    occasion = await offices.opened()
    await enrolled(offices.host, occasion, "a")
    await offices.host.db.execute("DELETE FROM due")
    await _tidied(offices)

    await offices.host.turn()
    planned = {row["kind"] for row in await offices.host.db.fetch("SELECT kind FROM due")}

    assert planned == {"decide", "settle", "tidy"}


async def _tidied(offices: Offices, at: datetime | None = None) -> None:
    """Do the recurring job that looks for work that no event starts."""
    for office in (offices.host, offices.asker):
        await due.plan(office.db, "tidy", NOBODY, at or CLOCK.now)
        await office.turn(at or CLOCK.now)
