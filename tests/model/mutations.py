"""Mutations that remove one rule each. Under the faults that need the rule, the model must find a broken truth.

``take`` gets a `Patch`. It changes production code if the rule is in pure code, else the model's twin of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from shared.messaging import handlers
from shared.protocol import judging, judging_batches, judging_own
from shared.protocol.checkpoint import Checkpoint
from shared.protocol.filling import RepublishBackoff
from shared.protocol.judging import Judgement, RecordOutcome
from shared.protocol.progress import Progress
from shared.protocol.tail import Tail
from shared.recovery import taking_over
from shared.recovery.reconciling import RecoveryPlan
from tests.model import owner_database, receiver
from tests.model.faults import (
    Again,
    Crashed,
    Cut,
    Forged,
    Frozen,
    Lost,
    Moved,
    ReceiverRestored,
    Renewed,
    Restated,
    Restored,
    Retention,
    Unconfirmed,
)
from tests.model.machine import Protocol
from tests.model.owner import Owner
from tests.model.owner_database import OwnerDatabase, Row
from tests.model.owner_relay import Relay
from tests.model.receiver import Receiver
from tests.model.receiver_database import ReceiverDatabase
from tests.model.truths import Truth

Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Mutation:
    """Removes ``without`` from ``rule`` of the protocol. Under the faults ``given``, the model finds ``broken``.

    If that is ``rare``, it takes more than some hundred schedules.
    """

    rule: str
    without: str
    given: tuple[type[Protocol], ...]
    broken: Truth
    take: Callable[[Patch], None]
    rare: bool = False

    @property
    def name(self) -> str:
        return f"{self.rule}-{self.without.replace(' ', '-')}"


def around(owner: object, name: str, change: Callable[..., Any]) -> Callable[[Patch], None]:
    """Replace ``name`` of ``owner`` by ``change``, which gets the original as its first argument."""
    original = getattr(owner, name)
    original = original.fget if isinstance(original, property) else original

    def take(patch: Patch) -> None:
        patch.setattr(owner, name, lambda *args, **kwargs: change(original, *args, **kwargs))

    return take


def instead(owner: object, name: str, change: Callable[..., Any]) -> Callable[[Patch], None]:
    """Replace ``name`` of ``owner`` by ``change``."""

    def take(patch: Patch) -> None:
        patch.setattr(owner, name, change)

    return take


def both(*takes: Callable[[Patch], None]) -> Callable[[Patch], None]:
    def take(patch: Patch) -> None:
        for each in takes:
            each(patch)

    return take


# --- C3: numbers


def take_again(take: Any, self: Progress, epoch: int, number: int, event_id: str | None = None) -> bool:
    return bool(take(self, epoch, number, event_id)) or epoch == self.epoch


def take_lower(take: Any, self: Progress, epoch: int, number: int, event_id: str | None = None) -> bool:
    return bool(take(self, epoch, number, event_id)) or epoch < self.epoch


def forget_gaps(take: Any, self: Progress, epoch: int, number: int, event_id: str | None = None) -> bool:
    before, gaps, highest = self.epoch, list(self.gaps), self.number
    news = bool(take(self, epoch, number, event_id))
    if self.epoch == before and self.number > highest:
        self.gaps = gaps
    elif self.epoch > before:
        self.gaps = []
    return news


def keep_number(take: Any, self: Progress, epoch: int, number: int, event_id: str | None = None) -> bool:
    self.epoch = max(self.epoch, epoch)
    return bool(take(self, epoch, number, event_id))


def enter_any(take: Any, self: Progress, epoch: int, number: int, event_id: str | None = None) -> bool:
    heard, self.owner_head = self.owner_head, None
    try:
        return bool(take(self, epoch, number, event_id))
    finally:
        self.owner_head = heard


# --- C4: envelopes


def trust_false_envelope(judge: Any, checkpoint: Any, record: Any, now: Any, known: Any) -> Judgement:
    judged: Judgement = judge(checkpoint, record, now, known)
    if judged.outcome is RecordOutcome.FALSE_ENVELOPE and "ce_source" in judged.detail:
        headers = dict(record.headers)
        checkpoint.progress.accept(int(headers["ce_epoch"]), int(headers["ce_sequence"]))
    return judged


def no_bound_at_first(is_plausible: Any, self: Progress, epoch: int, number: int) -> bool:
    return epoch != self.epoch or not self.number or bool(is_plausible(self, epoch, number))


# --- C2: offsets


def keep_offset(self: ReceiverDatabase, cluster: str, now: float) -> Any:
    self.checkpoint.progress = self.position(now)
    self.checkpoint.cluster_id = cluster
    return self.checkpoint


# --- C6: rows


def offset_of(judgement: Judgement) -> int:
    return int(judgement.record.offset)


def read_all(judge_batch: Any, checkpoint: Any, records: Any, now: Any, known: Any) -> Any:
    judged, waits = judge_batch(checkpoint, records, now, known)
    return [judging.with_data(each, known) for each in judged], waits


def guard_by(*columns: str) -> Callable[[str], str]:
    def guard(stored: str) -> str:
        row, new = (", ".join(f"{table}.{column}" for column in columns) for table in (stored, "EXCLUDED"))
        return f"({row}) < ({new})"

    return guard


def checkpoint_stays(roll_back: Any, self: Receiver, before: ReceiverDatabase) -> None:
    before.checkpoint = self.db.copy().checkpoint
    roll_back(self, before)


def effect_stays(roll_back: Any, self: Receiver, before: ReceiverDatabase) -> None:
    after = self.db.copy()
    after.checkpoint = before.checkpoint
    roll_back(self, after)


# --- L: links


def report_first(report: Any, self: Relay, now: float) -> Any:
    self.__dict__["number"] = lambda: None
    try:
        return report(self, now)
    finally:
        del self.__dict__["number"]


def settle_with_gaps(settle: Any, self: Progress, now: Any) -> None:
    gaps, self.gaps = self.gaps, []
    settle(self, now)
    self.gaps = gaps


def settle_behind(settle: Any, self: Progress, now: Any) -> None:
    settle(self, now)
    if self.owner_head and not self.gaps:
        self.complete_until = max(self.complete_until or now, min(self.owner_head.as_of, now))


def hear_anything(hear: Any, self: ReceiverDatabase, age: Any, heads: Any, now: float) -> None:
    self.heard = (0, 0)
    hear(self, age, heads, now)


def confirm_anything(confirm: Any, self: ReceiverDatabase, age: Any, as_of: Any, now: float) -> None:
    confirm(self, self.heard, as_of, now)


def next_generation(lead: Any, self: Relay, now: float) -> None:
    generation = self.db.generation + 1
    lead(self, now)
    self.db.generation = generation


def no_progress(self: Receiver, now: float) -> Any:
    progress = self.db.checkpoint.progress
    since = progress.behind_since
    return progress.tail if since and since.timestamp() < now - 60 else None


def only_at_the_offset(lost_tail: Any, self: Receiver, now: float) -> Any:
    return lost_tail(self, now) if self.log.end <= self.db.checkpoint.next_offset else None


def at_the_offset_before(lost_tail: Any, self: Receiver, now: float) -> Any:
    self.__dict__["offset"] = lambda: self.db.checkpoint.next_offset
    try:
        return lost_tail(self, now)
    finally:
        del self.__dict__["offset"]


# --- R: the relay


def number_anyway(self: OwnerDatabase, rows: list[Row], before: int) -> None:
    self.assign({row.id: (self.epoch, before + step) for step, row in enumerate(rows, 1)})
    self.numbered = before + len(rows)


def confirm_what_was_sent(send: Any, self: Relay, now: float, arrive: int, confirmed: int) -> None:
    if self.align(now):
        rows = self.unsent()
        send(self, now, confirmed, confirmed)
        self.db.acknowledged = max([self.db.acknowledged, *(row.number for row in rows)])


def align_to_any_epoch(self: OwnerDatabase, highest: tuple[int, int]) -> None:
    self.acknowledged = min(self.acknowledged, highest[1])


def with_old_timestamp(record: Any, self: Row, now: float) -> Any:
    return record(self, self.written_at)


# --- S: restating


def whatever_is_missing(restated: Any, self: Progress) -> Any:
    gaps, self.gaps = self.gaps, []
    start = restated(self)
    self.gaps = gaps
    return start


def living_by_version(self: OwnerDatabase) -> list[Row]:
    last = {row.key: row for row in sorted(self.outbox, key=lambda row: row.version)}
    return [last[key] for key in sorted(last) if not last[key].event.final]


def restate_in_two(restate: Any, self: Relay, now: float) -> None:
    """Look up the living rows now, and write them at the next restate."""
    living, self.__dict__["living"] = self.__dict__.get("living"), [replace(row) for row in self.db.living()]
    if living is not None:
        restate(self, now, living)


def only_below_the_first(restate: Any, self: Relay, now: float) -> None:
    gaps = [each.gaps for said in self.db.reports.values() for each in said.applied]
    if any(gap.first < self.db.first() and gap.epoch == self.db.epoch for each in gaps for gap in each):
        restate(self, now)


# --- E: restored databases


def no_numbers(contradiction: Any, head: Any, ids: Any, places: Any) -> Any:
    return contradiction(head, ids, [place for place in places if place[:2] <= head])


def no_ids(contradiction: Any, head: Any, ids: Any, places: Any) -> Any:
    return contradiction(head, {}, places)


def only_the_next(self: Owner, now: float, known: int) -> int:
    """The next after those that the database knows, whatever clock and links say."""
    return max(self.db.epoch, *(row.place[0] for row in self.db.outbox if row.place), 0) + 1


def topic_wins(reconcile: Any, self: Owner, published: Any) -> RecoveryPlan:
    plan: RecoveryPlan = reconcile(self, published)
    return replace(plan, taken=plan.taken | plan.conflicts, conflicts={})


def nothing_is_void(reconcile: Any, self: Owner, published: Any) -> RecoveryPlan:
    plan: RecoveryPlan = reconcile(self, published)
    return replace(plan, unpublished=plan.unpublished | plan.void, void=set())


def versions_without_epochs(reconcile: Any, self: Owner, published: Any) -> RecoveryPlan:
    plan: RecoveryPlan = reconcile(self, published)
    versions = {str(row.key): row.version for row in self.db.outbox}
    return replace(plan, taken={key: each for key, each in plan.taken.items() if each.version > versions.get(key, 0)})


def nothing_is_late(reconcile: Any, self: Owner, published: Any) -> RecoveryPlan:
    plan: RecoveryPlan = reconcile(self, published)
    return replace(plan, late={})


def below_the_last_name(examine_own: Any, checkpoint: Checkpoint, record: Any, *args: Any) -> Judgement:
    judgement: Judgement = examine_own(checkpoint, record, *args)
    first = judging.examine(checkpoint, record, *args)
    return first if first.envelope and first.envelope.epoch <= max(checkpoint.named, default=0) else judgement


def nothing_is_found(reconcile: Any, self: Owner, published: Any) -> RecoveryPlan:
    return RecoveryPlan()


# --- W: writing


def out_of_order(emit: Any, self: OwnerDatabase, event: Any, version: int, now: float, again: bool = False) -> Row:
    """Put the later of two concurrent versions into the outbox first."""
    row: Row = emit(self, event, version, now, again)
    before = self.outbox[-2] if len(self.outbox) > 1 else None
    if before and before.key == row.key and not before.place and not again:
        self.outbox[-2:] = [row, before]
    return row


def without_event(write: Any, self: OwnerDatabase, event: Any, now: float, unsure: bool) -> None:
    write(self, event, now, unsure)
    if event.name.endswith("3"):
        self.outbox.pop()


def nothing(*args: Any, **kwargs: Any) -> None:
    return None


def always(*args: Any, **kwargs: Any) -> bool:
    return True


def never(*args: Any, **kwargs: Any) -> bool:
    return False


MUTATIONS = (
    Mutation("W1", "an event for each change", (), Truth.COMPLETE, around(OwnerDatabase, "write", without_event)),
    Mutation(
        "W1",
        "versions in order",
        (Restored, Restated),
        Truth.COMPLETE,
        around(OwnerDatabase, "emit", out_of_order),
        rare=True,
    ),
    Mutation("R2", "compare-and-set", (Frozen,), Truth.NUMBER, instead(OwnerDatabase, "number", number_anyway)),
    Mutation(
        "R3", "confirmation by Kafka", (Unconfirmed,), Truth.CONFIRMED, around(Relay, "send", confirm_what_was_sent)
    ),
    Mutation("R4", "align", (Cut,), Truth.SUBSCRIBER, instead(OwnerDatabase, "align", nothing)),
    Mutation(
        "R4",
        "align to zero in a new epoch",
        (Cut, Restored),
        Truth.SUBSCRIBER,
        instead(OwnerDatabase, "align", align_to_any_epoch),
        rare=True,
    ),
    Mutation("R4", "offsets that come again", (Cut,), Truth.SUBSCRIBER, instead(Tail, "note", nothing)),
    Mutation("R5", "present timestamps", (Retention,), Truth.KEPT, around(Row, "record", with_old_timestamp)),
    Mutation("C2", "next offset", (Frozen, ReceiverRestored), Truth.OWN_LOG, instead(Receiver, "in_sequence", always)),
    Mutation(
        "C2",
        "cluster id",
        (Moved, Again, Lost),
        Truth.OWN_LOG,
        both(
            instead(ReceiverDatabase, "lock", keep_offset),
            instead(Receiver, "offset", lambda self: self.db.checkpoint.next_offset),
        ),
    ),
    Mutation(
        "C2",
        "effect and checkpoint in one transaction",
        (Crashed,),
        Truth.ALIKE,
        around(Receiver, "roll_back", checkpoint_stays),
        rare=True,
    ),
    Mutation(
        "C2",
        "checkpoint and effect in one transaction",
        (Crashed,),
        Truth.ONCE,
        around(Receiver, "roll_back", effect_stays),
    ),
    Mutation("C3", "skip", (Again,), Truth.ONCE, around(Progress, "accept", take_again)),
    Mutation("C3", "gaps", (Lost,), Truth.COMPLETE, around(Progress, "accept", forget_gaps)),
    Mutation("C3", "number 0 in a new epoch", (Restored,), Truth.ALIKE, around(Progress, "accept", keep_number)),
    Mutation("C3", "skip of lower epochs", (Restored, Again), Truth.ONCE, around(Progress, "accept", take_lower)),
    Mutation(
        "C3", "skip of epochs that are over", (Restored, Forged), Truth.COMPLETE, around(Progress, "accept", enter_any)
    ),
    Mutation(
        "C4",
        "false envelopes move no number",
        (Forged,),
        Truth.ALIKE,
        around(judging_batches, "judge_envelope", trust_false_envelope),
    ),
    Mutation("C4", "bound for numbers", (Forged,), Truth.SURE, instead(Progress, "is_plausible", always)),
    Mutation(
        "C4",
        "bound for the first number",
        (Forged, Restored),
        Truth.SURE,
        around(Progress, "is_plausible", no_bound_at_first),
    ),
    Mutation(
        "C4", "waiting for the name of an epoch", (Forged,), Truth.QUIET, instead(Progress, "is_announced", always)
    ),
    Mutation("C4", "denial of an epoch", (Forged,), Truth.QUIET, instead(judging, "_denied", never)),
    Mutation(
        "C6", "newest of a batch", (Lost,), Truth.ALIKE, instead(judging_batches, "_recency", offset_of), rare=True
    ),
    Mutation("C6", "each once of a batch", (), Truth.ONE_ROW, around(receiver, "judge_batch", read_all)),
    Mutation(
        "C6", "guard by epoch", (Restored,), Truth.ALIKE, instead(handlers, "guard", guard_by("version", "number"))
    ),
    Mutation(
        "C6",
        "guard by version",
        (Restated, Lost),
        Truth.NOT_OLDER,
        instead(handlers, "guard", guard_by("epoch", "number")),
    ),
    Mutation(
        "C6", "guard by number", (Restated,), Truth.LIVING, instead(handlers, "guard", guard_by("epoch", "version"))
    ),
    Mutation("C6", "claim of reactions", (Lost,), Truth.REACTION, instead(ReceiverDatabase, "may_react", always)),
    Mutation("C7", "retry of unknown types", (Renewed,), Truth.QUIET, instead(ReceiverDatabase, "retry", nothing)),
    Mutation("L1", "newest report counts", (), Truth.NEWEST, around(ReceiverDatabase, "hear", hear_anything)),
    Mutation(
        "L1", "generation by the clock", (Restored,), Truth.QUIET, around(Relay, "lead", next_generation), rare=True
    ),
    Mutation("L2", "number all first", (), Truth.COMPLETE, around(Relay, "report", report_first)),
    Mutation("L2", "no open gap", (Lost,), Truth.COMPLETE, around(Progress, "update_completeness", settle_with_gaps)),
    Mutation(
        "L2", "head at most checkpoint", (), Truth.COMPLETE, around(Progress, "update_completeness", settle_behind)
    ),
    Mutation("L2", "time of its own report", (), Truth.COMPLETE, around(ReceiverDatabase, "confirm", confirm_anything)),
    Mutation("L3", "gap filling", (Lost,), Truth.QUIET, instead(RepublishBackoff, "is_due", never)),
    Mutation("L4", "lost tails", (Lost,), Truth.QUIET, instead(Receiver, "lost_tail", nothing)),
    Mutation("L4", "no record at all", (), Truth.ASKED, instead(Receiver, "lost_tail", no_progress)),
    Mutation(
        "L4",
        "tails lost in an empty log",
        (Retention, Lost),
        Truth.QUIET,
        around(Receiver, "lost_tail", only_at_the_offset),
        rare=True,
    ),
    Mutation(
        "L4",
        "offsets of the present Kafka",
        (Forged, Moved, Unconfirmed, Restored, Lost),
        Truth.ASKED,
        around(Receiver, "lost_tail", at_the_offset_before),
    ),
    Mutation("S1", "one transaction", (Restated,), Truth.LIVING, around(Relay, "restate", restate_in_two)),
    Mutation(
        "S1",
        "last events by epoch",
        (Restored, Renewed, Cut, Unconfirmed),
        Truth.ALIKE,
        instead(OwnerDatabase, "living", living_by_version),
    ),
    Mutation(
        "S1", "no gap within", (Restated, Lost), Truth.LIVING, around(Progress, "complete_restate", whatever_is_missing)
    ),
    Mutation("S1", "marker", (Restored,), Truth.ALIKE, instead(Progress, "mark", nothing)),
    Mutation(
        "S1",
        "dead letters spare",
        (Renewed, Restated),
        Truth.LIVING,
        instead(ReceiverDatabase, "spared", lambda self: set()),
    ),
    Mutation(
        "S1",
        "false envelopes spare nothing",
        (Forged, Restored, Cut),
        Truth.ALIKE,
        instead(
            ReceiverDatabase,
            "spared",
            lambda self: {each.judged.record.key for each in self.letters.values() if each.open},
        ),
    ),
    Mutation(
        "S2",
        "restate what cannot be filled",
        (Retention, Lost),
        Truth.QUIET,
        instead(Relay, "restate_where_needed", nothing),
    ),
    Mutation(
        "S2",
        "holes in the log",
        (Retention, Restored, Lost),
        Truth.QUIET,
        around(Relay, "restate_where_needed", only_below_the_first),
    ),
    Mutation(
        "S2", "restate before retention", (Retention,), Truth.SUBSCRIBER, instead(OwnerDatabase, "must_restate", never)
    ),
    Mutation(
        "E1",
        "new epoch",
        (Restored,),
        Truth.NUMBER,
        instead(Owner, "new_epoch", lambda self, now, known: self.db.epoch),
    ),
    Mutation(
        "E1", "epoch by clock and links", (Restored, Cut), Truth.ALIKE, instead(Owner, "new_epoch", only_the_next)
    ),
    Mutation(
        "E2", "contradiction of numbers", (Restored,), Truth.ALIKE, around(owner_database, "contradiction", no_numbers)
    ),
    Mutation("E2", "contradiction of ids", (Restored,), Truth.ALIKE, around(owner_database, "contradiction", no_ids)),
    Mutation(
        "E2",
        "the topic's tail",
        (Restored,),
        Truth.ALIKE,
        around(
            OwnerDatabase,
            "compare",
            lambda compare, self, places, source: (
                compare(self, [], source) if "topic" in source else compare(self, places, source)
            ),
        ),
    ),
    Mutation(
        "E2",
        "the neighbours",
        (Restored, Cut),
        Truth.ALIKE,
        around(
            OwnerDatabase,
            "compare",
            lambda compare, self, places, source: compare(self, places if "topic" in source else [], source),
        ),
    ),
    Mutation("E3", "reconciling", (Restored,), Truth.FOUND, around(Owner, "reconcile", nothing_is_found)),
    Mutation("E3", "own state kept", (Restored,), Truth.ACCEPTED, around(Owner, "reconcile", topic_wins)),
    Mutation(
        "E3",
        "void ends of restates",
        (Restored, Restated, Unconfirmed),
        Truth.LIVING,
        around(Owner, "reconcile", nothing_is_void),
    ),
    Mutation(
        "E3",
        "what an older database published",
        (Restored, Renewed, Retention),
        Truth.FOUND,
        around(Owner, "reconcile", nothing_is_late),
    ),
    Mutation("E3", "ages by epoch", (Restored, Cut), Truth.FOUND, around(Owner, "reconcile", versions_without_epochs)),
    Mutation("J1", "the name of an epoch", (Forged,), Truth.SURE, instead(judging_own, "examine_own", judging.examine)),
    Mutation(
        "J1",
        "the name of each epoch",
        (Forged, Restored, Retention),
        Truth.TRUE,
        around(taking_over, "examine_own", below_the_last_name),
    ),
)
