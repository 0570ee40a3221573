"""A meeting is planned, invited to, answered, moved, held and closed: over HTTP, the host and two other counties."""

from typing import Any

import pytest

from shared.contracts.event import Event
from shared.contracts.meeting_codes import CountedKind
from shared.contracts.meeting_counts import KindCount, MeetingsCounted
from tests.service.meetings.boards import Boards, answer, answers, body, invitee, path
from tests.service.offices import CLOCK, ok
from tests.unit.meetings.given import BEFORE, BOARDS, CUSTOMS, DAY, HOST, HOUR, MIDDLE, NORTH, STARTS, invited

HOME = ["COUNCIL", "EST_WEEKLY", "DIALOGUE", "WORKING"]


async def test_given_an_invitation_when_answered_and_moved_then_all_agree(boards: Boards) -> None:
    meeting = await boards.invited()
    assert [type(each.event).__name__ for each in await boards.host.sent()] == ["MeetingInvited", "InvitationReceived"]
    await answer(boards.north, meeting, "ACCEPTED")
    await answer(boards.middle, meeting, "TENTATIVE")
    await boards.settle()
    shown = await boards.host.get(path(meeting))
    assert (answers(shown)[NORTH], answers(shown)[MIDDLE]) == (["ACCEPTED"], ["TENTATIVE"])
    assert shown["when"] == "onsdag 9 december 2026 kl. 13.00–15.00 (v. 50)"

    moved = await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)

    assert moved["sequence"] == 1
    for office in (boards.host, boards.north, boards.middle):
        shown = await office.get(path(meeting))
        assert {state for each in answers(shown).values() for state in each} == {"NEEDS_ACTION"}
        received = {each["actor"]["county"]: each["received"] for each in shown["invitees"]}
        assert received == {HOST: True, NORTH: True, MIDDLE: True, "vasternorrland": False}
    refused = await answer(boards.north, meeting, "ACCEPTED", 409)
    assert refused["type"] == "/problems/moved"


async def test_a_late_answer_to_an_older_sequence_changes_nothing(boards: Boards) -> None:
    meeting = await boards.invited()
    await answer(boards.north, meeting, "ACCEPTED")
    late = (await boards.north.sent())[-1]
    moved = await boards.change(meeting, starts_at=STARTS + HOUR, ends_at=STARTS + 3 * HOUR)

    await boards.host.receive([late])

    assert answers(await boards.host.get(path(moved)))[NORTH] == ["NEEDS_ACTION"]


async def test_another_agenda_keeps_the_answers(boards: Boards) -> None:
    meeting = await boards.invited()
    await answer(boards.north, meeting, "DECLINED")
    await boards.settle()

    changed = await boards.change(meeting, agenda=[{"title": "Utbildningsplan", "minutes": 20}])

    shown = await boards.host.get(path(changed))
    assert (shown["sequence"], answers(shown)[NORTH]) == (0, ["DECLINED"])
    assert invitee(shown, NORTH)["received"]


async def test_a_draft_is_seen_by_its_coordinators_alone(boards: Boards) -> None:
    draft = await boards.draft()
    await boards.settle()

    reader = await boards.host.api.get(path(draft), headers=boards.someone(HOST, "READER"))
    listed = await boards.host.get("/meetings")

    assert draft["status"] == "DRAFT"
    assert await boards.host.sent() == []
    assert (reader.status_code, (await boards.north.api.get(path(draft))).status_code) == (404, 404)
    assert [each["id"] for each in listed["items"]] == [draft["id"]]


@pytest.mark.parametrize("kind", HOME)
async def test_of_a_meeting_of_a_home_kind_only_a_number_leaves(boards: Boards, kind: str) -> None:
    host, meeting = boards.host_of(kind), await boards.invited(kind=kind)
    noted = await answer(host, meeting, "ACCEPTED", who=invitee(meeting, NORTH)["id"])
    moved = await boards.change(await host.get(path(meeting)), starts_at=STARTS - HOUR)
    await host.post(path(meeting) + "/cancel", seen=moved)

    assert noted["invitee"]["state"] == "ACCEPTED"
    (counted,) = await boards.host.sent()
    assert counted.event == MeetingsCounted(
        id=counted.event.id,
        county=HOST,
        year=2026,
        quarter=4,
        kinds=(KindCount(kind=CountedKind(kind), cancelled=1),),
    )
    shown = await host.get(path(meeting))
    assert (shown["status"], shown["shared"], set(answers(shown)[NORTH])) == ("CANCELLED", False, {"NEEDS_ACTION"})


async def test_of_a_collaboration_meeting_others_see_its_time_alone(boards: Boards) -> None:
    whom = invited(BOARDS[0], BOARDS[1], CUSTOMS)
    meeting = await boards.invited(kind="COLLABORATION", invitees=whom)
    moved = await boards.change(meeting, starts_at=STARTS - HOUR, invitees=whom)

    theirs, ours = await boards.north.get(path(meeting)), await boards.host.get(path(meeting))
    reader = ok(await boards.host.api.get(path(meeting), headers=boards.someone(HOST, "READER")))

    for seen in (theirs, reader):
        assert not {"invitees", "purpose", "place", "url", "agenda"} & seen.keys()
        assert (seen["title"], seen["starts_at"]) == (moved["title"], moved["starts_at"])
    assert len(ours["invitees"]) == 3
    events: list[Event] = [each.event for each in await boards.host.sent()]
    assert [type(each).__name__ for each in events] == ["CollaborationAnnounced", "CollaborationChanged"]
    assert not any("invitees" in each.model_dump() for each in events)
    for office in (boards.host, boards.north):
        assert [each["kind"] for each in (await office.get("/meetings"))["items"]] == ["COLLABORATION"]


