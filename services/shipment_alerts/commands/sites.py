"""The county's register of operators and sites."""

from uuid import UUID, uuid4

from services.shipment_alerts.domain import sites
from services.shipment_alerts.domain.sites import Site, SiteDetails
from services.shipment_alerts.store import sites as store
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected


async def register(tx: Transaction, details: SiteDetails) -> Site:
    """The site is in the register, under a random id."""
    site = sites.register(details, uuid4(), await store.operators(tx.conn), tx.context)
    await store.keep_site(tx.conn, site)
    return site


async def change(tx: Transaction, before: Site, details: SiteDetails) -> Site:
    """The site, which is locked, is as ``details`` say."""
    after = sites.change(details, before, await store.operators(tx.conn), tx.context)
    await store.keep_site(tx.conn, after)
    return after


async def close(tx: Transaction, before: Site) -> Site:
    """The site, which is locked, does not count any more."""
    after = sites.close(before)
    await store.keep_site(tx.conn, after)
    return after


async def lock(tx: Transaction, identity: UUID, operator: str | None = None) -> Site:
    """The site, which nobody else changes before this transaction ends.

    Rejected if it is not known, or if ``operator`` is given and it is another's. The refusal does not repeat the id.
    """
    site = await store.site(tx.conn, identity, lock=True)
    if site is None or operator not in (None, site.operator):
        raise Rejected("not-found", "No site of that id is in this county's register, or it is another operator's.")
    return site
