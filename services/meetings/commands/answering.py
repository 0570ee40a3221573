"""The side of a county that is invited: it acknowledges each version of a meeting, and answers for its functions."""

from uuid import UUID

from services.meetings.domain import answering
from services.meetings.domain.answering import Answerer, GivenAnswer, age_of, invitee_of, reference_of
from services.meetings.domain.ids import answer_id
from services.meetings.domain.plan import HomeMeeting
from services.meetings.store import actors, home
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import ANSWERS, MEETINGS
from shared.contracts.invitations import InvitationAnswer
from shared.contracts.meetings import Invitee, Meeting
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored


async def acknowledge(tx: Transaction, meeting: Meeting, epoch: int, version: int) -> Stored[InvitationAnswer] | None:
    """The county's answer has seen this version; None if the meeting has never invited anybody of the county's."""
    county = tx.writer.county
    before = await ANSWERS.find(tx.conn, county, answer_id(reference_of(meeting), county), lock=True)
    age = age_of(meeting, epoch, version, county)
    event = answering.acknowledge(meeting, age, before.state if before else None, county)
    return before if event is None else await ANSWERS.write(tx, event, before)


async def answer(
    tx: Transaction, county: str, identity: UUID, invitee: UUID, given: GivenAnswer, answerer: Answerer
) -> StoredMeeting:
    """The answer for an invitee is given, or for a meeting that stays here noted; gives the meeting.

    Rejected if the meeting or the invitee is not known, and if somebody else answers for it.
    """
    at_home = await home.find(tx.conn, identity, lock=True) if county == tx.writer.county else None
    if at_home is not None:
        return await _note(tx, at_home, invitee, given, answerer)
    stored = await MEETINGS.find(tx.conn, county, identity, lock=True)
    if stored is None:
        raise MEETINGS.not_found()
    invited = invitee_of(stored.state, invitee)
    await _check_may(tx, invited, answerer)
    before = await acknowledge(tx, stored.state, stored.epoch, stored.version)
    assert before is not None, "it invites a function of this county"
    await ANSWERS.update(tx, before, answering.answer(stored.state, invited, given, before.state, tx.context))
    return StoredMeeting(stored.state, stored.version, stored.epoch)


async def _note(
    tx: Transaction, before: StoredMeeting, invitee: UUID, given: GivenAnswer, answerer: Answerer
) -> StoredMeeting:
    assert isinstance(before.state, HomeMeeting)
    invited = invitee_of(before.state, invitee)
    if not answerer.coordinator:  # who hosts notes what others have said, whoever owns the actor
        await _check_may(tx, invited, answerer)
    after = answering.note(before.state, invited, given, tx.context)
    if after is None:
        return before
    await home.save(tx.conn, after, before.version + 1)
    return StoredMeeting(after, before.version + 1)


async def _check_may(tx: Transaction, invitee: Invitee, answerer: Answerer) -> None:
    """Rejected unless the caller answers for this function: its county alone does."""
    if invitee.actor.county != tx.writer.county:
        owner = invitee.actor.county
        raise Rejected("not-owner", f"This function belongs to {owner}, and only {owner} answers for it.", owner=owner)
    actor = (await actors.known(tx.conn, [invitee.actor])).get(invitee.actor)
    if answerer.coordinator or (actor is not None and answerer.may_answer_for(actor)):
        return
    raise Rejected("forbidden", "You do not answer for this function; its coordinator does.")
