"""The commands of this service without HTTP: each in a transaction of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.shipment_alerts.commands import acknowledgements, drafts, signals, sites
from services.shipment_alerts.domain.guidance import Author, Draft
from services.shipment_alerts.domain.signals import expires_on
from services.shipment_alerts.domain.sites import Operator, Site, SiteDetails
from services.shipment_alerts.store import guidance as store
from services.shipment_alerts.store.signals import SIGNALS
from services.shipment_alerts.store.sites import keep_operator
from shared.contracts.codes import FunctionCode
from shared.contracts.counties import County
from shared.contracts.guidance import GuidanceDetails
from shared.contracts.shipment_codes import Audience, SiteType
from shared.contracts.shipment_signals import SignalDetails
from shared.messaging.outbox import Transaction, Writer
from shared.rejected import Rejected
from shared.swedish import start_of
from tests.service.given import outbox
from tests.service.shipment_alerts.given import BJURHOLM, ROUTINE, SIGNAL, SMALL, TODAY

FIRST = Author("first", FunctionCode.COUNTY_COORDINATOR)
SECOND = Author("second", FunctionCode.SAFETY_REP)
SIGNALLED = SignalDetails(**SIGNAL | SMALL | {"police_area": None})


@asynccontextmanager
async def begin(db: asyncpg.Connection, county: County, at: datetime | None = None) -> AsyncIterator[Transaction]:
    async with db.transaction():
        yield Transaction(db, Writer(county.name, "http://county.test", lambda: at or datetime.now(UTC)), None)


async def names(db: asyncpg.Connection) -> list[tuple[str, int]]:
    return [(name, version) for name, version, _ in await outbox(db)]


async def registered(tx: Transaction, operator: str = "postnord") -> Site:
    await keep_operator(tx.conn, Operator(slug=operator, name=operator))
    return await sites.register(tx, SiteDetails(type=SiteType.AGENT, operator=operator, municipality=BJURHOLM))


def draft(**changes: object) -> Draft:
    return Draft(uuid4(), GuidanceDetails(**ROUTINE), FIRST, **changes)  # type: ignore[arg-type]


async def published(tx: Transaction) -> UUID:
    return (await drafts.publish(tx, draft(), SECOND)).state.id


async def test_a_release_plans_its_expiry(db: asyncpg.Connection, county: County) -> None:
    async with begin(db, county) as tx:
        signal = await signals.release(tx, SIGNALLED)
    planned = await db.fetchrow("SELECT kind, id, at FROM due")

    assert planned is not None
    assert tuple(planned) == ("expire", signal.state.id, start_of(expires_on(SIGNALLED)))
    assert await names(db) == [("ShipmentSignalReleased", 1)]


async def test_correcting_the_week_moves_the_planned_expiry(db: asyncpg.Connection, county: County) -> None:
    year, week, _ = (TODAY - timedelta(weeks=4)).isocalendar()
    earlier = SIGNALLED.model_copy(update={"iso_week_year": year, "iso_week": week})

    async with begin(db, county) as tx:
        before = await signals.release(tx, SIGNALLED)

        after = await signals.correct(tx, before, earlier)

        assert await signals.correct(tx, after, earlier) == after

    assert await db.fetchval("SELECT at FROM due") == start_of(expires_on(earlier))
    assert await names(db) == [("ShipmentSignalReleased", 1), ("ShipmentSignalCorrected", 2)]


async def test_an_expiry_that_comes_too_early_waits(db: asyncpg.Connection, county: County) -> None:
    day = start_of(expires_on(SIGNALLED))
    async with begin(db, county) as tx:
        signal = (await signals.release(tx, SIGNALLED)).state

    async with begin(db, county, day - timedelta(minutes=1)) as tx:
        assert await signals.expire(tx, signal.id) == day
    async with begin(db, county, day) as tx:
        assert await signals.expire(tx, signal.id) is None

    found = await SIGNALS.find(db, county.name, signal.id)
    assert found is not None
    assert (found.version, found.state.status) == (2, "EXPIRED")


async def test_a_draft_published_by_its_writer_waits_on(db: asyncpg.Connection, county: County) -> None:
    waiting = draft()
    async with begin(db, county) as tx:
        await drafts.keep(tx, waiting)

    with pytest.raises(Rejected, match="second person"):
        async with begin(db, county) as tx:
            await drafts.publish(tx, await drafts.take(tx, waiting.id), FIRST)
    assert await store.drafts(db, UUID(int=0), 9) == [waiting]
    assert await names(db) == []


async def test_a_draft_that_changes_nothing_makes_no_version(db: asyncpg.Connection, county: County) -> None:
    async with begin(db, county) as tx:
        routine = await published(tx)
        same = await drafts.publish(tx, draft(target=routine), SECOND)

    assert (same.state.id, same.version) == (routine, 1)
    assert await names(db) == [("RoutinePublished", 1)]


async def test_a_draft_of_an_unknown_routine_is_refused(db: asyncpg.Connection, county: County) -> None:
    with pytest.raises(Rejected, match="No routine"):
        async with begin(db, county) as tx:
            await drafts.keep(tx, draft(target=uuid4()))
    assert await store.drafts(db, UUID(int=0), 9) == []


async def test_the_number_of_acknowledgements_is_told_from_three_on(db: asyncpg.Connection, county: County) -> None:
    async with begin(db, county) as tx:
        routine = await published(tx)
    told = []

    for _ in range(4):
        async with begin(db, county) as tx:
            site = await registered(tx)
        for _ in range(2):
            async with begin(db, county) as tx:
                audience = await acknowledgements.acknowledge(tx, county.name, routine, 1, site.id, "postnord")
            assert audience is Audience.AGENT
        told.append(len(await names(db)) - 1)

    assert told == [0, 0, 1, 2]


async def test_a_site_of_another_operator_acknowledges_nothing(db: asyncpg.Connection, county: County) -> None:
    async with begin(db, county) as tx:
        routine, site = await published(tx), await registered(tx)

    with pytest.raises(Rejected, match="another operator's"):
        async with begin(db, county) as tx:
            await acknowledgements.acknowledge(tx, county.name, routine, 1, site.id, "citymail")
    assert await db.fetchval("SELECT count(*) FROM acknowledgements") == 0


async def test_a_closed_site_stays_closed(db: asyncpg.Connection, county: County) -> None:
    async with begin(db, county) as tx:
        site = await registered(tx)

        closed = await sites.close(tx, site)

        assert await sites.close(tx, closed) == closed

        with pytest.raises(Rejected, match="closed"):
            await sites.change(tx, closed, SiteDetails(**site.model_dump(exclude={"id", "version", "active"})))

    assert not closed.active
