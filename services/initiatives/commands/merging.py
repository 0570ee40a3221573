"""Several pictures of this county become one. They are locked in the order of their ids."""

from collections.abc import Sequence
from uuid import UUID

from services.initiatives.domain import merging
from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.pictures import AnyPicture
from services.initiatives.store.home import Kept
from services.initiatives.store.pictures import PICTURES
from shared.rejected import Rejected
from shared.runtime.request import CommandTransaction
from shared.runtime.resource import check_owner, check_version


async def merge(
    tx: CommandTransaction, owner: str, identity: UUID, others: Sequence[UUID], author: LocalAuthor
) -> Kept[AnyPicture]:
    """The picture, in the version of If-Match, with all that is in the others, which are archived.

    Rejected if the author does not write in it, or one of the others is not known.
    """
    check_owner(tx.writer, owner)
    ids = sorted({identity, *others})
    if len(ids) <= len(others):
        raise Rejected("invalid-pictures", "A picture is named twice; name each other picture once.")
    found = {each: await PICTURES.find(tx.conn, owner, owner, each, lock=True) for each in ids}
    known = {each: kept for each, kept in found.items() if kept is not None}
    if identity not in known or not author.writes_for(known[identity].state.municipalities):
        raise PICTURES.shared.not_found()
    check_version(tx, known[identity].version)
    if len(known) < len(ids):
        raise Rejected("unknown-picture", "No picture of this county has that id.")
    merged, archived = merging.merge(known[identity].state, [known[each].state for each in others])
    for each in archived:
        await PICTURES.write(tx, known[each.id], each)
    return await PICTURES.write(tx, known[identity], merged)
