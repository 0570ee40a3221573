"""Ends what a partner has with its agreement, and measures where each partner stands: `norrsam partners run`.

It takes away and never gives: who is let in is decided by a person, with `norrsam partners apply`.
"""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Hashable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from confluent_kafka import KafkaException
from prometheus_client import Gauge

from infra.access.applying import remove
from infra.kafka.clients import said
from infra.partners.agreement import Agreement, day
from infra.partners.folder import agreements
from infra.partners.forwarding import keep_forwarding
from infra.partners.listing import parked, positions
from infra.partners.posting import keep_posting
from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import KafkaCluster, is_from_kafka

EVERY = 30.0
_OF_PARTNER = ["county", "partner"]
_OF_GROUP = [*_OF_PARTNER, "group", "topic"]

BEHIND = Gauge("norrsam_partner_behind_events", "Events that a partner's group has not read", _OF_GROUP)
AGE = Gauge("norrsam_partner_behind_seconds", "Age of the oldest event that a partner has not read", _OF_GROUP)
TO_LOSS = Gauge("norrsam_partner_loss_seconds", "Time until an event is deleted unread; +Inf: never", _OF_GROUP)
PARKED = Gauge("norrsam_partner_parked_events", "Events that a partner's webhook has refused", _OF_PARTNER)
LEFT = Gauge("norrsam_partner_agreement_days", "Days until the agreement ends; below 0 it has ended", _OF_PARTNER)
REFUSED = Gauge("norrsam_partners_unchecked", "Whether agreements cannot be read, or Kafka does not answer", ["county"])

log = structlog.get_logger()


@dataclass
class Keeper:
    """Looks at the agreements of a county again and again. Those that cannot be read go on as they were read last."""

    settings: Settings
    county: str
    kafka: KafkaCluster
    passwords: Path
    known: list[Agreement] = field(default_factory=list)
    reason: str = ""

    async def run(self) -> None:
        """Keep on until cancelled, and send to those whose agreement holds. A task that fails ends it all."""
        running: dict[Hashable, asyncio.Task[None]] = {}
        try:
            while True:
                await asyncio.to_thread(self.turn)
                wanted = dict(self._works())
                await _cancel([running.pop(gone) for gone in running.keys() - wanted.keys()])
                for key in wanted.keys() - running.keys():
                    running[key] = asyncio.create_task(wanted[key]())
                await asyncio.sleep(EVERY)
                for failed in [task for task in running.values() if task.done()]:
                    failed.result()
        finally:
            await _cancel(running.values())

    def _works(self) -> Iterator[tuple[Hashable, Callable[[], Coroutine[Any, Any, None]]]]:
        """The work for each partner now, by what it depends on: another address or stream is other work."""
        county, counties = self.county, self._counties()
        origin = origin_of(self.settings, county)
        for each in self.holding():
            if topic := each.own_topic(county):
                yield (each.agency, topic), partial(keep_forwarding, self.kafka, county, each, counties)
            if each.webhook:
                password = self.passwords / each.user(county)
                yield each, partial(keep_posting, self.kafka, county, each, counties, origin, password)

    def holding(self) -> list[Agreement]:
        """The agreements that hold now."""
        return [each for each in self.known if each.holds(day(self.settings.now()))]

    def turn(self) -> None:
        """Look once. A fault is said once, until another comes or it has ended."""
        reason = ""
        try:
            self.known = agreements(self.settings)
        except SettingsError as error:
            reason = str(error)
        try:
            self._end()
            self._measure()
        except Exception as error:
            if not (isinstance(error, KafkaException) or is_from_kafka(error)):
                raise
            reason = reason or said(self.kafka, error)
        if reason and reason != self.reason:
            log.warning("partners.unchecked", reason=reason)
        self.reason = reason
        REFUSED.labels(self.county).set(bool(reason))

    def _end(self) -> None:
        today = day(self.settings.now())
        LEFT.clear()
        for each in self.known:
            LEFT.labels(self.county, each.agency).set((each.valid_until - today).days)
            if today > each.valid_until and remove(self.kafka, each.user(self.county)):
                (self.passwords / each.user(self.county)).unlink(missing_ok=True)
                log.info("partners.ended", partner=each.agency, until=str(each.valid_until))

    def _measure(self) -> None:
        counties, now = self._counties(), self.settings.now()
        found = {
            each.agency: positions(self.kafka, each.groups, each.topics(self.county, counties), now)
            for each in self.holding()
        }
        refused = {
            each.agency: asyncio.run(parked(self.kafka, each, self.county)) for each in self.holding() if each.webhook
        }
        for gauge in (BEHIND, AGE, TO_LOSS, PARKED):
            gauge.clear()
        for agency, count in refused.items():
            PARKED.labels(self.county, agency).set(count)
        for agency, of_agency in found.items():
            for position in of_agency:
                labels = (self.county, agency, position.group, position.topic)
                BEHIND.labels(*labels).set(position.events + position.lost)
                AGE.labels(*labels).set(position.seconds)
                TO_LOSS.labels(*labels).set(position.to_loss)

    def _counties(self) -> list[str]:
        return [each.name for each in self.settings.counties]


async def _cancel(tasks: Collection[asyncio.Task[None]]) -> None:
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def origin_of(settings: Settings, county: str) -> str:
    """The name by which a webhook knows this county: the host of its public address."""
    return urlsplit(settings.address(settings.county(county))).hostname or county
