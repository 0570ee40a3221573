"""Who sees which invitation, and who answers for whom."""

from typing import Any
from uuid import UUID

from services.meetings.store.meetings import ANSWERS
from tests.service.meetings.boards import NETWORK, Boards, answer, answers, invitee, path, reference, with_function
from tests.service.offices import CLOCK, Office, ok
from tests.unit.meetings.given import BOARDS, HOST, HOUR, MIDDLE, NORTH, POLICE, STARTS, UMEA, invited


async def waiting(office: Office, headers: dict[str, str] | None = None, **query: Any) -> list[str | None]:
    """The names of the actors whose invitations wait."""
    page = ok(await office.api.get("/invitations", params=query, headers=headers))
    return [each["invitee"]["actor_name"] for each in page["items"]]


async def test_an_invitation_waits_until_it_is_answered(boards: Boards) -> None:
    meeting = await boards.invited()
    assert await waiting(boards.north) == [BOARDS[1].name]
    assert await waiting(boards.host) == ["County_board vasterbotten", "Police vasterbotten", "Customs vasterbotten"]

    await with_function(boards.north, BOARDS[1], "COUNTY_ANDT_COORDINATOR", None)
    await answer(boards.north, meeting, "DELEGATED", delegated_to="COUNTY_ANDT_COORDINATOR")

    assert await waiting(boards.north) == []
    (given,) = (await boards.north.get("/invitations", state="ANY"))["items"]
    assert given["invitee"]["delegated_to"] == "COUNTY_ANDT_COORDINATOR"
    await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)
    assert await waiting(boards.north) == [BOARDS[1].name]


async def test_police_and_municipalities_answer_for_their_own(boards: Boards) -> None:
    meeting = await boards.invited(invitees=invited(*BOARDS, POLICE, UMEA))
    police = boards.someone(HOST, "POLICE")
    umea = boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality="2480")
    other = boards.someone(HOST, "MUNICIPAL_COORDINATOR", municipality="2482")
    nowhere = boards.someone(HOST, "MUNICIPAL_COORDINATOR")

    waits = [await waiting(boards.host, each) for each in (police, umea, other, nowhere)]

    assert waits == [[POLICE.name], [UMEA.name], [], []]
    given = {"state": "ACCEPTED", "sequence": 0}
    ids = {each["actor_name"]: each["id"] for each in meeting["invitees"]}
    place = f"/invitations/{HOST}/{meeting['id']}"
    for headers, name, status in (
        (umea, UMEA.name, 200),
        (umea, POLICE.name, 403),
        (other, UMEA.name, 403),
        (nowhere, UMEA.name, 403),
        (police, POLICE.name, 200),
        (police, BOARDS[0].name, 403),
    ):
        done = await boards.host.api.post(f"{place}/{ids[name]}/answer", json=given, headers=headers)
        assert done.status_code == status, name
    shown = await boards.host.get(path(meeting))
    assert sorted(answers(shown)[HOST]) == ["ACCEPTED", "ACCEPTED", "NEEDS_ACTION"]


async def test_a_county_answers_for_no_other(boards: Boards) -> None:
    meeting = await boards.invited()
    refused = await answer(boards.north, meeting, "ACCEPTED", 403, who=invitee(meeting, MIDDLE)["id"])
    assert refused["type"] == "/problems/not-owner"
    assert (await answer(boards.north, meeting, "ACCEPTED", 404, who=NETWORK.id))["status"] == 404
    assert (await answer(boards.host, meeting, "ACCEPTED", 403, who=invitee(meeting, NORTH)["id"]))["status"] == 403


