"""Lets a restored database publish again (docs/protocol.md, E1 to E3, and J7).

The database takes over what its topics still have, begins a new epoch, and restates every stream in it. All of that is
one transaction, with its report, so an interrupted recovery has changed nothing, and a second one finds it done.
"""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
import structlog

from shared.contracts.links import Applied
from shared.links.heard import Heard, contradiction, read_reports
from shared.links.identity import epoch, store_doubt
from shared.messaging.leading import without_relay
from shared.messaging.numbering import BEGIN_STREAM
from shared.messaging.outbox import Writer
from shared.protocol.judging import DAY_SECONDS
from shared.protocol.service_streams import ServiceStreams
from shared.recovery.copies import NeighbourCopy
from shared.recovery.reconciling import StreamPosition, lost_numbers
from shared.recovery.restating import restate
from shared.recovery.signs import sign_of_restore
from shared.recovery.taking_back import Offered, newer, offered, take_back
from shared.recovery.taking_over import Handlers, read_topic, take_over
from shared.rejected import Rejected
from shared.transport.kafka import KafkaCluster

log = structlog.get_logger()

_EPOCH = "UPDATE streams SET epoch = $1, numbered = 0, acknowledged = 0"
_ACCEPT = """
    UPDATE identity SET (system_identifier, timeline, outbox, doubt) = (
        SELECT present.*, NULL FROM present_identity() AS present)
"""
_STREAMS = "SELECT topic, epoch, numbered FROM streams"
_NEW_EPOCH = "UPDATE identity SET epoch = $1, recovery = $2"
_KNOWN = """
    SELECT epoch FROM identity UNION SELECT epoch FROM streams
    UNION SELECT epoch FROM outbox WHERE epoch IS NOT NULL
"""
_IDS = """
    SELECT epoch, number, id::text FROM outbox JOIN unnest($2::bigint[], $3::bigint[]) AS said (epoch, number)
        USING (epoch, number)
    WHERE topic = $1
"""


@dataclass(slots=True)
class RecoveryReport:
    """The result of a recovery: the new epoch, and by topic what was found, taken over, restated, in conflict, lost.

    ``done`` is false if there was nothing to recover: then this is the report of the last recovery, if there was one.
    """

    epoch: int = 0
    topics: dict[str, dict[str, Any]] = field(default_factory=dict)
    done: bool = True


async def recover(
    conn: asyncpg.Connection,
    kafka: KafkaCluster,
    writer: Writer,
    streams: ServiceStreams,
    handlers: Handlers,
    counties: Sequence[str],
    *,
    copies: Sequence[NeighbourCopy] = (),
    accept_loss: bool = False,
    anew: bool = False,
) -> RecoveryReport:
    """Recover the database from its topics, and from ``copies``, in a new epoch. Safe to interrupt and to repeat.

    Where nothing says that the database was restored, nothing is done, unless ``anew``. Rejected if another process
    keeps leading the relay, or, unless ``accept_loss``, if one of ``counties`` has reported more than there is (J7);
    OSError or a KafkaError if Kafka is down. Then nothing has changed, but that commands wait for a recovery.
    """
    heard = await read_reports(kafka, counties, datetime.now(UTC))
    sign = await sign_of_restore(conn, kafka, streams, heard)
    wanted = {topic: await offered(conn, topic, copies) for topic in streams.writes}
    more = [
        key for topic, each in wanted.items() for key in await newer(conn, topic, each, handlers) if key in each.states
    ]
    if sign is None and not anew and not more:
        last = await conn.fetchval("SELECT recovery FROM identity")
        return RecoveryReport(**json.loads(last or "{}") | {"done": False})
    await store_doubt(conn, sign or "a recovery is under way", await epoch(conn))
    async with without_relay(conn):
        return await _recover(conn, kafka, writer, streams, handlers, heard, wanted, accept_loss)


