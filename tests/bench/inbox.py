"""The inbox: another county's events applied, beside a bare fetch and write of the same rows."""

from shared.contracts.topics import topic_name
from tests.bench import raw
from tests.bench.events import LIMIT_BATCH, changes, newest
from tests.bench.lines import Line, alternate
from tests.bench.stage import STREAM, Stage

OWNER, READER, BARE = "norrbotten", "jamtland", "vasterbotten"
EVENTS = 40_000


async def measure(stage: Stage) -> list[Line]:
    rows = await changes(OWNER, stage.scaled(EVENTS))
    await stage.publish(OWNER, rows)
    written = newest(rows)
    conn = await stage.connect(BARE)

    async def applied() -> float:
        await stage.forget(READER)
        with stage.serving(READER):
            return await stage.receive(READER, OWNER)

    async def upserted_alone() -> float:
        await stage.forget(BARE)
        return await raw.upsert(conn, written, len(rows))

    subjects, fetched, upserted = await alternate(
        stage.rounds,
        applied,
        lambda: raw.consume(stage.engine.kafka, topic_name(OWNER, STREAM), LIMIT_BATCH),
        upserted_alone,
    )
    await conn.close()
    smaller = [min(pair) for pair in zip(fetched, upserted, strict=True)]
    return [
        Line("apply, against the smaller of the two", "events/s", subjects, smaller, at_least=0.45),
        Line("apply, against getmany alone", "events/s", subjects, fetched),
        Line("apply, against the upsert alone", "events/s", subjects, upserted),
    ]
