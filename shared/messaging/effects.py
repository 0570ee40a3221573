"""Kinds of records in a batch, and their effects in the inbox's transaction (docs/protocol.md, C3 to C9)."""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from shared.contracts.topics import LINKS, stream_name
from shared.links import reports
from shared.links.faults import Faults
from shared.messaging import dead_letters
from shared.messaging.handlers import Handler, apply, look_up_versions
from shared.messaging.outbox import Writer
from shared.messaging.refused import RefusedReports
from shared.outages import is_outage
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.judging import Judgement, RecordOutcome
from shared.protocol.judging_batches import judge_batch
from shared.protocol.judging_reports import judge_report
from shared.protocol.service_streams import ServiceStreams
from shared.threads import beside_requests
from shared.transport.reading import Record

NOT_NEWER = "not newer than what was heard, or it repeats what was missed"


class Defect(Exception):  # noqa: N818 - one of the three kinds of failure, beside Rejected and Outage
    """A handler failed, and waiting will not help."""


class Effects:
    """The effects on one service's database. Which reports do not count becomes one of ``faults``."""

    def __init__(self, streams: ServiceStreams, handlers: Sequence[Handler], writer: Writer, faults: Faults) -> None:
        self._streams, self._handlers, self._writer = streams, handlers, writer
        self._refused = RefusedReports(faults)

    async def judge(
        self, conn: asyncpg.Connection, checkpoint: Checkpoint, records: Sequence[Record]
    ) -> tuple[list[Judgement], Judgement | None]:
        """The judgements of the records before the first that must wait, and that one's. Moves the checkpoint."""
        await look_up_versions(conn, self._handlers, checkpoint, records)
        checkpoint.last_record_at = now = datetime.now(UTC)
        if stream_name(checkpoint.topic) == LINKS:
            return [judge_report(checkpoint, record, now) for record in records], None
        return await beside_requests(len(records), lambda: judge_batch(checkpoint, records, now))

    async def take(self, conn: asyncpg.Connection, checkpoint: Checkpoint, judgements: Sequence[Judgement]) -> int:
        """Store dead letters, accept reports and run the handlers; give the number of events that these have emitted.

        Defect if a handler fails, or a report cannot be accepted.
        """
        for each in judgements:
            if each.dead:
                await dead_letters.store(conn, each)
                self._refused.note(each.record, each.detail)
        try:
            for each in judgements:
                if each.report:
                    counts = await reports.accept_report(conn, self._streams, each.report, checkpoint.cluster_id)
                    self._refused.note(each.record, "" if counts else NOT_NEWER)
            received = [each.received for each in judgements if each.received]
            return await apply(conn, self._writer, self._handlers, checkpoint, received)
        except Exception as error:
            if is_outage(error):
                raise
            raise Defect from error

    async def put_aside(self, conn: asyncpg.Connection, record: Record, defect: Defect) -> Judgement:
        """Store the record that has caused ``defect`` as a dead letter. No handler runs, for it may fail again."""
        failed = Judgement(record, RecordOutcome.HANDLER_ERROR, repr(defect.__cause__)[:300])
        await dead_letters.store(conn, failed)
        return failed
