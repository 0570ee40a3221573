"""Acknowledgements of a routine: a site has read it, and the other counties get a number."""

from uuid import UUID

from services.shipment_alerts.commands import sites
from services.shipment_alerts.domain import guidance
from services.shipment_alerts.store import guidance as store
from services.shipment_alerts.store.guidance import ACKNOWLEDGEMENTS, ROUTINES
from shared.contracts.shipment_codes import Audience
from shared.messaging.outbox import Transaction


async def acknowledge(
    tx: Transaction, county: str, identity: UUID, number: int, site: UUID, operator: str | None
) -> Audience:
    """The site has acknowledged version ``number`` of a county's routine; the audience as which it has.

    Acknowledgements of one routine queue: each is counted with all before it. Rejected if there is no such routine or
    site, if ``operator`` is given and the site is another's, and if the site is not asked to acknowledge that version.
    """
    routine = await ROUTINES.find(tx.conn, county, identity, lock=True)
    if routine is None:
        raise ROUTINES.not_found()
    reader = await sites.lock(tx, site, operator)
    audience = guidance.check_acknowledgement(routine.state, number, reader, tx.context.today)
    count = await store.acknowledge(tx.conn, site, routine.state, number, audience)
    event = guidance.acknowledged(routine.state, number, audience, count, tx.context)
    before = await ACKNOWLEDGEMENTS.find(tx.conn, event.county, event.id, lock=True)
    if event.acknowledged != (before.state.acknowledged if before else None):
        await ACKNOWLEDGEMENTS.write(tx, event, before)
    return audience
