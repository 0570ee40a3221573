"""Due jobs: signals expire twelve weeks after their week, and are forgotten after two years."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from services.shipment_alerts.handlers import JOBS
from services.shipment_alerts.store.signals import SHIPMENT_SIGNALS
from shared.contracts.counties import County
from shared.messaging.outbox import Writer
from shared.runtime import due
from shared.swedish import start_of
from tests.service.given import outbox
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import (
    SIGNAL,
    TODAY,
    WEEK,
    YEAR,
    neighbours,
    ok,
    path,
    received,
    released,
    seen,
    with_sites,
)

MONDAY = start_of(TODAY - timedelta(days=TODAY.weekday()))
EXPIRES = start_of((MONDAY + timedelta(weeks=13)).date())
MINUTE = timedelta(minutes=1)
NOBODY = UUID(int=0)


async def turn(db: asyncpg.Connection, county: County, at: datetime) -> None:
    """Do the jobs due at that time."""
    await due.run(db, Writer(county.name, "http://county.test", lambda: at), JOBS)


async def status(api: Callers, signal: dict[str, object]) -> str:
    return str(ok(await api.reader.get(path(signal)))["status"])


async def test_a_due_signal_expires_once_and_still_counts(api: Callers, db: asyncpg.Connection, county: County) -> None:
    await with_sites(api)
    signal = await released(api)

    await turn(db, county, EXPIRES - MINUTE)

    assert await status(api, signal) == "RELEASED"

    for _ in range(2):
        await turn(db, county, EXPIRES)
    assert await status(api, signal) == "EXPIRED"
    assert [(name, version) for name, version, _ in await outbox(db)] == [
        ("ShipmentSignalReleased", 1),
        ("ShipmentSignalExpired", 2),
    ]
    assert ok(await api.reader.get("/shipment-signals"))["items"] == []

    (week,) = ok(await api.reader.get("/shipment-signals/weeks"))["items"]
    assert week == {"county": "vasterbotten", "iso_week_year": YEAR, "iso_week": WEEK, "signals": 1}
    assert await db.fetchval("SELECT count(*) FROM due") == 0


async def test_a_signal_expires_by_its_corrected_week(api: Callers, db: asyncpg.Connection, county: County) -> None:
    await with_sites(api)
    year, week, _ = (TODAY - timedelta(weeks=4)).isocalendar()
    signal = await released(api, iso_week_year=year, iso_week=week)
    ok(await api.police.put(path(signal), json=SIGNAL, headers=seen(signal)))

    await turn(db, county, EXPIRES - MINUTE)

    assert await status(api, signal) == "RELEASED"

    await turn(db, county, EXPIRES)
    assert await status(api, signal) == "EXPIRED"


async def test_a_signal_corrected_to_an_earlier_week_expires_sooner(
    api: Callers, db: asyncpg.Connection, county: County
) -> None:
    await with_sites(api)
    signal = await released(api)
    year, week, _ = (TODAY - timedelta(weeks=4)).isocalendar()
    earlier = SIGNAL | {"iso_week_year": year, "iso_week": week}
    ok(await api.police.put(path(signal), json=earlier, headers=seen(signal)))

    await turn(db, county, start_of((EXPIRES - timedelta(weeks=4)).date()))

    assert await status(api, signal) == "EXPIRED"


async def test_a_withdrawn_signal_stays_so_when_its_day_comes(
    api: Callers, db: asyncpg.Connection, county: County
) -> None:
    await with_sites(api)
    signal = await released(api)
    ok(await api.police.post(path(signal) + "/withdraw", headers=seen(signal)))

    await turn(db, county, EXPIRES)

    assert await status(api, signal) == "WITHDRAWN"
    assert await db.fetchval("SELECT count(*) FROM due") == 0


async def test_a_signal_taken_over_in_recovery_is_planned_anew(
    api: Callers, db: asyncpg.Connection, county: County
) -> None:
    taken = neighbours(county=county.name, municipality=None, police_area=None, site_type=None)
    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalReleased", 1, taken)])
    await due.plan(db, "tidy", NOBODY, EXPIRES)
    await turn(db, county, EXPIRES)

    await turn(db, county, EXPIRES)

    assert await status(api, taken) == "EXPIRED"
    assert await db.fetchval("SELECT count(*) FROM due WHERE kind = 'tidy'") == 1


async def test_nothing_is_kept_of_a_signal_after_two_years(
    api: Callers, db: asyncpg.Connection, county: County
) -> None:
    year, week, _ = (TODAY - timedelta(days=2 * 365 + 8)).isocalendar()
    old = neighbours(iso_week_year=year, iso_week=week, status="EXPIRED")
    young = neighbours(status="EXPIRED")
    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalExpired", 2, each) for each in (old, young)])
    await due.plan(db, "tidy", NOBODY, start_of(TODAY))

    await turn(db, county, start_of(TODAY))
    row = await db.fetchrow("SELECT version, state, sort_key, search FROM signals WHERE id = $1", old["id"])

    assert row is not None
    assert tuple(row) == (2, "{}", "", "")
    assert await status(api, young) == "EXPIRED"

    await SHIPMENT_SIGNALS.project(db, [received("ShipmentSignalReleased", 1, old | {"status": "RELEASED"})])
    assert (await api.reader.get(path(old))).status_code == 404
    assert [item["id"] for item in ok(await api.reader.get("/shipment-signals?status=ANY"))["items"]] == [young["id"]]
