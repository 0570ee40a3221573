"""Applies the records of a subscriber's topics: each in one transaction, the effect beside the position."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.event import Event
from shared.contracts.links import LinksReported
from shared.contracts.registry import EVENTS, MARKERS
from shared.contracts.topics import STREAMS, county_of, stream_name
from shared.protocol.envelope import Envelope
from shared.protocol.judging_reports import examine_report
from shared.subscribing.deciding import RecordDecision, RecordMeaning, as_written, decide, subject_of
from shared.subscribing.state import SubscriberState
from shared.subscribing.stores import Store, is_outage

log = logging.getLogger("norrsam.subscribing")


class Withdrawn(BaseModel, frozen=True):
    """An aggregate that its county does not have any more, and has not told of by an event of its own.

    A restate shows it (docs/protocol.md, S1). If the aggregate comes back, its event is handed on again.
    """

    county: str
    stream: str
    id: UUID


Hand = Callable[[Event | Withdrawn, Any, Envelope | None], Awaitable[None]]
"""Gives the subscriber what is new, with the connection of the open transaction and the envelope of an event."""


class Delivery:
    """A subscriber by its name, its database, its topics, and the events that it asks for.

    ``classes`` are types of events, or aggregates, with all of their types.
    """

    def __init__(self, store: Store, subscriber: str, topics: Collection[str], classes: tuple[type, ...]) -> None:
        self._store = store
        self._subscriber = subscriber
        self._topics = topics
        self._known: Mapping[str, type[Event]] = {
            name: event for name, event in EVENTS.items() if issubclass(event, (*classes, *MARKERS.values()))
        }
        self._begun: set[str] = set()
        self._tables_are_there = False

    @asynccontextmanager
    async def state(self) -> AsyncIterator[SubscriberState]:
        """The subscriber's memory, in a transaction."""
        async with self._store.transaction() as conn:
            state = SubscriberState(self._store, conn, self._subscriber)
            if not self._tables_are_there:
                await state.make_tables()
            yield state
        self._tables_are_there = True

    async def take(self, record: Any, hand: Hand) -> int | None:
        """Apply the next record of its topic; give the offset to go on from if it is another one.

        A record that cannot be read, or that ``hand`` fails on, is parked. An outage is raised, and changes nothing.
        """
        try:
            instead, restated = await self._take(record, hand, None)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("parked %s at %s", record.topic, record.offset)
            instead, restated = await self._take(record, hand, f"{type(error).__name__}: {error}")
        self._begun.add(record.topic)
        if restated:
            await self._withdraw(record, hand)
        return instead

    async def hear(self, record: Any) -> None:
        """Take a report on links: a stream is complete until its time once all its numbers are here."""
        now = datetime.now(UTC)
        report = examine_report(record, now).report
        if report is None:
            return
        async with self.state() as state:
            for topic in self._told_of_by(report):
                position = await state.position(topic)
                position.hear(report, now)
                await state.move(position)

    def _told_of_by(self, report: LinksReported) -> list[str]:
        writes = {name for name, stream in STREAMS.items() if stream.service == report.service}
        return [each for each in self._topics if county_of(each) == report.county and stream_name(each) in writes]

    async def _take(self, record: Any, hand: Hand, defect: str | None) -> tuple[int | None, bool]:
        """(offset to go on from, whether a restate is to be completed). What has a ``defect`` is parked."""
        async with self.state() as state:
            position = await state.position(record.topic)
            instead = position.read_instead(record, record.topic not in self._begun)
            if instead is None:
                written = as_written(record)
                subject = subject_of(written)
                newest = await state.newest(written.topic, subject) if subject else None
                decision = decide(position, newest, written, datetime.now(UTC), self._known)
                if defect is not None:
                    decision = replace(decision, verdict=RecordMeaning.PARKED, reason="handler-error", detail=defect)
                await _carry_out(state, record, written.topic, decision, hand)
            await state.move(position)
        return instead, position.progress.restated_from is not None

    async def _withdraw(self, record: Any, hand: Hand) -> None:
        """Complete a restate that has no gap any more. If that fails, the next record of the topic tries again."""
        try:
            async with self.state() as state:
                position = await state.position(record.topic)
                first = position.progress.complete_restate()
                assert first is not None
                for gone in await state.withdraw(record.topic, position.progress.epoch, first):
                    about = Withdrawn(county=county_of(record.topic), stream=stream_name(record.topic), id=gone)
                    await hand(about, state.conn, None)
                await state.move(position)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("a restate of %s could not be completed", record.topic)


async def _carry_out(
    state: SubscriberState, record: Any, written_to: str, decision: RecordDecision, hand: Hand
) -> None:
    if decision.verdict is RecordMeaning.PARKED:
        await state.park(record, written_to, decision)
    elif decision.received and decision.verdict in (RecordMeaning.NEW, RecordMeaning.REPEATED):
        if decision.verdict is RecordMeaning.NEW:
            await hand(decision.received.event, state.conn, decision.envelope)
        await state.keep(written_to, decision.received)
