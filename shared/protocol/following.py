"""Events as followers of `/events` get them, and the position from which one resumes.

A position is an offset of the own Kafka, with the epoch and number of the event before it: if another event lies there,
the topic was made anew. An event that is not the newest of its aggregate is not sent to whoever comes later: it may be
withdrawn since, masked, or under another label.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic_core import to_json

from shared.contracts.topics import county_of, stream_name, topic_name
from shared.protocol.envelope import FalseEnvelope, attributes, parse
from shared.protocol.judging import Judgement
from shared.rejected import Rejected

_PART = re.compile(r"([a-z-]{1,40})\.([a-z-]{1,40})=([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class FollowedEvent:
    """An event in the form in which it is sent. ``recency`` is (epoch, version, number)."""

    topic: str
    offset: int
    subject: UUID
    recency: tuple[int, int, int]
    text: bytes

    @property
    def after(self) -> "FollowerPosition":
        """The position of whoever has it."""
        return FollowerPosition(self.offset + 1, self.recency[0], self.recency[2])


@dataclass(frozen=True, slots=True)
class FollowerPosition:
    """Where a follower reads on, after the event with this epoch and number; 0 and 0 if it has none of the topic."""

    next_offset: int = 0
    epoch: int = 0
    number: int = 0

    def is_after(self, record: Any) -> bool:
        """Whether ``record`` is the event before it."""
        try:
            envelope = parse(record.topic, record.headers)
        except FalseEnvelope:
            return False
        return (record.offset + 1, envelope.epoch, envelope.number) == (self.next_offset, self.epoch, self.number)


def followed_event(judgement: Judgement) -> FollowedEvent | None:
    """The event to send for a record: a CloudEvent in its JSON form, as a server-sent event without its id.

    None if the record does not count, or if its data cannot be read, or are under a label that is not known.
    """
    record, received = judgement.record, judgement.received
    if received is None or not received.event.labels_known:
        return None
    data = record.value.replace(b"\r", b" ").replace(b"\n", b" ")  # in JSON a line can end between values alone
    event = to_json(attributes(record.headers))[:-1] + b',"data":' + data + b"}"
    text = b"event: %s\ndata: %s\n\n" % (received.envelope.type.encode(), event)
    return FollowedEvent(record.topic, record.offset, received.envelope.subject, received.recency, text)


def keep_newest(known: dict[UUID, FollowedEvent], event: FollowedEvent) -> None:
    """Keep the event if none of its aggregate that is known is newer."""
    if known.get(event.subject, event).recency <= event.recency:
        known[event.subject] = event


def newest_events(events: Iterable[FollowedEvent]) -> list[FollowedEvent]:
    """The newest of each aggregate, in the order of the log."""
    known: dict[UUID, FollowedEvent] = {}
    for each in events:
        keep_newest(known, each)
    return sorted(known.values(), key=lambda event: event.offset)


def write_positions(county: str, positions: Mapping[str, FollowerPosition]) -> str:
    """The id of an event: the county that gives it, and the follower's position in each topic."""
    parts = (
        f"{county_of(topic)}.{stream_name(topic)}={each.next_offset}.{each.epoch}.{each.number}"
        for topic, each in positions.items()
    )
    return ";".join((county, *parts))


def read_positions(text: str, county: str, topics: Collection[str]) -> dict[str, FollowerPosition]:
    """The positions in an id that this ``county`` has given, for the ``topics`` that are asked for.

    A topic that is not in it begins at its beginning: its county has joined since. Rejected if the id is of another
    county, or of other streams, or no id at all.
    """
    giver, *parts = text.split(";")
    found = [_PART.fullmatch(part) for part in parts]
    known = {topic_name(each[1], each[2]): FollowerPosition(*map(int, each.groups()[2:])) for each in found if each}
    if not known or len(known) != len(parts):
        raise Rejected("invalid-last-event-id", "Last-Event-ID is no id of an event from here. Leave it out.")
    asked, given = ({stream_name(topic) for topic in which} for which in (topics, known))
    if giver != county or given != asked or not known.keys() <= set(topics):
        raise Rejected(
            "invalid-last-event-id",
            f"Last-Event-ID is of another county, or of other streams than {', '.join(sorted(asked))}. Leave it out.",
        )
    return {topic: known.get(topic, FollowerPosition()) for topic in topics}
