"""The owner's relay: it numbers events, sends them, fills gaps and reports its position on links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from shared.contracts.links import Applied, LinksReported, Written, links_id
from shared.links import heard, reporter
from shared.links import reports as links
from shared.messaging import leading, numbering, sender
from shared.messaging import relay as production
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.filling import RepublishBackoff, missing_numbers
from shared.protocol.judging_own import numbered_event
from shared.protocol.progress import Range
from shared.protocol.tail import Tail
from shared.recovery import republishing, restating, taking_over
from tests.model.log import Log, Record
from tests.model.owner_database import OwnerDatabase, Row
from tests.model.toys import COUNTY, RETENTION, SERVICE, TOPIC, stands_for, time_of
from tests.model.truths import Truth, claim


@dataclass
class Relay:
    """``log`` is the topic on the owner's Kafka. The ``frozen`` fields hold the unfinished work of a frozen process."""

    db: OwnerDatabase = field(default_factory=OwnerDatabase)
    log: Log = field(default_factory=Log)
    frozen_numbering: tuple[list[Row], int] | None = None
    frozen_sending: list[Record] = field(default_factory=list)
    backoff: RepublishBackoff = field(default_factory=RepublishBackoff)
    counter: int = 0
    aligned: bool = False
    tail: Tail = field(default_factory=Tail)
    whole: LinksReported | None = None  # the last report that did not carry its time alone
    named: dict[int, int] = field(default_factory=lambda: {1: 0})  # the heads that its county has said, by epoch
    restated: dict[str, set[UUID]] = field(default_factory=dict)  # what was living, by the id of the marker

    # --- leading

    @stands_for(leading.lead, links.next_generation)
    def lead(self, now: float) -> None:
        """Let another process lead. It knows only the database and the topic."""
        self.db.generation = max(self.db.generation + 1, int(now * 1000))
        self.backoff, self.counter, self.aligned, self.whole = RepublishBackoff(), 0, False, None

    @stands_for(numbering.number)
    def number(self) -> None:
        if not self.db.doubt:
            self.db.number(self.db.unnumbered(), self.db.numbered)

    @stands_for("a leader that is frozen while it numbers")
    def freeze_numbering(self, now: float) -> None:
        self.frozen_numbering = self.db.unnumbered(), self.db.numbered
        self.lead(now)

    def wake_up(self, now: float) -> None:
        """Finish the frozen work as if no time had passed."""
        if self.frozen_numbering and not self.db.doubt:
            self.db.number(*self.frozen_numbering)
        for record in self.frozen_sending:
            self.log.append(replace(record, timestamp=int(now * 1000)), unexpected=True)
        self.frozen_numbering, self.frozen_sending = None, []

    # --- sending

    @stands_for(sender.Sender._next_rows)
    def unsent(self) -> list[Row]:
        return self.db.numbered_rows((self.db.epoch, self.db.acknowledged + 1), (self.db.epoch, self.db.numbered))

    @stands_for(sender.Sender._send_all)
    def send(self, now: float, arrive: int, confirmed: int) -> None:
        """Send ``arrive`` events and confirm ``confirmed`` of them. If some stay unconfirmed, renew the producer."""
        if not self.align(now):
            return
        rows = self.unsent()
        if known := rows[: min(arrive, confirmed)]:
            self.put(now, known)
            self.db.acknowledged = self.tail.confirmed = known[-1].number
        for row in rows[confirmed:arrive]:
            self.log.append(row.record(now), unexpected=True)
            self.aligned = False

    @stands_for(sender.Sender._send)
    def put(self, now: float, rows: list[Row]) -> None:
        """Append the rows to the topic, and send again the records that it has lost meanwhile."""
        offset = self.log.end
        for record in [row.record(now) for row in rows]:
            claim(record.timestamp >= (now - RETENTION) * 1000, Truth.KEPT)
            self.log.append(record)
        self.aligned = self.aligned and offset >= self.tail.end
        if lost := self.tail.note(offset, len(rows)):
            self.send_again(now, [lost])

    def freeze_sending(self, now: float) -> None:
        """Freeze the leader while it sends a batch, and let another take over."""
        if self.align(now):
            self.frozen_sending = [row.record(now) for row in self.unsent()]
        self.lead(now)

    @stands_for(sender.Sender._align, sender._ALIGN)
    def align(self, now: float) -> bool:
        """Whether the relay may send. A new producer first compares the topic with the database."""
        if not self.aligned and not self.db.doubt:
            records = self.log.records[-sender.TAIL_RECORDS :]
            own = self.own_checkpoint(now)
            places = [place for record in records if (place := numbered_event(own, record, time_of(now)))]
            self.db.compare(places, "the topic itself")
            if not self.db.doubt and (places or not self.log.end):
                self.db.align(max((place[:2] for place in places), default=(0, 0)))
            self.tail = Tail(self.log.end, self.db.acknowledged)
            self.aligned = True
            self.name()
        return not self.db.doubt

    @stands_for(heard.own_events, taking_over.read_topic)
    def own_checkpoint(self, now: float) -> Checkpoint:
        """All that the county knows of its own topic, by its database and by what it has said on links."""
        own = self.db.own_checkpoint()
        own.hear([Applied(topic=TOPIC, epoch=epoch, number=last) for epoch, last in self.named.items()], time_of(now))
        return own

    @stands_for(reporter.Reporter._send_all)
    def name(self) -> None:
        """Say the head on links, as each leader does before it sends the first event of an epoch."""
        if not self.db.doubt:
            self.named[self.db.epoch] = max(self.named.get(self.db.epoch, 0), self.db.numbered)

    @stands_for(sender.Sender._resend_range, republishing.republish)
    def send_again(self, now: float, ranges: Iterable[Range]) -> None:
        if self.align(now):
            for first, last in ranges:
                confirmed = min(last, self.db.acknowledged)
                if rows := self.db.numbered_rows((self.db.epoch, first), (self.db.epoch, confirmed)):
                    self.put(now, rows)

    # --- links

    @stands_for(production.Relay._report)
    def turn(self, now: float) -> LinksReported | None:
        """Purge, restate if needed, fill gaps, and return the report for links; None if the database is in doubt."""
        if self.db.doubt:
            return None
        self.restate_where_needed(now)
        self.purge_log(now)
        said = self.shorten(self.report(now))
        self.name()
        gaps = missing_numbers(self.db.reports.values(), TOPIC, self.db.epoch)
        if self.backoff.is_due(sum(last - first + 1 for first, last in gaps), now):
            self.send_again(now, gaps)
        return said

    @stands_for(reporter.Reporter._send_all)
    def shorten(self, report: LinksReported) -> LinksReported:
        """The report as it is sent: its time alone if nothing has changed, but for every tenth."""
        said = report.since(self.whole) if self.whole and report.counter % 10 else report
        self.whole = self.whole.model_copy(update={"as_of": said.as_of}) if self.whole and said.unchanged else said
        return said

    @stands_for(links.build_report)
    def report(self, now: float) -> LinksReported:
        """Build the report. The order matters: take ``now``, number all rows, then read the head (L2)."""
        self.number()
        self.counter += 1
        head = Written(topic=TOPIC, epoch=self.db.epoch, first=self.db.first(), last=self.db.numbered)
        return LinksReported(
            id=links_id(COUNTY, SERVICE),
            county=COUNTY,
            service=SERVICE,
            generation=self.db.generation,
            counter=self.counter,
            as_of=time_of(now),
            written=(head,),
        )

    @stands_for(links.accept_report)
    def hear(self, said: LinksReported) -> None:
        kept = self.db.reports.get(said.county)
        if self.db.doubt or (kept and kept.recency >= said.recency):
            return
        self.db.reports[said.county] = said
        places = [(each.epoch, each.number, each.event_id) for each in said.applied if each.number]
        self.db.compare(places, said.county)

    # --- restating

    def restate(self, now: float, living: list[Row] | None = None) -> None:
        if not self.db.doubt:
            marker, keys = self.db.restate(now, living)
            self.restated[str(marker)] = keys

    @stands_for(restating.restate_where_needed)
    def restate_where_needed(self, now: float) -> None:
        seldom = self.db.restated_at and self.db.restated_at > now - restating.MIN_RESTATE_INTERVAL.total_seconds()
        lacking = missing_numbers(self.db.reports.values(), TOPIC, self.db.epoch)
        gaps = [(first, min(last, self.db.numbered)) for first, last in lacking if first <= self.db.numbered]
        have = sum(len(self.db.numbered_rows((self.db.epoch, first), (self.db.epoch, last))) for first, last in gaps)
        if have < sum(last - first + 1 for first, last in gaps) and not seldom:
            self.restate(now)

    @stands_for(restating.purge_log)
    def purge_log(self, now: float) -> None:
        if self.db.must_restate(now):
            self.restate(now)
        self.db.purge(now)
