"""Which numbers an owner republishes because receivers miss them, and when (docs/protocol.md, L3).

Receivers send no request that could be lost or pile up: the owner reads their open gaps in their reports on links.
"""

from collections.abc import Collection

from shared.contracts.links import LinksReported
from shared.contracts.topics import LINKS, STREAMS
from shared.protocol.progress import Range, union

MIN_BACKOFF_SECONDS, MAX_BACKOFF_SECONDS = 60.0, 3600.0
REPORT_EXPIRES_AFTER = STREAMS[LINKS].retention
"""How long Kafka keeps a report. An older one does not count: a running service has sent a newer one."""


def missing_numbers(reports: Collection[LinksReported], topic: str, epoch: int) -> list[Range]:
    """The union of the open gaps of ``topic`` in this epoch, over all reports."""
    applied = [each for report in reports for each in report.applied if each.topic == topic]
    return union((gap.first, gap.last) for each in applied for gap in each.gaps if gap.epoch == epoch)


class RepublishBackoff:
    """When to republish: at most once a minute, doubling up to an hour while the missing numbers do not decrease."""

    def __init__(self) -> None:
        self._seconds, self._next, self._before = MIN_BACKOFF_SECONDS, 0.0, 0

    def is_due(self, missing: int, now: float) -> bool:
        """Whether to republish now, with ``missing`` numbers open; ``now`` in seconds of a monotonic clock."""
        if not missing:
            self._seconds, self._before = MIN_BACKOFF_SECONDS, 0
            return False
        if now < self._next:
            return False
        stuck = self._before and missing >= self._before
        self._seconds = min(self._seconds * 2, MAX_BACKOFF_SECONDS) if stuck else MIN_BACKOFF_SECONDS
        self._next, self._before = now + self._seconds, missing
        return True
