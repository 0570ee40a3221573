"""How often the members of a network came."""

from services.meetings.domain import meeting
from services.meetings.domain.presence import MemberPresence, presence_of
from shared.contracts.actors import Actor
from shared.contracts.asking import Reference
from shared.contracts.meeting_codes import Presence
from shared.contracts.meetings import Meeting
from tests.unit.meetings.given import BOARDS, STARTS, UMEA, a_meeting, host, invited, random_id


def of(actor: Actor) -> Reference:
    return Reference(county=actor.county, id=actor.id)


def held(*marks: Presence) -> Meeting:
    before = a_meeting(kind="NETWORK", invitees=invited(*BOARDS[:3]))
    after = meeting.hold(before, {random_id(number): mark for number, mark in enumerate(marks)}, host(STARTS))
    assert isinstance(after, Meeting)
    return after


def test_each_member_is_counted_and_whoever_else_was_invited() -> None:
    meetings = [held(Presence.ATTENDED, Presence.ABSENT), held(Presence.ATTENDED, Presence.ABSENT_WITH_NOTICE)]

    found = {each.actor: each for each in presence_of([of(BOARDS[0]), of(UMEA)], meetings)}

    assert found == {
        of(BOARDS[0]): MemberPresence(of(BOARDS[0]), 2, 2, 0, 0),
        of(BOARDS[1]): MemberPresence(of(BOARDS[1]), 2, 0, 1, 1),
        of(BOARDS[2]): MemberPresence(of(BOARDS[2]), 2, 0, 0, 0),
        of(UMEA): MemberPresence(of(UMEA), 0, 0, 0, 0),
    }


def test_an_actor_came_if_one_of_its_functions_did() -> None:
    after = held(Presence.ABSENT, Presence.ATTENDED)
    same = [each.model_copy(update={"actor": of(BOARDS[0])}) for each in after.invitees]
    (found,) = presence_of([], [after.model_copy(update={"invitees": tuple(same)})])
    assert found == MemberPresence(of(BOARDS[0]), 1, 1, 0, 0)
