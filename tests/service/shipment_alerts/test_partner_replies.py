"""Partner agencies are shown signals and answer them, from their topics to the interface; Kafka is played."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import ConsumerRecord

from infra.demo.agency import _record
from infra.partners.own_topic import own_topic
from infra.partners.table import replies_topic
from services.shipment_alerts.commands import partners
from services.shipment_alerts.handlers import HANDLERS, PARTNERS
from services.shipment_alerts.store.signals import SHIPMENT_SIGNALS
from shared.contracts.partner_replies import ReplyCode, SignalReply
from shared.contracts.shipment_codes import Tlp
from shared.contracts.shipment_fields import VersionReference
from shared.messaging import partner_topics
from shared.messaging.handlers import handle
from shared.messaging.outbox import Transaction, Writer
from shared.messaging.partner_topics import PartnerTopics
from shared.protocol.envelope import numbered, source_of, timestamp
from shared.runtime.notices import queue
from tests.service.shipment_alerts.conftest import Callers
from tests.service.shipment_alerts.given import neighbours, ok, path, received
from tests.service.shipment_alerts.test_told import actor

HOME, NEIGHBOUR = "vasterbotten", "vasternorrland"
SHOWN, REPLIES = own_topic(HOME, "customs", Tlp.AMBER), replies_topic(HOME, "customs")
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
DAY = timedelta(days=1)


class PlayedKafka:
    """The topics of a partner, without a Kafka: what it holds is a list of records for each."""

    def __init__(self) -> None:
        self.topics: dict[str, list[ConsumerRecord]] = {SHOWN: [], REPLIES: []}

    def add(self, topic: str, key: bytes | None, value: bytes | None, headers: Any, at: datetime = NOW) -> None:
        records = self.topics[topic]
        stamp = int(at.timestamp() * 1000)
        records.append(ConsumerRecord(topic, 0, len(records), stamp, 1, key, value, None, -1, -1, tuple(headers)))

    def show(self, signal: dict[str, Any], version: int = 1, at: datetime = NOW, kind: str = "Released") -> None:
        source = f"{NEIGHBOUR}.shared.shipment-signals.v1"
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(uuid4()),
            "ce_source": source_of(source),
            "ce_type": f"se.norrsam.shipment-signals.ShipmentSignal{kind}.v1",
            "ce_subject": signal["id"],
            "ce_time": timestamp(at),
            "ce_aggregateversion": str(version),
        }
        named = numbered([(name, value.encode()) for name, value in headers.items()], 1, version)
        self.add(SHOWN, b"key", json.dumps(signal).encode(), named, at)

    def answer(self, signal: dict[str, Any], code: str, version: int = 1, at: datetime = NOW) -> None:
        about = VersionReference(county=NEIGHBOUR, id=UUID(signal["id"]), version=version)
        self.add(REPLIES, *_record("customs", SignalReply(signal=about, code=ReplyCode(code))), at)

    async def ends_of(self, begin: str) -> dict[str, int]:
        return {topic: len(records) for topic, records in self.topics.items() if topic.startswith(begin)}

    async def read(self, topic: str, offset: int = 0) -> AsyncIterator[tuple[ConsumerRecord, ...]]:
        yield tuple(self.topics[topic][offset:])


class Office:
    """Västerbotten, which shows customs signals of Västernorrland."""

    def __init__(self, db: asyncpg.Connection) -> None:
        self.db, self.kafka = db, PlayedKafka()
        self.writer = Writer(HOME, "http://county.test")
        self.topics = PartnerTopics(PARTNERS, self.kafka, self.writer)  # type: ignore[arg-type]

    async def shown(self, at: datetime = NOW, **changes: Any) -> dict[str, Any]:
        """A signal that customs were shown."""
        signal = neighbours(**changes)
        await SHIPMENT_SIGNALS.project(self.db, [received("ShipmentSignalReleased", 1, signal)])
        self.kafka.show(signal, at=at)
        return signal

    async def read(self) -> None:
        await self.topics.turn(self.db, asyncio.Lock())

    async def refused(self) -> list[str]:
        return [row["detail"] for row in await self.db.fetch("SELECT detail FROM dead_letters ORDER BY id")]


@pytest.fixture
def office(db: asyncpg.Connection) -> Office:
    return Office(db)


async def replies_to(client: Any, signal: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = ok(await client.get(path(signal) + "/partners"))["items"]
    return [(each["agency"], each["state"], each["seen_version"], each["code"]) for each in found]


async def test_an_agency_is_shown_a_signal_and_acknowledges_it(api: Callers, office: Office) -> None:
    signal = await office.shown()
    await office.read()
    assert await replies_to(api.coordinator, signal) == [("customs", "WAITS", None, None)]

    office.kafka.answer(signal, "ACKNOWLEDGED")
    office.kafka.answer(signal, "CONFIRMED")
    office.kafka.answer(signal, "ACKNOWLEDGED")  # it comes again
    await office.read()

    assert await replies_to(api.police, signal) == [("customs", "ACKNOWLEDGED", 1, "CONFIRMED")]
    assert await replies_to(api.coordinator, signal) == [("customs", "ACKNOWLEDGED", 1, None)]
    assert (await api.municipality.get(path(signal) + "/partners")).status_code == 403
    assert await office.refused() == []


async def test_topics_that_were_made_anew_are_read_again(api: Callers, office: Office) -> None:
    signal = await office.shown()
    office.kafka.answer(signal, "NO_USE")
    await office.read()
    office.kafka.topics = {SHOWN: [], REPLIES: []}
    await office.read()
    office.kafka.show(signal, 2, kind="Corrected")
    office.kafka.answer(signal, "FALSE_ALARM", 2)
    await office.db.execute("UPDATE partner_positions SET next_offset = 9")
    await office.read()

    assert await replies_to(api.police, signal) == [("customs", "ACKNOWLEDGED", 2, "FALSE_ALARM")]


async def test_coordinators_hear_once_of_what_is_not_acknowledged_in_time(
    api: Callers, db: asyncpg.Connection, office: Office
) -> None:
    async with db.transaction():
        await handle(db, office.writer, HANDLERS, [actor("COUNTY_BOARD", COUNTY_COORDINATOR=uuid4())])
    late = await office.shown(NOW - DAY)
    answered, old = await office.shown(NOW - DAY), await office.shown(NOW - 8 * DAY)
    gone, fresh = await office.shown(NOW - DAY), await office.shown()
    office.kafka.show(gone | {"status": "WITHDRAWN"}, 2, NOW, "Withdrawn")
    office.kafka.answer(answered, "ACKNOWLEDGED")
    await office.read()

    for _ in range(2):
        async with db.transaction():
            again = await partners.escalate(Transaction(db, office.writer, None), UUID(int=0))

    (letter,) = await queue.find(db, settled=True)
    assert (letter.kind, "customs: 1" in str(letter.text)) == ("partners-unanswered", True)
    assert again > datetime.now(UTC)
    states = [(await replies_to(api.coordinator, each))[0][1] for each in (late, answered, old, gone, fresh)]
    assert states == ["OVERDUE", "ACKNOWLEDGED", "OVERDUE", "ENDED", "WAITS"]


async def test_a_county_that_gives_a_month_hears_after_a_month(
    api: Callers, db: asyncpg.Connection, office: Office
) -> None:
    async with db.transaction():
        await handle(db, office.writer, HANDLERS, [actor("COUNTY_BOARD", COUNTY_COORDINATOR=uuid4())])
    shown = [await office.shown(NOW - days * DAY) for days in (29, 31, 36, 38)]
    await office.read()
    patient = replace(office.writer, partner_answer=30 * DAY)

    async with db.transaction():
        await partners.escalate(Transaction(db, patient, None), UUID(int=0))

    (letter,) = await queue.find(db, settled=True)
    assert ("customs: 2" in str(letter.text), "inom 720 timmar" in str(letter.text)) == (True, True)
    assert (await replies_to(api.coordinator, shown[0]))[0][1] == "OVERDUE", "this county itself gives a day"


HOSTILE = (b"", b"{}", b"[]", b"null", b"\x00", b"\xff", b'{"signal":1}', b"[" * 5_000, b'{"code":"\\u0000"}', b"1e999")


def a_hostile_record(chance: random.Random, good: Any) -> tuple[Any, Any, Any]:
    """A record that an agency could write: a true one with some of it broken, for most."""
    key, value, headers = good
    named = dict(headers)
    for name in chance.sample([*named, "reply_to", "ce_\0", "x" * 300], chance.randint(0, 3)):
        named[name] = chance.choice([b"", None, b"\xff", b"x" * 999, b"\x00", b"/partners/police", b"other"])
    body = json.loads(value)
    for place in chance.sample(["id", "county", "version"], chance.randint(0, 2)):
        body["signal"][place] = chance.choice([None, -1, 0, 2**70, "\0", "\ud800", str(uuid4()), {}, 1.5, "norrbotten"])
    if chance.random() < 0.3:
        body["code"] = chance.choice(["SEIZED", None, 7, "\0", "x" * 5_000])
    broken = chance.choice(HOSTILE) if chance.random() < 0.3 else json.dumps(body).encode()
    return chance.choice([key, None, b"\xff"]), chance.choice([broken, broken, broken, None]), list(named.items())


async def test_hostile_records_hurt_nobody(api: Callers, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partner_topics, "MOST_PUT_ASIDE", 20)
    chance, signal, other = random.Random(7), await office.shown(), await office.shown()
    about = VersionReference(county=NEIGHBOUR, id=UUID(signal["id"]), version=1)
    good = _record("customs", SignalReply(signal=about, code=ReplyCode.NO_USE))
    for _ in range(600):
        office.kafka.add(REPLIES, *a_hostile_record(chance, good))
    office.kafka.answer(other, "ACKNOWLEDGED")

    await office.read()

    count = "SELECT count(*) FROM {}".format
    assert await office.db.fetchval(count("partner_signals")) == 2
    assert await office.db.fetchval(count("dead_letters")) == 20
    assert await office.db.fetchval("SELECT max(cardinality(reply_ids)) FROM partner_signals") <= 20
    assert [each[:2] for each in await replies_to(api.coordinator, other)] == [("customs", "ACKNOWLEDGED")]
    assert await office.db.fetchval("SELECT min(reason) || max(reason) FROM dead_letters") == 2 * "false-envelope"
