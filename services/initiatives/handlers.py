"""Which events lead to which command: what other counties have released are rows beside its own."""

from services.initiatives.store import measures as store
from services.initiatives.store.measures import MEASURES, MEASURES_STREAM
from services.initiatives.store.pictures import PICTURES, PICTURES_STREAM
from shared.contracts import measures, problem_pictures
from shared.messaging.handlers import Handler, Reaction
from shared.messaging.outbox import Transaction
from shared.protocol.received import Received


async def hear(tx: Transaction, received: Received) -> None:
    """Own measures that follow another county's are told when it goes otherwise."""
    model = received.event
    assert isinstance(model, measures.Measure)
    await store.hear(tx.conn, model, tx.context.now)


HANDLERS: tuple[Handler, ...] = (
    PICTURES_STREAM.handler(problem_pictures.EVENTS, PICTURES.project),
    MEASURES_STREAM.handler(measures.EVENTS, MEASURES.project),
    Reaction("hear-model", measures.EVENTS, hear, answers=True),
)