async def _recover(
    conn: asyncpg.Connection,
    kafka: KafkaCluster,
    writer: Writer,
    streams: ServiceStreams,
    handlers: Handlers,
    heard: Heard,
    wanted: Mapping[str, Offered],
    accept_loss: bool,
) -> RecoveryReport:
    logs = {topic: await read_topic(conn, kafka, topic, heard.of(topic)) for topic in streams.writes}
    latest = int(time.time() + DAY_SECONDS)  # what lies above it, no reader has ever believed
    report = RecoveryReport()
    async with conn.transaction():
        await conn.execute("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE")  # waits for open writes
        await conn.executemany(BEGIN_STREAM, [(topic,) for topic in streams.writes])
        heads = {row["topic"]: (row["epoch"], row["numbered"]) for row in await conn.fetch(_STREAMS)}
        epochs = [row["epoch"] for row in await conn.fetch(_KNOWN)]
        for topic, (events, missing, second) in logs.items():
            furthest = heard.furthest(topic)
            holders = await _own_ids(conn, topic, furthest.values())
            holders |= {event.position: str(event.id) for event in events}
            copied = [(each.epoch, each.number) for each in wanted[topic].applied]
            holders |= {(each.epoch, each.number): each.event_id for each in wanted[topic].applied if each.event_id}
            last = max(each for each in ((1, 0), heads[topic], *holders, *copied) if each[0] <= latest)
            lost = lost_numbers(last, holders, furthest)
            report.topics[topic] = await take_over(conn, topic, events, missing, second, handlers, latest) | {
                "lost": lost
            }
            epochs += [position[0] for position in holders] + [each.epoch for each in furthest.values()]
        report.epoch = max([int(time.time()), *(epoch + 1 for epoch in epochs if epoch <= latest)])
        await conn.execute(_ACCEPT)
        await conn.execute(_EPOCH, report.epoch)
        for topic in streams.writes:
            report.topics[topic] |= await take_back(conn, writer, topic, wanted[topic], handlers)
            report.topics[topic]["restated"] = await restate(conn, writer, topic)
        if not accept_loss:
            _require_no_loss(report, streams)
        await conn.execute(_NEW_EPOCH, report.epoch, json.dumps(asdict(report)))
    log.warning("database.recovered", epoch=report.epoch)
    return report


async def accept_moved(
    conn: asyncpg.Connection, kafka: KafkaCluster, streams: ServiceStreams, counties: Sequence[str]
) -> None:
    """Accept the database's new identity: it was moved, not restored. Rejected if a number contradicts that."""
    heard = await read_reports(kafka, counties, datetime.now(UTC))
    if doubt := await contradiction(conn, kafka, streams, heard):
        raise Rejected("restored-database", f"The topic or a neighbour has {doubt}. Run `recover` without --moved.")
    await conn.execute(_ACCEPT)


async def _own_ids(conn: asyncpg.Connection, topic: str, said: Iterable[Applied]) -> dict[StreamPosition, str]:
    """The ids that the outbox has at the positions that were reported."""
    positions = [(each.epoch, each.number) for each in said]
    epochs, numbers = [list(each) for each in zip(*positions, strict=True)] if positions else ([], [])
    return {(row["epoch"], row["number"]): row["id"] for row in await conn.fetch(_IDS, topic, epochs, numbers)}


def _require_no_loss(report: RecoveryReport, streams: ServiceStreams) -> None:
    """Rejected if a county has more than database, topics and copies have, with what to do (docs/protocol.md, J7)."""
    own, service = streams.county, streams.service
    losses = [
        f"{county} has {'written' if county == own else 'applied'} at least {numbers} more numbers of {topic}"
        for topic, said in report.topics.items()
        for county, numbers in said["lost"].items()
    ]
    losses += [
        f"a neighbour has a newer state of {key}, which its copy may not give or this version cannot read"
        for said in report.topics.values()
        for key in said["withheld"]
    ]
    if losses:
        raise Rejected(
            "neighbours-have-more",
            f"{'; '.join(losses)}. Nothing was recovered, and commands are refused.\n"
            f"Take back what a neighbour has: there `norrsam neighbours-copy --of {own} --county NEIGHBOUR --service "
            f"{service} > FILE`, here `norrsam recover --county {own} --service {service} --from-neighbours FILE`.\n"
            "Give up what nobody has: add `--accept-loss`.",
        )
