"""The commands of trainings without HTTP: each transaction's reads, writes, plans and locks."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest

from services.trainings.commands import attendance, hosting, upkeep
from services.trainings.commands.certifying import expire_certificate
from services.trainings.commands.enrolling import Enrol, enrol, settle_request
from services.trainings.domain.saga import SETTLES_AFTER
from services.trainings.store.enrolments import ANSWERS, REQUESTS
from shared.contracts.training_codes import SeatState
from shared.messaging.leading import Connect
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.db import Connection
from tests.service.offices import CLOCK, Office
from tests.service.trainings.offices import Offices, enrolled, ids, path, persons
from tests.support.waiting import eventually
from tests.unit.trainings.given import CLOSES, ENDS, STARTS, identity

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def transaction(office: Office) -> Transaction:
    return Transaction(office.db, office.writer, "test")


async def due_at(office: Office, kind: str) -> list[UUID]:
    return [row["id"] for row in await office.db.fetch("SELECT id FROM due WHERE kind = $1", kind)]


async def test_enrolling_a_person_again_gives_the_same_request(offices: Offices) -> None:
    occasion = await offices.opened()
    command = Enrol.model_validate(
        {"occasion": {"county": occasion["county"], "id": occasion["id"]}, "participants": persons("a", "b")}
    )

    async with offices.asker.db.transaction():
        first, is_new = await enrol(transaction(offices.asker), command)
        second, again = await enrol(transaction(offices.asker), command)

    assert (is_new, again) == (True, False)
    assert second.state.id == first.state.id
    assert await due_at(offices.asker, "settle") == [first.state.id]
    assert await offices.asker.types() == ["EnrolmentRequested"]


async def test_deciding_on_an_unknown_occasion_is_refused(offices: Offices) -> None:
    nowhere = identity("no occasion")
    tx = transaction(offices.host)

    async with offices.host.db.transaction():
        for command in (
            attendance.record_attendance(tx, nowhere, {}),
            hosting.reallocate_seats(tx, nowhere),
        ):
            with pytest.raises(Rejected, match="No occasion"):
                await command

        assert await hosting.advance_occasion(tx, nowhere) is None
        assert await settle_request(tx, nowhere) is None
        assert await expire_certificate(tx, nowhere) is None


async def test_advancing_an_open_occasion_gives_its_next_time(offices: Offices) -> None:
    occasion = await offices.opened()
    CLOCK.now = CLOSES

    async with offices.host.db.transaction():
        next_at = await hosting.advance_occasion(transaction(offices.host), UUID(occasion["id"]))

    assert next_at == ENDS
    assert (await offices.host.types())[-1] == "EnrolmentClosed"


async def test_recording_own_participants_certifies_them(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.host, occasion, "a", "b")
    came, absent = (UUID(each) for each in ids(request))
    CLOCK.now = STARTS
    tx = transaction(offices.host)

    async with offices.host.db.transaction():
        with pytest.raises(Rejected, match="no seat here"):
            await attendance.record_attendance(tx, UUID(occasion["id"]), {identity("stranger"): True})

        await attendance.record_attendance(tx, UUID(occasion["id"]), {came: True, absent: False})

    (certificate,) = (await offices.host.get("/certificates"))["items"]
    assert certificate["participant"] == str(came)
    assert await due_at(offices.host, "expire") == [UUID(certificate["id"])]


async def test_lost_plans_are_planned_again(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.host, occasion, "a")
    await offices.host.db.execute("DELETE FROM due WHERE kind <> 'tidy'")

    async with offices.host.db.transaction():
        again = await upkeep.tidy(transaction(offices.host), UUID(int=0))

    assert again == CLOCK.now + upkeep.TIDY_EVERY
    assert await due_at(offices.host, "decide") == [UUID(occasion["id"])]
    assert await due_at(offices.host, "settle") == [UUID(request["id"])]


async def test_attendance_and_cancelling_at_once_do_not_deadlock(offices: Offices) -> None:
    occasion = await offices.opened()
    request = await enrolled(offices.host, occasion, "a")
    CLOCK.now = STARTS
    host = offices.host

    async with host.db.transaction():
        before = await hosting.lock_seating(transaction(host), UUID(occasion["id"]))

        cancelling = asyncio.create_task(host.post(path(request) + "/cancel", {}, seen=request))

        await eventually(lambda: host.db.fetchval(_WAITING))

        await host.db.execute("SET LOCAL lock_timeout = '1s'")
        assert await REQUESTS.find(host.db, host.name, UUID(request["id"]), lock=True)

        (answer,) = before.answers.values()
        marks = {seat.participant: True for seat in answer.state.seats}
        await attendance.record_attendance(transaction(host), UUID(occasion["id"]), marks)

    await cancelling
    stored = await ANSWERS.find(host.db, host.name, answer.state.id)
    assert stored is not None
    assert [seat.state for seat in stored.state.seats] == [SeatState.ATTENDED]


async def test_attendance_and_settling_at_once_do_not_deadlock(offices: Offices, connects: dict[str, Connect]) -> None:
    occasion = await offices.opened()
    own = UUID((await enrolled(offices.host, occasion, "a"))["id"])
    CLOCK.now = ENDS + SETTLES_AFTER
    host, rival = offices.host, await connects[offices.host.name]()

    try:
        async with host.db.transaction():
            await hosting.lock_seating(transaction(host), UUID(occasion["id"]))

            settling = asyncio.create_task(_settle(rival, host, own))

            await eventually(lambda: host.db.fetchval(_WAITING))

            await host.db.execute("SET LOCAL lock_timeout = '1s'")
            assert await REQUESTS.find(host.db, host.name, own, lock=True)

        assert await settling is None
    finally:
        await rival.close()


async def _settle(conn: Connection, office: Office, request: UUID) -> datetime | None:
    async with conn.transaction():
        return await settle_request(Transaction(conn, office.writer, "test"), request)
