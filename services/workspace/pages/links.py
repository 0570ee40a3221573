"""Connection: what this county has of the others, in words."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from services.workspace.guard import Visit
from services.workspace.sections import STALE, Section, section
from services.workspace.shown import ShownLinks
from shared.contracts.topics import LINKS, SERVICES


@dataclass(frozen=True, slots=True)
class CountyConnection:
    """The state of one county in a service: the key of its sentence, and the figures in it."""

    service: str
    key: str
    until: datetime | None = None
    missing: int = 0


async def show(visit: Visit) -> Response:
    """A part for each other county, with a line for each service."""
    found = await asyncio.gather(*(section(visit.site.interface.links(visit.token, name)) for name in SERVICES))
    now, others = visit.site.now(), [one.name for one in visit.site.counties if one.name != visit.site.county.name]
    asked = dict(zip(SERVICES, found, strict=True))
    counties = {
        county: [connection(service, county, links, now) for service, links in asked.items()] for county in others
    }
    faults = sum(len(links.content.faults) for links in found if links.content)
    return visit.page("links.html", connections=counties, faults=faults)


def connection(service: str, county: str, links: Section[ShownLinks], now: datetime) -> CountyConnection:
    """The state of a county in a service, by the worst of its streams."""
    if links.content is None:
        return CountyConnection(service, "link.unknown")
    streams = [each for each in links.content.read if each.county == county and each.stream != LINKS]
    times = [each.complete_until for each in streams]
    until = None if None in times else min((moment for moment in times if moment), default=None)
    missing = sum(each.missing + each.behind for each in streams)
    if not streams:
        return CountyConnection(service, "link.none")
    if any(each.stopped or each.dead_letters for each in streams):
        return CountyConnection(service, "link.broken", until)
    return _by_time(service, until, missing, now)


def _by_time(service: str, until: datetime | None, missing: int, now: datetime) -> CountyConnection:
    if until is None:
        return CountyConnection(service, "link.waits")
    if missing:
        return CountyConnection(service, "link.missing", until, missing)
    return CountyConnection(service, "link.late" if until < now - STALE else "link.whole", until)