async def test_every_version_is_answered_and_a_second_copy_is_not(boards: Boards) -> None:
    meeting = await boards.invited()
    await boards.change(meeting, title="Annan")
    sent = [each for each in await boards.host.sent() if type(each.event).__name__.startswith("Meeting")]

    for each in (*sent, *sent):
        await boards.north.receive([each])

    assert await boards.north.types() == ["InvitationReceived", "InvitationReceived"]
    (row,) = await boards.north.db.fetch("SELECT id FROM meetings WHERE county = $1 AND kind = 'invitation'", NORTH)
    stored = await ANSWERS.find(boards.north.db, NORTH, row["id"])
    assert stored is not None
    assert stored.state.answers.recency == (1, 3)


async def test_a_restored_host_asks_everybody_anew(boards: Boards) -> None:
    meeting = await boards.invited()
    await answer(boards.north, meeting, "ACCEPTED")
    await boards.settle()
    await boards.host.db.execute("UPDATE identity SET epoch = 2")
    boards.host.epoch, boards.host.restated = 2, True

    again = [each for each in await boards.host.sent() if type(each.event).__name__ == "MeetingInvited"]
    assert answers(await boards.host.get(path(meeting)))[NORTH] == ["NEEDS_ACTION"]
    await boards.north.receive(again)
    await boards.settle()

    assert await waiting(boards.north) == [BOARDS[1].name]
    await answer(boards.north, meeting, "DECLINED")
    await boards.settle()
    assert answers(await boards.host.get(path(meeting)))[NORTH] == ["DECLINED"]


async def test_what_a_restored_host_had_answered_to_itself_counts_nowhere(boards: Boards) -> None:
    meeting = await boards.invited()
    await answer(boards.host, meeting, "ACCEPTED")
    await boards.settle()
    assert answers(await boards.middle.get(path(meeting)))[HOST][0] == "ACCEPTED"

    boards.host.epoch = 2
    again = await boards.host.sent()
    await boards.middle.receive([each for each in again if each.event.id == UUID(meeting["id"])])

    assert answers(await boards.middle.get(path(meeting)))[HOST][0] == "NEEDS_ACTION"
    await boards.middle.receive(again)
    assert answers(await boards.middle.get(path(meeting)))[HOST][0] == "ACCEPTED"


async def test_no_person_and_no_address_is_in_an_event(boards: Boards) -> None:
    meeting = await boards.invited(title="Styrgrupp")
    await answer(boards.north, meeting, "ACCEPTED")
    names = {each.name for each in (*BOARDS, POLICE)}

    told = [each.event.model_dump_json() for office in (boards.host, boards.north) for each in await office.sent()]

    assert len(told) > 3
    assert not any("@" in each or name in each for each in told for name in names)


async def test_attendance_is_told_by_member_of_a_network(boards: Boards) -> None:
    network = {"county": NETWORK.county, "id": str(NETWORK.id)}
    meeting = await boards.invited(kind="NETWORK", network=network, invitees=invited(*BOARDS[:2], UMEA))
    CLOCK.now = STARTS + HOUR
    marks = [
        {"invitee": invitee(meeting, HOST)["id"], "presence": "ATTENDED"},
        {"invitee": invitee(meeting, NORTH)["id"], "presence": "ABSENT_WITH_NOTICE"},
    ]
    await boards.host.post(path(meeting) + "/attendance", {"attendance": marks}, meeting)
    await boards.settle()

    period = {"network": reference(NETWORK), "from": "2026-12-01", "to": "2026-12-31"}
    page = await boards.north.get("/meetings/attendance", **period)

    found = {each["actor_name"]: each for each in page["items"]}
    assert list(found) == sorted(found)
    columns = ("member", "invited", "attended", "absent", "absent_with_notice")
    counts = {name: tuple(each[column] for column in columns) for name, each in found.items()}
    assert counts == {
        BOARDS[0].name: (True, 1, 1, 0, 0),
        BOARDS[1].name: (True, 1, 0, 0, 1),
        BOARDS[2].name: (True, 0, 0, 0, 0),
        UMEA.name: (False, 1, 0, 0, 0),
    }
    assert (await boards.north.get("/meetings/attendance", **period | {"to": "2026-12-08"}))["items"][0]["invited"] == 0
    assert len(page["counties"]) == 3
