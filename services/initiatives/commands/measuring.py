"""A measure is written with its picture and its model at hand. The picture is locked before the measure."""

from uuid import UUID

from services.initiatives.commands.locking import lock
from services.initiatives.domain.authors import LocalAuthor
from services.initiatives.domain.measures import AnyMeasure
from services.initiatives.domain.pictures import AnyPicture
from services.initiatives.store import measures
from services.initiatives.store.home import Kept
from services.initiatives.store.measures import MEASURES
from services.initiatives.store.pictures import PICTURES
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.request import CommandTransaction
from shared.runtime.resource import check_owner


async def picture_of(tx: Transaction, picture: UUID) -> AnyPicture:
    """The own picture that a measure is of, which nobody changes before this transaction ends; Rejected if unknown."""
    county = tx.writer.county
    kept = await PICTURES.find(tx.conn, county, county, picture, lock=True)
    if kept is None:
        raise Rejected("unknown-picture", "No picture of this county has that id.")
    return kept.state


async def lock_with_picture(
    tx: CommandTransaction, owner: str, identity: UUID, author: LocalAuthor
) -> tuple[Kept[AnyMeasure], AnyPicture]:
    """The measure as `locking.lock` gives it, and its picture."""
    check_owner(tx.writer, owner)
    found = await MEASURES.find(tx.conn, owner, owner, identity)
    if found is None:
        raise MEASURES.shared.not_found()
    picture = await picture_of(tx, found.state.picture)  # a measure stays one of its picture
    return await lock(tx, MEASURES, owner, identity, author), picture


async def write(tx: Transaction, before: Kept[AnyMeasure] | None, after: AnyMeasure | None) -> Kept[AnyMeasure]:
    """The measure as decided, which follows its model from now on; Rejected if no such model is known."""
    if after is not None and (after.model if before is None else before.state.model != after.model):
        await _follow(tx, after)
    return await MEASURES.write(tx, before, after)


async def see_news(tx: Transaction, owner: str, identity: UUID, author: LocalAuthor) -> None:
    """The news about the own measure's model has been seen; Rejected if it is unknown to the author."""
    check_owner(tx.writer, owner)
    found = await MEASURES.find(tx.conn, owner, owner, identity)
    if found is None or not author.writes_for(found.state.municipalities):
        raise MEASURES.shared.not_found()
    await measures.seen(tx.conn, identity)


async def _follow(tx: Transaction, measure: AnyMeasure) -> None:
    """The model is locked, so that no follow-up of it comes unheard between now and the commit."""
    if measure.model is None:
        await measures.give_back(tx.conn, measure.id)
        return
    model = await MEASURES.shared.find(tx.conn, measure.model.county, measure.model.id, lock=True)
    if model is None:
        raise Rejected("unknown-model", "The model is no measure known here. If it was just released, try again soon.")
    await measures.borrow(tx.conn, measure.id, measure.model, model.state.follow_up)
