"""The host's side: a meeting is found where it is, and written where it belongs."""

from collections.abc import Iterable
from uuid import UUID

from services.meetings.commands.answering import acknowledge
from services.meetings.commands.counting import count
from services.meetings.commands.telling import tell_invitees
from services.meetings.domain.answering import Answerer
from services.meetings.domain.invitees import Actors
from services.meetings.domain.plan import AnyMeeting, HomeMeeting, announced
from services.meetings.store import actors, home
from services.meetings.store.home import StoredMeeting
from services.meetings.store.meetings import COLLABORATIONS, MEETINGS
from shared.contracts.action_items import ItemOwner
from shared.contracts.codes import Status
from shared.contracts.meetings import InviteeDetails
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import OWN_EPOCH, Stored
from shared.runtime.request import CommandTransaction
from shared.runtime.resource import check_owner, check_version


async def plan(tx: Transaction, draft: HomeMeeting) -> StoredMeeting:
    """The meeting is a draft, of which nobody is told.

    Rejected if its id, made of a reference, is taken, if its host lacks the function that organises it, and if its
    network is not known.
    """
    await _check_organiser(tx, draft)
    await _check_network(tx, draft)
    taken = not await home.insert(tx.conn, draft)  # which waits for whoever invites to it just now
    if taken or await MEETINGS.find(tx.conn, draft.county, draft.id):
        address = f"/meetings/{draft.county}/{draft.id}"
        raise Rejected("already-registered", f"A meeting with this reference is there: {address}.", at=address)
    return StoredMeeting(draft, 1)


async def lock(tx: CommandTransaction, owner: str, identity: UUID, by: Answerer) -> StoredMeeting:
    """The meeting of the caller's in the version of If-Match; nobody else changes it before this transaction ends.

    Rejected if another county owns it, if the caller hosts none of that id, and unless it has seen its version.
    """
    check_owner(tx.writer, owner)
    before = await lock_own(tx, identity)
    if not by.hosts(before.state):
        raise MEETINGS.not_found()
    check_version(tx, before.version)
    return before


async def lock_own(tx: Transaction, identity: UUID) -> StoredMeeting:
    """The same of whoever has seen whatever version."""
    at_home = await home.find(tx.conn, identity, lock=True)
    if at_home is not None:
        return at_home
    shared = await MEETINGS.find(tx.conn, tx.writer.county, identity, lock=True)
    if shared is None:
        raise MEETINGS.not_found()
    return StoredMeeting(shared.state, shared.version)


async def write(tx: Transaction, before: StoredMeeting, after: AnyMeeting | None) -> StoredMeeting:
    """The meeting is as decided, and whoever may know of it is told. Without a decision ``before`` stays.

    A draft that is shared from now on leaves home, and goes on with the next version. Rejected if the host lacks the
    function that organises it from now on, and if the network that meets from now on is not known.
    """
    if after is None:
        return before
    if after.organiser is not before.state.organiser:
        await _check_organiser(tx, after)
    if after.network != before.state.network:
        await _check_network(tx, after)
    written = StoredMeeting(after, before.version + 1)
    if isinstance(after, HomeMeeting):
        await home.save(tx.conn, after, written.version)
        await _announce(tx, after)
        await tell_invitees(tx, written)
        await count(tx, before.state, after)
        return written
    if isinstance(before.state, HomeMeeting):
        await home.forget(tx.conn, after.id)
    await MEETINGS.write(tx, after, Stored(after, OWN_EPOCH, before.version))
    await acknowledge(tx, after, OWN_EPOCH, written.version)
    await tell_invitees(tx, written)
    return written


async def actors_of(tx: Transaction, invitees: Iterable[InviteeDetails]) -> Actors:
    """The actors of these invitees, as far as they are known."""
    return await actors.known(tx.conn, [each.actor for each in invitees])


async def _check_organiser(tx: Transaction, meeting: AnyMeeting) -> None:
    """Rejected if no active actor of the host has the function: nobody would hear what approvers say of the minutes."""
    municipality = meeting.municipality if isinstance(meeting, HomeMeeting) else None
    of_host: list[UUID | None] = [None]
    if municipality is not None:
        of_host = [*await actors.of_municipality(tx.conn, meeting.county, municipality)]
    for actor in of_host:
        owner = ItemOwner(county=meeting.county, function=meeting.organiser, actor=actor)
        if await actors.contacts_of(tx.conn, meeting.county, owner):
            return
    raise Rejected(
        "unknown-function",
        f"No active actor of the host is known here that has the function {meeting.organiser}; name in organiser one "
        "that it has. If it was just registered, try again soon.",
        organiser=str(meeting.organiser),
    )


async def _check_network(tx: Transaction, meeting: AnyMeeting) -> None:
    """Rejected if the network is not known, or does not meet any more: nobody would be counted as its member."""
    if meeting.network is None:
        return
    known = await actors.NETWORKS.find(tx.conn, meeting.network.county, meeting.network.id)
    if known is None or known.state.status is not Status.ACTIVE:
        raise Rejected(
            "unknown-network",
            f"No active network {meeting.network.id} is known here. If it was just registered, try again soon.",
            network=str(meeting.network.id),
        )


async def _announce(tx: Transaction, meeting: HomeMeeting) -> None:
    """Of a collaboration meeting the others are told when it is."""
    before = await COLLABORATIONS.find(tx.conn, meeting.county, meeting.id, lock=True)
    event = announced(meeting, before.state if before else None)
    if event is not None:
        await COLLABORATIONS.write(tx, event, before)
