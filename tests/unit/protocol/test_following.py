"""The events that followers of `/events` get, and from where they resume."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cloudevents.core.bindings.http import HTTPMessage
from cloudevents.core.bindings.http import from_http_event as from_json_event
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts import registry
from shared.contracts.event import stream_of
from shared.contracts.shipment_codes import Tlp
from shared.contracts.topics import LINKS, STREAMS, topic_name
from shared.protocol.envelope import numbered, source_of
from shared.protocol.followed_topic import RECENT, FollowedTopic
from shared.protocol.following import FollowedEvent, FollowerPosition, read_positions, write_positions
from shared.protocol.progress import OwnerHead
from shared.rejected import Rejected

GOLDEN = Path(__file__).parents[2] / "contract" / "golden"
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ACTOR = "se.norrsam.actors.ActorChanged.v1"
COUNTIES = ("norrbotten", "jamtland", "ny-county")
TOPICS = [topic_name(county, stream) for county in COUNTIES for stream in ("actors", "trainings")]
NUMBERS = st.integers(0, 10**18 - 1)


@dataclass
class Sent:
    """A golden event as it lies on its topic; ``version`` of the aggregate ``subject``, or of the golden one."""

    type: str = ACTOR
    offset: int = 0
    number: int = 1
    version: int = 1
    epoch: int = 1
    subject: str = ""
    replaced: dict[str, Any] = field(default_factory=dict)
    timestamp: int = 0

    @property
    def data(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads((GOLDEN / f"{self.type}.json").read_bytes())
        return said | self.replaced | ({"id": self.subject} if self.subject else {})

    @property
    def value(self) -> bytes:
        return json.dumps(self.data, indent=1).replace("\n", "\r\n").encode()

    @property
    def topic(self) -> str:
        return topic_name(self.data["county"], stream_of(self.type))

    @property
    def headers(self) -> list[tuple[str, bytes]]:
        said = {"ce_specversion": "1.0", "ce_id": str(UUID(int=7)), "ce_source": source_of(self.topic)}
        said |= {"ce_type": self.type, "ce_subject": self.data["id"], "ce_time": "2026-11-29T11:00:00.000Z"}
        said |= {"ce_dataschema": f"http://x.test/schemas/{self.type}", "content-type": "application/json"}
        said |= {"ce_aggregateversion": str(self.version), "ce_correlationid": "why"}
        return numbered([(name, value.encode()) for name, value in said.items()], self.epoch, self.number)


def topic(head: OwnerHead | None = None) -> FollowedTopic:
    return FollowedTopic.begun(Sent().topic, head)


def taken(known: FollowedTopic, *records: Sent) -> list[int]:
    """The offsets of those that are handed on."""
    return [event.offset for record in records if (event := known.take(record, NOW)[1])]


def resumed(known: FollowedTopic, after: FollowerPosition) -> list[int] | None:
    found = known.since(after)
    return None if found is None else [each.offset for each in found]


def event_of(record: Sent) -> FollowedEvent:
    event = FollowedTopic.begun(record.topic, None).take(record, NOW)[1]
    assert event
    return event


# --- the form of an event


def test_an_event_has_the_attributes_and_data_that_it_has_on_kafka() -> None:
    names = [name for name in registry.EVENTS if stream_of(name) != LINKS]
    for record in [Sent(name, number=10_000) for name in names]:
        kind, data, *rest = event_of(record).text.decode().split("\n")
        assert (kind, rest) == (f"event: {record.type}", ["", ""])
        headers = {"content-type": "application/cloudevents+json"}

        read = from_json_event(HTTPMessage(headers, data.removeprefix("data: ").encode()))

        on_kafka = from_binary_event(KafkaMessage(dict(record.headers), None, record.value))
        assert read.get_attributes() == on_kafka.get_attributes()
        assert read.get_data() == on_kafka.get_data() == record.data


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("se.norrsam.shipment-signals.ShipmentSignalReleased.v1", lambda data: {"tlp": "NEWER"}),
        ("se.norrsam.guidance.RoutinePublished.v1", lambda data: _relabelled(data)),
        ("se.norrsam.guidance.SafetyAdvicePublished.v1", lambda data: _relabelled(data)),
    ],
)
def test_an_event_under_a_label_that_is_not_known_is_kept_back(
    name: str, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    hidden = replace(Sent(name), replaced=change(Sent(name).data))
    assert FollowedTopic.begun(hidden.topic, None).take(hidden, NOW) == (True, None)
    assert event_of(Sent(name))


def _relabelled(data: dict[str, Any]) -> dict[str, Any]:
    return {"versions": [{**each, "tlp": "NEWER"} for each in data["versions"]]}


def test_every_label_that_is_written_is_known() -> None:
    name = "se.norrsam.shipment-signals.ShipmentSignalReleased.v1"
    assert all(event_of(Sent(name, replaced={"tlp": label})) for label in Tlp.codes())


# --- which events are handed on


def test_false_broken_and_repeated_records_are_not_handed_on() -> None:
    unread = Sent(offset=1, number=2, replaced={"name": 7})
    false = Sent(offset=2, number=3, version=10**10)
    unknown = [Sent(offset=3, number=4)]
    known = topic()
    assert taken(known, Sent(), unread, false, Sent(offset=4, number=1), *unknown) == [0, 3]


def test_a_late_version_is_not_handed_on_after_a_newer_one() -> None:
    known = topic()
    assert taken(known, Sent(number=2, version=2), Sent(offset=1, number=1, version=1)) == [0]
    assert taken(known, Sent(offset=2, number=3, version=2)) == [2]  # restated


def test_an_epoch_that_nobody_has_named_waits() -> None:
    known, later = topic(), Sent(offset=1, number=1, epoch=1_764_000_000, timestamp=int(NOW.timestamp() * 1000))
    known.take(Sent(), NOW)
    assert known.take(later, NOW) == (False, None)
    known.hear(OwnerHead(1_764_000_000, 1, 1, NOW), NOW)
    assert taken(known, later) == [1]


# --- resuming


def test_whoever_resumes_gets_the_newest_state_alone() -> None:
    known, other = topic(), str(uuid4())
    first = Sent(offset=5)
    known.floor = 5
    taken(known, first, Sent(offset=6, number=2, version=2), Sent(offset=7, number=3, subject=other))
    assert resumed(known, FollowerPosition(5)) == [6, 7]
    assert resumed(known, FollowerPosition(6, 1, 1)) == [6, 7]
    assert resumed(known, FollowerPosition(8, 1, 3)) == []


def test_what_memory_does_not_have_is_read_from_kafka() -> None:
    known = topic()
    taken(known, *(Sent(offset=n, number=n + 1, subject=str(uuid4())) for n in range(RECENT + 2)))
    assert len(known.recent) == RECENT
    assert resumed(known, FollowerPosition(1)) is None
    assert resumed(known, FollowerPosition(2)) == list(range(2, RECENT + 2))
    assert resumed(known, FollowerPosition(2, 1, 2)) is None  # whether that event was before it is not known
    assert resumed(known, FollowerPosition(5, 1, 77)) is None  # another event lies there: the topic was made anew
    assert resumed(known, FollowerPosition(RECENT + 3)) is None  # it is ahead


def test_a_position_is_after_its_event_alone() -> None:
    position = event_of(Sent(offset=4, number=9)).after
    assert position == FollowerPosition(5, 1, 9)
    assert position.is_after(Sent(offset=4, number=9))
    for other in (Sent(offset=4, number=8), Sent(offset=3, number=9), Sent(offset=4, number=9, epoch=2)):
        assert not position.is_after(other)
    assert not position.is_after(Sent(offset=4, number=9, version=-1))


# --- ids


@settings(max_examples=30)
@given(st.fixed_dictionaries({topic: st.builds(FollowerPosition, NUMBERS, NUMBERS, NUMBERS) for topic in TOPICS}))
def test_an_id_gives_the_positions_that_it_was_made_of(positions: dict[str, FollowerPosition]) -> None:
    written = write_positions("norrbotten", positions)
    assert written.isascii()
    assert written.isprintable()
    assert read_positions(written, "norrbotten", TOPICS) == positions


@settings(max_examples=30)
@given(st.text())
def test_whatever_is_no_id_is_refused_by_a_word(text: str) -> None:
    for no_id in (text, f"norrbotten;{text}", f"norrbotten;norrbotten.actors={text}"):
        with pytest.raises(Rejected) as caught:
            read_positions(no_id, "norrbotten", TOPICS[:1])
        assert caught.value.slug == "invalid-last-event-id"


@pytest.mark.parametrize(
    "foreign",
    [
        "jamtland;norrbotten.actors=1.1.1",
        "norrbotten;norrbotten.trainings=1.1.1",
        "norrbotten;norrbotten.actors=1.1.1;norrbotten.trainings=1.1.1",
        "norrbotten;skane.actors=1.1.1",
        "norrbotten;norrbotten.actors=1.1.1;norrbotten.actors=2.1.1",
        "norrbotten;norrbotten.actors=1.1.1;",
        "norrbotten;norrbotten.actors=1.1.-1",
        "norrbotten;norrbotten.actors=" + "9" * 19 + ".1.1",
        "norrbotten",
    ],
)
def test_an_id_of_another_county_or_other_streams_is_refused(foreign: str) -> None:
    actors = [topic for topic in TOPICS if ".actors." in topic]
    with pytest.raises(Rejected) as caught:
        read_positions(foreign, "norrbotten", actors)
    assert caught.value.slug == "invalid-last-event-id"


def test_an_id_of_fewer_streams_is_refused() -> None:
    with pytest.raises(Rejected, match="other streams than actors, trainings"):
        read_positions("norrbotten;norrbotten.actors=1.1.1", "norrbotten", TOPICS)


def test_a_county_that_joined_since_is_read_from_its_beginning() -> None:
    read = read_positions("norrbotten;norrbotten.actors=7.1.5", "norrbotten", [TOPICS[0], TOPICS[4]])
    assert read == {TOPICS[0]: FollowerPosition(7, 1, 5), TOPICS[4]: FollowerPosition()}


def test_links_is_for_nobody() -> None:
    assert {name for name, stream in STREAMS.items() if not stream.readers} == {LINKS}
