"""Partner agencies on a secured Kafka: shipment signals in a topic of their own."""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

from aiokafka.errors import TopicAuthorizationFailedError
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from infra.engine import Engine
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from infra.partners.folder import agreement
from infra.partners.forwarding import keep_forwarding
from infra.partners.own_topic import own_topic
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.shipment_codes import Tlp
from shared.runtime.settings import Settings
from tests.secured.conftest import COUNTIES
from tests.secured.partnership import HOLDS, HOME, POLICE, SIGNALS, as_partner, fetched, run
from tests.support.waiting import DEADLINE, eventually
from tests.unit.partners.test_own_topic import TOPIC as SHARED_SIGNALS
from tests.unit.partners.test_own_topic import event


async def test_a_partner_is_shown_signals_by_its_own_topic_alone(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    assert secured.own_kafka
    administered, kafka = secured.own_kafka.administered, as_partner(secured, secrets, POLICE)
    settings = Settings(partners=Path(agreed["NORRSAM_PARTNERS"]), counties=parse(DEFAULT))
    public, secret = uuid4(), uuid4()
    producer = Producer(configuration(administered))

    def publish(version: int, label: str, signal: UUID) -> None:
        topic, headers, key, payload = event(version, label, signal=signal)
        producer.produce(topic, payload, key, headers=headers)
        assert producer.flush(DEADLINE) == 0

    async def shown() -> list[tuple[bytes, bytes]]:
        headers = [dict(record.headers) async for batch in kafka.read(SIGNALS) for record in batch]
        return [
            (each["ce_subject"], each["ce_aggregateversion"])
            for each in headers
            if each.get("ce_subject") in (str(public).encode(), str(secret).encode())
        ]

    async def forwarded_until(expected: list[tuple[bytes, bytes]]) -> None:
        async def is_shown() -> None:
            assert await shown() == expected

        work = asyncio.create_task(keep_forwarding(administered, HOME, agreement(settings, "police"), COUNTIES))
        await eventually(is_shown)
        work.cancel()
        await asyncio.wait([work])

    publish(1, "AMBER+STRICT", secret)
    publish(1, "AMBER", public)
    await forwarded_until([(str(public).encode(), b"1")])
    publish(2, "AMBER+STRICT", public)
    publish(2, "GREEN", secret)
    both = [(str(public).encode(), b"1"), (str(public).encode(), b"2"), (str(secret).encode(), b"2")]
    await forwarded_until(both)

    fetch = await fetched(kafka, SHARED_SIGNALS)
    last = [each async for batch in kafka.read(SIGNALS) for each in batch]
    assert fetch.topics[0][1][0][1] == TopicAuthorizationFailedError.errno
    assert not [each for each in last if b"AMBER+STRICT" in (each.value or b"")]
    assert {each.timestamp % 3_600_000 for each in last if dict(each.headers).get("ce_subject")} == {0}


def test_another_label_is_another_topic_and_the_old_one_goes(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets
) -> None:
    file = Path(agreed["NORRSAM_PARTNERS"], "police.toml")
    file.write_text(HOLDS.replace("[quotas]", "") + 'label = "GREEN"\n')

    said = run(agreed, secrets, "apply")

    green = own_topic(HOME, "police", Tlp.GREEN)
    assert f"  add     topic {green}: READ\n" in said
    assert f"delete  topic {SIGNALS}\n" in said
    assert secured.own_kafka
    admin = AdminClient(configuration(secured.own_kafka.administered))

    def the_old_one_is_gone() -> None:
        there = admin.list_topics(timeout=DEADLINE).topics
        assert (green in there, SIGNALS in there) == (True, False)

    asyncio.run(eventually(the_old_one_is_gone))  # Kafka deletes a little later than it says
