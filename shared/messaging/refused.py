"""Reports that come and do not count, told as faults of their topic until one of their service counts again (J4)."""

from typing import Any

from shared.contracts.topics import LINKS, county_of, stream_name
from shared.links.faults import FaultKind, Faults
from shared.protocol.judging_reports import CLOCK_AHEAD, SERVICE_KEYS


class RefusedReports:
    """Why the last report of each service does not count, by topic; nothing of a service whose last one does."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._refused: dict[str, dict[bytes, str]] = {}

    def note(self, record: Any, why: str) -> None:
        """The record does not count because of ``why``; empty if it does. Only a report of a service matters."""
        topic, key = record.topic, record.key
        if stream_name(topic) != LINKS or key not in SERVICE_KEYS:
            return
        of_topic = self._refused.setdefault(topic, {})
        if why:
            of_topic[key] = why
        else:
            of_topic.pop(key, None)
        others = {service: why for service, why in of_topic.items() if why != CLOCK_AHEAD}
        words = "; ".join(f"{service.decode()}: {why}" for service, why in sorted(others.items()))
        self._tell(FaultKind.REPORTS_REFUSED, topic, words and f"reports that come do not count ({words[:300]})")
        ahead = len(of_topic) > len(others)
        self._tell(FaultKind.CLOCK_AHEAD, topic, f"{county_of(topic)} is not heard: {CLOCK_AHEAD}" if ahead else "")

    def _tell(self, kind: FaultKind, topic: str, detail: str) -> None:
        if detail:
            self._faults.begin(kind, detail, topic)
        else:
            self._faults.end(kind, topic)
