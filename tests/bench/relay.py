"""The relay: from a commit until Kafka has confirmed its events, beside a bare producer."""

import json

from shared.protocol.envelope import numbered
from tests.bench import raw
from tests.bench.events import changes
from tests.bench.lines import Line, alternate
from tests.bench.stage import Row, Stage

COUNTY, TOPIC = "norrbotten", "bench.relay"
EVENTS = 50_000


async def measure(stage: Stage) -> list[Line]:
    count = stage.scaled(EVENTS)
    records = [_record(row, number) for number, row in enumerate(await changes(COUNTY, count), 1)]
    raw.make_topic(stage.engine.kafka, TOPIC)
    producer = raw.producer(stage.engine.kafka)
    await producer.start()

    async def relayed() -> float:
        return await stage.relay(COUNTY, await changes(COUNTY, count))

    with stage.serving(COUNTY):
        subjects, by_500, by_1000 = await alternate(
            stage.rounds,
            relayed,
            lambda: raw.send(producer, TOPIC, records, 500),
            lambda: raw.send(producer, TOPIC, records, 1_000),
        )
    await producer.stop()
    return [
        Line("drain, against send_batch of 500", "events/s", subjects, by_500, at_least=0.35),
        Line("drain, against send_batch of 1,000", "events/s", subjects, by_1000, at_least=0.35),
    ]


def _record(row: Row, number: int) -> raw.Record:
    _, _, key, headers, payload = row
    texts = json.loads(headers)
    return key, payload, numbered([(name, text.encode()) for name, text in texts.items()], 1, number)
