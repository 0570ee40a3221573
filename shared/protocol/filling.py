"""What an owner publishes again because others miss it, and when (delivery rule L3).

No request is ever sent that could be lost or pile up: an owner sees in the reports on links what others miss.
"""

from collections.abc import Collection

from shared.contracts.links import LinksReported
from shared.contracts.topics import LINKS, STREAMS
from shared.protocol.progress import Range, union

MIN_BACKOFF_SECONDS, MAX_BACKOFF_SECONDS = 60.0, 3600.0
REPORT_EXPIRES_AFTER = STREAMS[LINKS].retention
"""As long as Kafka keeps reports. Whoever has said nothing for so long is asked for nothing: it says it anew."""


def missing_numbers(reports: Collection[LinksReported], topic: str, epoch: int) -> list[Range]:
    """The numbers of this epoch that somebody has said to miss."""
    applied = [each for report in reports for each in report.applied if each.topic == topic]
    return union((gap.first, gap.last) for each in applied for gap in each.gaps if gap.epoch == epoch)


class RepublishBackoff:
    """When to publish again what others miss: at most once a minute, and ever more seldom while it does not help."""

    def __init__(self) -> None:
        self._seconds, self._next, self._before = MIN_BACKOFF_SECONDS, 0.0, 0

    def is_due(self, missing: int, now: float) -> bool:
        """Whether to act now on so many missing numbers; ``now`` in seconds of a clock that does not jump."""
        if not missing:
            self._seconds, self._before = MIN_BACKOFF_SECONDS, 0
            return False
        if now < self._next:
            return False
        stuck = self._before and missing >= self._before
        self._seconds = min(self._seconds * 2, MAX_BACKOFF_SECONDS) if stuck else MIN_BACKOFF_SECONDS
        self._next, self._before = now + self._seconds, missing
        return True
