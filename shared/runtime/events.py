"""`GET /events`: the events of streams as server-sent events (HTML Living Standard 9.2), without Kafka."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Annotated, Literal

import structlog
from fastapi import Header, Query
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.types import Receive, Scope, Send

from shared.contracts.topics import STREAMS, stream_name
from shared.messaging.broadcast import Broadcast, Follower
from shared.outages import is_outage
from shared.protocol.following import FollowedEvent, FollowerPosition, read_positions, write_positions
from shared.rejected import Rejected
from shared.runtime.auth import Principal
from shared.runtime.models import Printable, RequestModel
from shared.runtime.request import QueryRequest
from shared.runtime.routes import Router
from shared.transport.kafka import is_from_kafka

log = structlog.get_logger()

ROUTE = "follow_events"
BEAT_SECONDS = 10.0
"""A comment so often while nothing comes: a gateway gives up who is silent for 20 s."""
OLDER_SECONDS = 60.0
"""Who has not taken by then what is older is ended, and resumes: others wait for the reader."""

router = Router()


class EventsQuery(RequestModel):
    """A query for events."""

    streams: Printable = Field(max_length=200, description="Names of streams, with commas between them")
    begin: Literal["now", "earliest"] = Field(
        "now", alias="from", description="Where to begin without Last-Event-ID: now, or at the earliest that is kept"
    )


class EventsResponse(StreamingResponse):
    """An answer without end, whose source is closed with it."""

    media_type = "text/event-stream"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See Response."""
        assert isinstance(self.body_iterator, AsyncGenerator)
        async with aclosing(self.body_iterator):
            await super().__call__(scope, receive, send)


@router.get("/events", response_class=EventsResponse)
async def follow_events(
    query: Annotated[EventsQuery, Query()],
    request: QueryRequest,
    last_event_id: Annotated[Printable | None, Header(alias="Last-Event-ID", max_length=8_000)] = None,
) -> EventsResponse:
    """The streams' events of all counties, as they come: CloudEvents in their JSON form, as server-sent events.

    The id of an event is a position in all topics that are followed: with Last-Event-ID one resumes after it. The
    stream ends with the token, with the process, and for whoever takes too little of it.
    """
    broadcast: Broadcast = request.app.state.broadcast
    names = readable(query.streams.split(","), request.principal)
    topics = [topic for topic in broadcast.topics if stream_name(topic) in names]
    positions: Mapping[str, FollowerPosition] | None = None
    if last_event_id:
        positions = read_positions(last_event_id, request.county, topics)
    elif query.begin == "earliest":
        positions = dict.fromkeys(topics, FollowerPosition())
    follower = Follower(topics)
    source = _texts(broadcast, follower, request.county, positions)
    return EventsResponse(
        _while_it_lasts(broadcast, follower, source, request.principal.until), headers={"X-Accel-Buffering": "no"}
    )


def readable(names: Iterable[str], principal: Principal) -> set[str]:
    """The streams of these names. Rejected if there is none of a name, or the roles do not allow to read one."""
    known = {name: stream.readers for name, stream in STREAMS.items() if stream.readers}
    for name in (found := set(names)):
        if name not in known:
            raise Rejected("invalid-streams", f"There is no stream {name!r}. These are: {', '.join(known)}.")
        if principal.roles.isdisjoint(known[name]):
            held, needed = (", ".join(sorted(each)) or "none" for each in (principal.roles, known[name]))
            raise Rejected("forbidden", f"Your roles ({held}) do not allow the stream {name}; it is for: {needed}.")
    return found


async def _while_it_lasts(
    broadcast: Broadcast, follower: Follower, source: AsyncGenerator[bytes, None], until: float
) -> AsyncGenerator[bytes, None]:
    """The pieces of ``source``, and comments between them, until the follower is ended or the token does not count."""
    coming: asyncio.Future[bytes] | None = None
    try:
        while not follower.over.done() and (left := until - time.time()) > 0:
            coming = coming or asyncio.ensure_future(anext(source, b""))
            seconds = min(BEAT_SECONDS, left)
            done, _ = await asyncio.wait({coming, follower.over}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if coming in done:
                piece, coming = coming.result(), None
                if not piece:
                    return
                yield piece
            elif not done:
                yield b":\n\n"
    except Exception as error:
        if not is_outage(error) and not is_from_kafka(error):
            raise
        log.warning("events.ends", error=repr(error))
    finally:
        broadcast.leave(follower)
        if coming:
            coming.cancel()
            await asyncio.wait({coming})
        await source.aclose()


async def _texts(
    broadcast: Broadcast, follower: Follower, county: str, asked: Mapping[str, FollowerPosition] | None
) -> AsyncGenerator[bytes, None]:
    """An id to begin with; then what lies between the positions and the events that come, and these."""
    until = await broadcast.join(follower)
    positions = dict(asked or {topic: FollowerPosition(offset) for topic, offset in until.items()})

    def text(event: FollowedEvent) -> bytes:
        positions[event.topic] = event.after
        return b"id: %s\n%s" % (write_positions(county, positions).encode(), event.text)

    yield b"id: %s\n\n" % write_positions(county, positions).encode()
    for topic, position in list(positions.items()):
        recent = broadcast.recent(topic, position)
        if recent is not None:
            for event in recent:
                yield text(event)
            continue
        async with broadcast.readers:
            begun = time.monotonic()
            positions[topic], older = await broadcast.older(topic, position, until[topic])
            for event in older:
                yield text(event)
                if time.monotonic() - begun > OLDER_SECONDS:
                    return
    while True:
        event = await follower.events.get()
        if event.offset >= positions[event.topic].next_offset:
            yield text(event)
