"""Hints for open pages: the names of streams that have changed. The browser then fetches its page again.

A hint holds no data, and may be lost or come twice. While somebody listens, the county is asked twice a second where
its streams stand, however many listen.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import structlog
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.county import CountyInterface
from services.workspace.guard import visitor_of
from services.workspace.oidc import ProviderAway
from services.workspace.shown import ShownLinks
from services.workspace.site import WorkspaceSite
from shared.outages import DATABASE_ERRORS
from shared.runtime.auth import INSIDE

log = structlog.get_logger()

SHOWN = ("actors", "initiatives", "meetings", "shipment-alerts", "trainings")
"""The services that pages show something of. To ask one takes time of the county's process, twice a second."""
LOOK_SECONDS = 0.5
TICK_SECONDS = 60.0
"""Drafts, sites and names are in no stream; they are shown anew so often."""
LOGIN_SECONDS = 15.0
"""So often a listener's log-in is looked up, though listening does not make it last longer."""
SINCE_SECONDS = 10.0
"""A page was made at most so long before it listens."""
TICK = "tick"
HEADERS = {"X-Accel-Buffering": "no"}

StreamPositions = dict[tuple[str, str], tuple[int, int | None]]


@dataclass(slots=True)
class StreamLooks:
    """Where the streams stand that people with the same rights may count, and when each was last seen to move."""

    interface: CountyInterface
    _known: dict[str, StreamPositions] = field(default_factory=dict)
    _moved: dict[str, float] = field(default_factory=dict)
    _looked: float = -math.inf
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def since(self, moment: float, token: str) -> tuple[set[str], float]:
        """The streams that have moved since then (monotonic seconds), and until when that is known."""
        async with self._lock:
            if self._looked < time.monotonic() - LOOK_SECONDS:
                await self._look(token)
            return {stream for stream, moved in self._moved.items() if moved > moment}, self._looked

    async def _look(self, token: str) -> None:
        looked = time.monotonic()
        found = await asyncio.gather(*(self._positions(service, token) for service in SHOWN))
        for service, after in zip(SHOWN, found, strict=True):
            before = self._known.get(service, {})
            changed = [which for which, number in after.items() if before.get(which) != number]
            self._moved |= {stream: looked for _, stream in changed}
            self._known[service] = after
        self._looked = looked

    async def _positions(self, service: str, token: str) -> StreamPositions:
        """The positions of a service's streams, by county and stream; none while it is away, so that all move then."""
        try:
            return positions(await self.interface.links(token, service))
        except CountyAway:
            return {}
        except CallRefused as refused:
            if refused.status != 401:
                raise
            return self._known.get(service, {})  # the token has ended; its listener soon looks at the log-in


def positions(links: ShownLinks) -> StreamPositions:
    """The epoch and the number of each stream, by county and stream; the own county is the empty one."""
    own: StreamPositions = {("", each.stream): (each.epoch, each.last) for each in links.written}
    return own | {(each.county, each.stream): (each.epoch, each.applied_number) for each in links.read}


def routes(site: WorkspaceSite) -> list[Route]:
    """The stream of hints, as server-sent events (HTML Living Standard 9.2)."""
    looks = {inside: StreamLooks(site.interface) for inside in (True, False)}

    async def listen(request: Request) -> Response:
        """204, after which a browser does not ask again, for whoever is not logged in."""
        visitor = await visitor_of(site, request, used=False)
        if visitor is None:
            return Response(status_code=204)
        if request.method == "HEAD":
            return Response(media_type="text/event-stream", headers=HEADERS)
        inside = bool(visitor.principal.roles & INSIDE)
        hints = _hints(site, looks[inside], request.cookies[site.cookie], visitor.tokens.access)
        return StreamingResponse(hints, media_type="text/event-stream", headers=HEADERS)

    return [Route("/nytt", listen)]


async def _hints(site: WorkspaceSite, looks: StreamLooks, cookie: str, token: str) -> AsyncIterator[str]:
    """Hints until the log-in or the process ends; between them a comment each half second, so that nobody waits."""
    began = time.monotonic()
    known, tick, seen = began, began, began - SINCE_SECONDS
    while not site.stopping():
        now = time.monotonic()
        if known < now - LOGIN_SECONDS:
            try:
                tokens = await site.logins.tokens(cookie, used=False)
            except (ProviderAway, *DATABASE_ERRORS) as error:
                log.warning("live.away", error=type(error).__name__)
                return
            if tokens is None:
                return
            token, known = tokens.access, now
        names, seen = await looks.since(seen, token)
        if tick < now - TICK_SECONDS:
            names, tick = names | {TICK}, now
        yield f"data: {' '.join(sorted(names))}\n\n" if names else ":\n\n"
        await asyncio.sleep(LOOK_SECONDS)