async def test_a_cancelled_meeting_stays_so_whatever_comes_late(boards: Boards) -> None:
    meeting = await boards.invited()
    first = [each for each in await boards.host.sent() if type(each.event).__name__ == "MeetingInvited"]
    cancelled = await boards.host.post(path(meeting) + "/cancel", seen=meeting)
    await boards.settle()

    await boards.north.receive(first)

    assert cancelled["sequence"] == 1
    assert (await boards.north.get(path(meeting)))["status"] == "CANCELLED"
    refused = await answer(boards.north, cancelled, "ACCEPTED", 409)
    assert refused["type"] == "/problems/not-open"


async def test_a_cancellation_that_comes_first_keeps_the_invitation_out(boards: Boards) -> None:
    draft = await boards.draft()
    meeting = await boards.host.post(path(draft) + "/invite", seen=draft)
    await boards.host.post(path(meeting) + "/cancel", seen=meeting)
    sent = await boards.host.sent()

    for each in reversed(sent):
        await boards.north.receive([each])

    assert (await boards.north.get("/invitations"))["items"] == []
    assert (await boards.north.get(path(meeting)))["status"] == "CANCELLED"


async def test_a_postponed_meeting_is_invited_to_at_another_time(boards: Boards) -> None:
    meeting = await boards.invited()
    postponed = await boards.host.post(path(meeting) + "/postpone", seen=meeting)
    await boards.settle()
    assert (await boards.north.get("/invitations"))["items"] == []
    later = await boards.change(postponed, starts_at=STARTS + 7 * DAY, ends_at=STARTS + 7 * DAY + HOUR)
    again = await boards.host.post(path(meeting) + "/invite", seen=later)
    await boards.settle()

    waiting = (await boards.north.get("/invitations"))["items"]

    assert [(each["sequence"], each["when"]) for each in waiting] == [(again["sequence"], again["when"])]
    await answer(boards.north, again, "ACCEPTED")


async def test_who_came_is_recorded_and_the_meeting_closed(boards: Boards) -> None:
    meeting = await boards.invited()
    confirmed = await boards.host.post(path(meeting) + "/confirm", seen=meeting)
    mark = {"invitee": invitee(meeting, NORTH)["id"], "presence": "ATTENDED"}
    early = await boards.host.post(path(meeting) + "/attendance", {"attendance": [mark]}, confirmed, 409)
    CLOCK.now = STARTS + HOUR
    held = await boards.host.post(path(meeting) + "/attendance", {"attendance": [mark]}, confirmed)
    closed = await boards.host.post(path(meeting) + "/close", seen=held)
    await boards.settle()

    shown = await boards.north.get(path(meeting))

    assert early["type"] == "/problems/not-begun"
    assert (shown["status"], shown["attendance"]) == ("CLOSED", [mark])
    assert (await boards.host.post(path(meeting) + "/cancel", seen=closed, status=409))["status"] == 409


async def test_a_meeting_of_another_county_cannot_be_changed(boards: Boards) -> None:
    meeting = await boards.invited()
    for step in ("invite", "confirm", "postpone", "cancel", "close"):
        refused = await boards.north.post(f"{path(meeting)}/{step}", seen=meeting, status=403)
        assert refused["type"] == "/problems/not-owner"


async def test_who_has_seen_a_draft_does_not_change_the_invitation(boards: Boards) -> None:
    draft = await boards.draft()
    await boards.host.post(path(draft) + "/invite", seen=draft)
    headers = {"If-Match": f'"{draft["version"]}"'}
    late = await boards.host.api.put(path(draft), json=body(title="Annan"), headers=headers)
    assert late.status_code == 412


async def test_meetings_are_listed_by_time_kind_county_and_policy_area(boards: Boards) -> None:
    await boards.invited(title="Första", starts_at=STARTS - DAY, policy_areas=["ANDT"])
    await boards.invited(title="Andra", kind="NETWORK")
    await boards.invited(title="Tredje", kind="WORKING", starts_at=STARTS + HOUR)

    async def titles(**query: Any) -> list[str]:
        return [each["title"] for each in (await boards.host.get("/meetings", **query))["items"]]

    assert await titles() == ["Första", "Andra", "Tredje"]
    assert await titles(kind="NETWORK") == ["Andra"]
    assert await titles(policy_area="ANDT") == ["Första"]
    assert await titles(county=NORTH) == []
    assert await titles(q="tred") == ["Tredje"]
    assert await titles(**{"from": "2026-12-09"}) == ["Andra", "Tredje"]
    assert await titles(to="2026-12-08") == ["Första"]
    CLOCK.now = STARTS + 9 * DAY
    assert await titles() == []
    assert await titles(**{"from": "2026-12-01"}, status="INVITED") == ["Första", "Andra", "Tredje"]
    reader = await boards.host.api.get("/meetings?from=2026-12-01", headers=boards.someone(HOST, "READER"))
    assert [each["title"] for each in reader.json()["items"]] == ["Första", "Andra"]


async def test_a_list_goes_on_where_its_page_ended(boards: Boards) -> None:
    for number in range(5):
        await boards.invited(
            title=f"Nr {number}", kind=["NETWORK", "WORKING"][number % 2], starts_at=BEFORE + (number + 1) * HOUR
        )
    seen: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(3):
        page = await boards.host.get("/meetings", limit=2, **cursor)
        seen += [each["title"] for each in page["items"]]
        cursor = {"cursor": page["next"]}

    assert (seen, page["next"]) == ([f"Nr {number}" for number in range(5)], None)
    wrong = await boards.host.api.get(
        "/meetings", params={"kind": "NETWORK", "cursor": (await boards.host.get("/meetings", limit=2))["next"]}
    )
    assert wrong.json()["type"] == "/problems/invalid-cursor"
