"""The side of a county that is invited: it acknowledges each version of a meeting, and answers for its functions."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from services.meetings.commands.calendar_entries import asked_at, meeting_of, uid_of
from services.meetings.commands.telling import tell_news
from services.meetings.domain import answering
from services.meetings.domain.answering import Answerer, GivenAnswer, age_of, invitee_of, reference_of
from services.meetings.domain.ids import answer_id
from services.meetings.domain.invitees import check_handed_on
from services.meetings.domain.plan import HomeMeeting
from services.meetings.store import actors, calendars, home
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import ANSWERS, MEETINGS
from shared.contracts.actors import Actor
from shared.contracts.asking import Reference
from shared.contracts.invitations import InvitationAnswer, InviteeAnswer
from shared.contracts.meeting_codes import MeetingStatus, Rsvp
from shared.contracts.meetings import MOST_CHANGES, Invitee, Meeting
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored
from shared.runtime.calendar_files.replies import read_reply
from shared.runtime.db import Connection


async def acknowledge(tx: Transaction, meeting: Meeting, epoch: int, version: int) -> Stored[InvitationAnswer] | None:
    """The county's answer has seen this version; None if the meeting has never invited anybody of the county's."""
    county = tx.writer.county
    before = await ANSWERS.find(tx.conn, county, answer_id(reference_of(meeting), county), lock=True)
    age = age_of(meeting, epoch, version, county)
    event = answering.acknowledge(meeting, age, before.state if before else None, county)
    return before if event is None else await ANSWERS.write(tx, event, before)


async def answer(
    tx: Transaction,
    county: str,
    identity: UUID,
    invitee: UUID,
    given: GivenAnswer,
    answerer: Answerer,
    given_at: datetime | None = None,
) -> StoredMeeting:
    """The answer for an invitee is given, or for a meeting that stays here noted; gives the meeting. Who comes instead
    is told.

    Rejected if the meeting or the invitee is not known, if somebody else answers for it, if one that was given later is
    there, and if it names a function that the own actor lacks. ``given_at`` is when, if not now.
    """
    at_home = await home.find(tx.conn, identity, lock=True) if county == tx.writer.county else None
    if at_home is None:
        answered = await _answer_shared(tx, county, identity, invitee, given, answerer)
    else:
        answered = await _note(tx, at_home, invitee, given, answerer)
    now = tx.context.now
    at, by_file = min(given_at or now, now), given_at is not None
    if not await calendars.save_answered(tx.conn, county, invitee, given.sequence, at, by_file=by_file):
        raise Rejected("older-answer", "An answer that was given later is there already.")
    await tell_news(tx, answered)
    return answered


async def reply_to(
    tx: Transaction, county: str, identity: UUID, invitee: UUID, content: bytes, answerer: Answerer
) -> StoredMeeting:
    """A calendar's answer counts as `answer` does. Rejected if its file answers anything else."""
    reply = read_reply(content)
    if reply.uid != uid_of(Reference(county=county, id=identity)):
        raise Rejected("another-meeting", "The calendar file answers another meeting than this one (UID).")
    _, invited = await find_invitation(tx.conn, tx.writer.county, county, identity, invitee, answerer)
    mailbox = await asked_at(tx.conn, tx.writer.county, invited)
    state = Rsvp(reply.answer_of(mailbox).name)
    if state is Rsvp.DELEGATED:
        raise Rejected("delegated", "A calendar names a person there. Answer here, and say which function comes.")
    given = GivenAnswer(state=state, sequence=min(reply.sequence, MOST_CHANGES))
    return await answer(tx, county, identity, invitee, given, answerer, reply.made_at)


async def reply_by_mail(tx: Transaction, content: bytes, answerer: Answerer) -> list[tuple[StoredMeeting, UUID]]:
    """The same for what came by mail: UID and ATTENDEE say to which meeting, and for which functions of this county.

    Rejected if they say neither, or if the caller answers for none of these functions.
    """
    reply, own = read_reply(content), tx.writer.county
    meeting = meeting_of(reply.uid)
    stored = await _find(tx.conn, own, meeting.county, meeting.id) if meeting else None
    if meeting is None or stored is None:
        raise Rejected("another-meeting", "The calendar file answers no meeting that is known here (UID).")
    mine = [each for each in stored.state.invitees if each.actor.county == own]
    asked = [each for each in mine if (await asked_at(tx.conn, own, each)).casefold() in reply.answers]
    known = await actors.known(tx.conn, [each.actor for each in asked])
    may = [each for each in asked if _may(known.get(each.actor), answerer)]
    if not asked:
        raise Rejected(
            "unknown-attendee",
            "The calendar file answers for a mailbox that was not asked (ATTENDEE): answer by the id of the invitee.",
        )
    if not may:
        raise Rejected("forbidden", "You do not answer for this function; its coordinator does.")
    return [(await reply_to(tx, meeting.county, meeting.id, each.id, content, answerer), each.id) for each in may]


