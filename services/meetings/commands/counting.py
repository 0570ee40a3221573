"""Of meetings that stay in this county the others are told how many there were."""

from services.meetings.domain import counting
from services.meetings.domain.plan import AnyMeeting, HomeMeeting
from services.meetings.store.meetings import COUNTS
from shared.messaging.outbox import Transaction


async def count(tx: Transaction, before: AnyMeeting, after: HomeMeeting) -> None:
    """The step of a meeting at home is counted, if it was held or cancelled by it, or if more or fewer came.

    The caller has locked the meeting, so each step is counted once.
    """
    more = counting.added(before, after)
    if more is None:
        return
    empty = counting.no_counts(after, tx.context)
    for _ in range(2):
        known = await COUNTS.find(tx.conn, empty.county, empty.id, lock=True)
        event = counting.count(known.state if known else empty, after.kind, more)
        if await COUNTS.write(tx, event, known):
            return
    raise AssertionError("another transaction has just written the first counts, so that the second turn finds them")
