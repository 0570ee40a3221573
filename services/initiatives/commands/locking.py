"""An aggregate of this county is found where it is, at home or shared, and locked for whoever writes in it."""

from typing import TypeVar
from uuid import UUID

from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.home import AtHome
from services.initiatives.store.home import HomeTable, Kept
from shared.contracts.event import Event
from shared.contracts.initiatives import InitiativeDetails
from shared.runtime.request import CommandTransaction
from shared.runtime.resource import check_owner, check_version

H = TypeVar("H", bound=AtHome)
E = TypeVar("E", bound=Event)


async def lock(
    tx: CommandTransaction, table: HomeTable[H, E], owner: str, identity: UUID, author: LocalAuthor
) -> Kept[H | E]:
    """The aggregate in the version of If-Match; nobody else changes it before this transaction ends.

    Rejected if another county owns it, if it is unknown to the author, who writes for none of its municipalities, and
    unless the author has seen its version.
    """
    check_owner(tx.writer, owner)
    before = await table.find(tx.conn, owner, owner, identity, lock=True)
    assert before is None or isinstance(before.state, InitiativeDetails)
    if before is None or not author.writes_for(before.state.municipalities):
        raise table.shared.not_found()
    check_version(tx, before.version)
    return before