async def find_invitation(
    conn: Connection, own: str, county: str, identity: UUID, invitee: UUID, answerer: Answerer
) -> tuple[StoredMeeting, Invitee]:
    """The meeting and the invitee, for whom the caller answers; Rejected as in `answer`."""
    stored = await _find(conn, own, county, identity)
    if stored is None:
        raise MEETINGS.not_found()
    invited = invitee_of(stored.state, invitee)
    if isinstance(stored.state, Meeting) or not answerer.hosts(stored.state):
        await _check_may(conn, own, invited, answerer)
    return stored, invited


async def _find(conn: Connection, own: str, county: str, identity: UUID) -> StoredMeeting | None:
    """The meeting, shared or of this county alone; None if it is not known, or a draft."""
    at_home = await home.find(conn, identity) if county == own else None
    if at_home is not None:
        return None if at_home.state.status is MeetingStatus.DRAFT else at_home
    stored = await MEETINGS.find(conn, county, identity)
    return None if stored is None else StoredMeeting(stored.state, stored.version, stored.epoch)


async def _answer_shared(
    tx: Transaction, county: str, identity: UUID, invitee: UUID, given: GivenAnswer, answerer: Answerer
) -> StoredMeeting:
    stored = await MEETINGS.find(tx.conn, county, identity, lock=True)
    if stored is None:
        raise MEETINGS.not_found()
    invited = invitee_of(stored.state, invitee)
    await _check_may(tx.conn, tx.writer.county, invited, answerer)
    before = await acknowledge(tx, stored.state, stored.epoch, stored.version)
    assert before is not None, "it invites a function of this county"
    answering.check_newest(age_of(stored.state, stored.epoch, stored.version, tx.writer.county), before.state)
    after = answering.answer(stored.state, invited, given, before.state, tx.context)
    if after is not None:
        await _check_handed_on(tx, invited, after.invitees)
    await ANSWERS.update(tx, before, after)
    return StoredMeeting(stored.state, stored.version, stored.epoch)


async def _note(
    tx: Transaction, before: StoredMeeting, invitee: UUID, given: GivenAnswer, answerer: Answerer
) -> StoredMeeting:
    assert isinstance(before.state, HomeMeeting)
    invited = invitee_of(before.state, invitee)
    if not answerer.hosts(before.state):  # who hosts notes what others have said, whoever owns the actor
        await _check_may(tx.conn, tx.writer.county, invited, answerer)
    after = answering.note(before.state, invited, given, tx.context)
    if after is None:
        return before
    await _check_handed_on(tx, invited, after.answers)
    await home.save(tx.conn, after, before.version + 1)
    return StoredMeeting(after, before.version + 1)


async def _check_may(conn: Connection, own: str, invitee: Invitee, answerer: Answerer) -> None:
    """Rejected unless the caller answers for this function: its county alone does."""
    if invitee.actor.county != own:
        owner = invitee.actor.county
        raise Rejected("not-owner", f"This function belongs to {owner}, and only {owner} answers for it.", owner=owner)
    actor = (await actors.known(conn, [invitee.actor])).get(invitee.actor)
    if _may(actor, answerer):
        return
    raise Rejected("forbidden", "You do not answer for this function; its coordinator does.")


async def _check_handed_on(tx: Transaction, invitee: Invitee, answers: Iterable[InviteeAnswer]) -> None:
    """Rejected if the answer for the invitee names a function that its actor lacks, as this county itself knows."""
    actor = (await actors.known(tx.conn, [invitee.actor])).get(invitee.actor)
    if actor is not None and actor.county == tx.writer.county:
        (answer,) = [each for each in answers if each.id == invitee.id]
        check_handed_on(actor, invitee, answer)


def _may(actor: Actor | None, answerer: Answerer) -> bool:
    return answerer.coordinator or (actor is not None and answerer.may_answer_for(actor))
