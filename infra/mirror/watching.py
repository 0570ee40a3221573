"""Keeps a county's mirror at work: watches what arrives, starts again what has failed, and says so in its log.

Tasks and processes are not asked: a mirror without the right to read looks as if it ran, and brings nothing.
"""

import math
import time
from collections.abc import Iterable
from dataclasses import replace

import structlog
from confluent_kafka import KafkaException
from prometheus_client import Counter, Gauge

from infra.engine.mirror import Mirror
from infra.kafka.clients import said
from infra.mirror.arrivals import LONGEST, Arrivals
from infra.mirror.newest import newest
from infra.mirror.peers import Peering, peering
from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import KafkaCluster
from shared.transport.login import LoginRefused

EVERY = 5.0
STEADY = 60.0
"""Seconds after which a mirror that runs has started well."""

_OF_OTHER = ["county", "other"]
ARRIVED = Gauge("norrsam_mirror_arrived_seconds", "Time of another county's newest record here, since 1970", _OF_OTHER)
LAG = Gauge("norrsam_mirror_lag_seconds", "By how much the newest record there is newer than here", _OF_OTHER)
RESTARTS = Counter("norrsam_mirror_restarts_total", "Times that the mirror had to be started again", ["county"])

log = structlog.get_logger()


class Watchdog:
    """Watches one mirror. The constructor starts nothing."""

    def __init__(self, mirror: Mirror, todo: Peering) -> None:
        self.mirror, self.todo = replace(mirror, configuration=todo.configuration), todo
        self.arrivals = dict.fromkeys(todo.others, Arrivals())
        self.away: set[str] = set()
        self.refused = ""
        self.began, self.wait = -math.inf, 0.0

    def run(self, settings: Settings) -> None:
        """Start the mirror and keep it at work, until the process is ended; then the mirror is stopped."""
        if self.mirror.is_outdated:
            self.mirror.stop()
        try:
            while True:
                try:
                    self.take_up(settings)
                    self.turn()
                except OSError as error:  # a full disk
                    log.warning("mirror.waits", error=str(error))
                time.sleep(EVERY)
        finally:
            self.mirror.stop()

    def take_up(self, settings: Settings) -> None:
        """Start the mirror anew if a county was joined or removed, or a password replaced, since the last look.

        What cannot be used is said once, and leaves the mirror as it was.
        """
        try:
            todo = peering(settings, self.mirror.county)
        except SettingsError as error:
            if str(error) != self.refused:
                log.warning("mirror.peers-refused", reason=str(error))
            self.refused = str(error)
            return
        self.refused = ""
        if todo == self.todo:
            return
        log.info("mirror.peers-changed", counties=list(todo.others))
        self.mirror.stop()
        self.mirror, self.todo = replace(self.mirror, configuration=todo.configuration), todo
        self.arrivals = {county: self.arrivals.get(county, Arrivals()) for county in todo.others}
        for gauge in (ARRIVED, LAG):
            gauge.clear()
        self.away &= {*todo.others, self.mirror.county}
        self.began, self.wait = -math.inf, 0.0

    def turn(self) -> None:
        """Look once, and do what is needed. While the own Kafka is away nothing is: the mirror would end at once."""
        if not self.todo.others:
            return
        here = self._look(self.mirror.county, self.todo.own, self.todo.others)
        if here is None:
            return
        ran = time.monotonic() - self.began
        if self.mirror.part.process() is not None:
            self.wait = 0.0 if ran > STEADY else self.wait
            if self.began == -math.inf:
                log.info("mirror.runs")  # an earlier watchdog has started it
                self.began = 0.0
        elif ran >= self.wait:
            self._start("it has ended" if self.began > -math.inf else None)
        for county, kafka in self.todo.others.items():
            there = self._look(county, kafka, [county]) or {}
            self.arrivals[county] = self.arrivals[county].seen(here[county], there.get(county), time.monotonic())
            ARRIVED.labels(self.mirror.county, county).set(here[county])
            if county in there:
                LAG.labels(self.mirror.county, county).set(max(there[county] - here[county], 0))
        if stuck := [county for county, each in self.arrivals.items() if each.stuck(time.monotonic())]:
            self.mirror.stop()
            self._start("nothing arrives, though there are newer records", stuck)

    def _start(self, reason: str | None, stuck: Iterable[str] = ()) -> None:
        """Start it. One that ends soon after its start is started again ever later."""
        self.mirror.start()
        now = time.monotonic()
        self.began, self.wait = now, min(self.wait * 2 or EVERY, LONGEST)
        self.arrivals = {county: each.begun(now) for county, each in self.arrivals.items()}
        if reason is None:
            log.info("mirror.started")
            return
        ages = {f"age_{county}": self.arrivals[county].age(time.time()) for county in stuck}
        log.warning("mirror.restarted", reason=reason, **ages)
        RESTARTS.labels(self.mirror.county).inc()
        if in_vain := max((self.arrivals[county].restarts + 1 for county in stuck), default=0):
            self.arrivals = {county: each.restarted(now, in_vain) for county, each in self.arrivals.items()}

    def _look(self, county: str, kafka: KafkaCluster, of: Iterable[str]) -> dict[str, float] | None:
        """As `newest`; None if the Kafka of ``county`` does not answer or refuses. Each change of that is said once."""
        try:
            found = newest(kafka, of)
        except (KafkaException, LoginRefused) as error:
            if county not in self.away:
                log.warning("mirror.kafka-away", kafka=county, reason=said(kafka, error))
            self.away.add(county)
            return None
        if county in self.away:
            log.info("mirror.kafka-answers", kafka=county)
        self.away.discard(county)
        return found
