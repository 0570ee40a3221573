"""Repairs without an event or a planned job: a recovered database may have lost its plans."""

from datetime import datetime, timedelta
from uuid import UUID

from services.trainings.commands.hosting import answer_request
from services.trainings.domain.arrivals import Incoming
from services.trainings.store import catalogue, enrolments
from services.trainings.store.catalogue import DECIDE
from services.trainings.store.enrolments import ENROLMENTS, EXPIRE, SETTLE
from shared.contracts.topics import STREAMS
from shared.messaging.outbox import Transaction
from shared.runtime import due

TIDY_EVERY = timedelta(minutes=5)


async def tidy(tx: Transaction, _: UUID) -> datetime | None:
    """The due job of the service: frees the seats of withdrawn requests, plans what is unplanned, empties old rows."""
    county, now = tx.writer.county, tx.context.now
    for gone in await enrolments.withdrawn(tx.conn, county):
        await answer_request(tx, Incoming.version_of(gone.state, gone.epoch, gone.version, withdrawn=True))
    for kind, identities in (
        (DECIDE, await catalogue.unplanned_occasions(tx.conn, county)),
        (SETTLE, await enrolments.unplanned_requests(tx.conn, county)),
        (EXPIRE, await enrolments.unplanned_certificates(tx.conn, county)),
    ):
        for identity in identities:
            await due.plan(tx.conn, kind, identity, now)
    kept = STREAMS[ENROLMENTS.stream].retention
    assert kept is not None
    await enrolments.empty_settled(tx.conn, now - kept)
    return now + TIDY_EVERY
