"""Keeps a county's mirror at work: watches what arrives, starts again what has failed, and says so in its log.

Tasks and processes are not asked: a mirror without the right to read looks as if it ran, and brings nothing.
"""

import math
import time
from collections.abc import Iterable, Mapping

import structlog
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from infra.engine.mirror import Mirror
from infra.kafka.clients import configuration, said
from infra.mirror.arrivals import LONGEST, Arrivals
from shared.contracts.topics import LINKS, topic_name
from shared.transport.kafka import KafkaCluster
from shared.transport.login import LoginRefused

EVERY = 5.0
ANSWERS_WITHIN = 5.0
STEADY = 60.0
"""Seconds after which a mirror that runs has started well."""

log = structlog.get_logger()


class Watchdog:
    """Watches one mirror. The constructor starts nothing."""

    def __init__(self, mirror: Mirror, own: KafkaCluster, others: Mapping[str, KafkaCluster]) -> None:
        self.mirror, self.own, self.others = mirror, own, others
        self.arrivals = dict.fromkeys(others, Arrivals())
        self.away: set[str] = set()
        self.began, self.wait = -math.inf, 0.0

    def run(self) -> None:
        """Start the mirror and keep it at work, until the process is ended; then the mirror is stopped."""
        try:
            while True:
                try:
                    self.turn()
                except OSError as error:  # a full disk
                    log.warning("mirror.waits", error=str(error))
                time.sleep(EVERY)
        finally:
            self.mirror.stop()

    def turn(self) -> None:
        """Look once, and do what is needed. While the own Kafka is away nothing is: the mirror would end at once."""
        here = self._look(self.mirror.county, self.own, self.others)
        if here is None:
            return
        ran = time.monotonic() - self.began
        if self.mirror.part.process() is not None:
            self.wait = 0.0 if ran > STEADY else self.wait
            self.began = max(self.began, 0.0)  # an earlier watchdog may have started it
        elif ran >= self.wait:
            self._start("it has ended" if self.began > -math.inf else None)
        for county, kafka in self.others.items():
            there = self._look(county, kafka, [county]) or {}
            self.arrivals[county] = self.arrivals[county].seen(here[county], there.get(county), time.monotonic())
        if stuck := [county for county, each in self.arrivals.items() if each.stuck(time.monotonic())]:
            self.mirror.stop()
            self._start("nothing arrives, though there are newer records", stuck)

    def _start(self, reason: str | None, stuck: Iterable[str] = ()) -> None:
        """Start it. One that ends soon after its start is started again ever later."""
        self.mirror.start()
        self.began, self.wait = time.monotonic(), min(self.wait * 2 or EVERY, LONGEST)
        if reason is None:
            log.info("mirror.started")
            return
        ages = {f"age_{county}": self.arrivals[county].age(time.time()) for county in stuck}
        log.warning("mirror.restarted", reason=reason, **ages)
        for county in stuck:
            self.arrivals[county] = self.arrivals[county].restarted(time.monotonic())

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


def newest(kafka: KafkaCluster, counties: Iterable[str]) -> dict[str, float]:
    """The time of the newest record in the `links` of each county, in seconds since 1970; 0 if there is none.

    KafkaException if it does not answer in five seconds or does not allow it, LoginRefused if it lets nobody in. Each
    call logs in anew: a new password counts.
    """
    wanted = {TopicPartition(topic_name(county, LINKS), 0): county for county in counties}
    client = AdminClient({**configuration(kafka), "error_cb": _ignore})
    asked = client.list_offsets(dict.fromkeys(wanted, OffsetSpec.max_timestamp()), request_timeout=ANSWERS_WITHIN)
    return {wanted[partition]: max(answer.result().timestamp, 0) / 1000 for partition, answer in asked.items()}


def _ignore(_: object) -> None:
    """Ignore failed tries of the client: only the outcome counts."""
