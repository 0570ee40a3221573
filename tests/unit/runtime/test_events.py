"""When an answer to `GET /events` ends, and who may read which stream."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator

import pytest

from infra.gateway import all_services, render
from shared.contracts.topics import STREAMS, topic_name
from shared.messaging import broadcast
from shared.messaging.broadcast import Broadcast, Follower
from shared.rejected import Rejected
from shared.runtime import events
from shared.runtime.auth import INSIDE, Principal, Role
from shared.transport.kafka import KafkaCluster
from tests.unit.protocol.test_following import Sent, event_of

TOPIC = topic_name("norrbotten", "actors")
LISTS = {
    "actors": ("list_actors", "list_cooperations", "list_networks"),
    "shipment-signals": ("list_signals", "list_feedback", "list_report_numbers"),
    "guidance": ("list_routines", "list_safety_advice", "list_methods", "list_implementations"),
    "trainings": ("list_trainings", "list_occasions"),
    "enrolments": ("list_enrolments", "list_certificates", "list_seats"),
    "meetings": ("list_meetings", "list_invitations", "list_minutes", "list_decisions", "list_items"),
    "initiatives": (
        "list_pictures",
        "list_measures",
        "list_joint_measures",
        "list_focuses",
        "list_lessons",
        "list_est_areas",
        "list_est_pictures",
        "list_est_priorities",
        "list_est_reviews",
        "list_readiness",
        "list_readiness_sums",
        "list_processes",
        "list_support_requests",
    ),
}
"""The lists that show what is in a stream."""


async def heads() -> dict[str, object]:
    raise ConnectionRefusedError


def nothing_comes() -> Broadcast:
    """A broadcast whose Kafka and PostgreSQL are away."""
    return Broadcast([TOPIC], KafkaCluster("127.0.0.1:1"), "test", heads, lambda: False)  # type: ignore[arg-type]


async def endless(*pieces: bytes) -> AsyncGenerator[bytes, None]:
    for piece in pieces:
        yield piece
    await asyncio.Event().wait()


async def pieces_of(source: AsyncGenerator[bytes, None], follower: Follower, until: float) -> list[bytes]:
    return [each async for each in events._while_it_lasts(nothing_comes(), follower, source, until)]


async def test_an_answer_ends_with_the_token() -> None:
    found = await pieces_of(endless(b"a", b"b"), Follower([TOPIC]), time.time() + 1)
    assert found == [b"a", b"b", b":\n\n"]


async def test_comments_come_while_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "BEAT_SECONDS", 0.01)
    found = await pieces_of(endless(), Follower([TOPIC]), time.time() + 1)
    assert len(found) > 2
    assert set(found) == {b":\n\n"}


async def test_an_answer_ends_for_whoever_takes_too_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "QUEUED", 2)
    slow, event = Follower([TOPIC]), event_of(Sent())
    for _ in range(4):
        slow.put(event)
    assert slow.events.empty()
    assert await pieces_of(endless(b"a"), slow, time.time() + 60) == []


async def test_an_answer_ends_with_the_process_though_kafka_is_away() -> None:
    stopped = False
    broken = Broadcast([TOPIC], KafkaCluster("127.0.0.1:1"), "test", heads, lambda: stopped)  # type: ignore[arg-type]
    follower = Follower([TOPIC])
    source = events._texts(broken, follower, "norrbotten", None)
    answer = asyncio.create_task(anext(events._while_it_lasts(broken, follower, source, time.time() + 60), b"end"))
    await asyncio.sleep(0)
    stopped = True
    assert await answer == b"end"
    await broken.stop()


@pytest.mark.parametrize("stream", LISTS)
def test_a_stream_is_for_those_who_may_call_every_list_of_it(stream: str) -> None:
    rights = {name: right for service in all_services() for name, right in service.rights.items()}
    each = [right for name in LISTS[stream] if (right := rights.get(name))]
    allowed = frozenset(Role).intersection(*each)
    assert STREAMS[stream].readers == (allowed & INSIDE if STREAMS[stream].labelled else allowed)


@pytest.mark.parametrize("role", Role)
def test_a_stream_that_the_role_may_not_read_is_refused_by_name(role: Role) -> None:
    for name, stream in STREAMS.items():
        principal = Principal("system", frozenset({role}))
        if role in stream.readers:
            assert events.readable([name], principal) == {name}
            continue
        with pytest.raises(Rejected, match=name) as caught:
            events.readable(["actors", name], principal)
        assert caught.value.slug == ("forbidden" if stream.readers else "invalid-streams")


def test_comments_come_before_the_gateway_gives_up() -> None:
    (seconds,) = re.findall(r"^    proxy_read_timeout (\d+)s;", render(all_services()), re.MULTILINE)
    assert int(seconds) >= events.BEAT_SECONDS * 2
