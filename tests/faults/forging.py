"""Somebody else writes to the topics: forged records and reports, and a flood of dead letters.

While it forges, all other streams must go on. Afterwards everything heals by itself, or by what the runbook says: a
database in doubt is recovered, dead letters are discarded, a county that is not heard is restarted. A forged event that
is true in each respect cannot be told from one that was forgotten: the journal has it as a command of unknown outcome.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from random import Random

from shared.contracts.topics import LINKS, topic_name
from tests.faults import completeness, letters, restoring
from tests.faults.commands import ACTORS, COUNTIES, SUBJECTS
from tests.faults.databases import AWAY
from tests.faults.field import Field
from tests.faults.journal import Journal
from tests.faults.kind import SERVERS, Kind
from tests.faults.memory import Memory
from tests.faults.plan import SHARED
from tests.faults.subject import Command, Subject
from tests.faults.waits import until
from tests.support import forger
from tests.support.forgeries import EVENTS, FALSE_ENVELOPES, NAME, REPORTS, Forgery, Record, Truth

SHORT, LONG = 1.0, 8.0
"""Seconds for which records are forged, unless FORGING says for how long."""
PATIENCE, HEALED_WITHIN = 90.0, 300.0
MENDED_EVERY = 45.0
"""Seconds after which an operator recovers what is in doubt, while it goes on."""
STEADY_SECONDS, UNHEARD_SECONDS = 8.0, 60.0
FLOOD = 3_000
_DOUBTED = "SELECT FROM identity WHERE doubt IS NOT NULL"
_ON_STREAMS = [forgery for kinds in EVENTS.values() for forgery in kinds]
_ON_LINKS = [forgery for kinds in REPORTS.values() for forgery in kinds]


def kinds(journal: Journal) -> tuple[Kind, ...]:
    """These kinds of faults; forged events that may be believed are written into ``journal``."""

    def forged(field: Field, rng: Random, county: str) -> str | None:
        """One kind, or all at random. Meanwhile the other streams must go on, again and again."""
        asked = float(os.environ.get("FORGING") or 0)
        chosen = _ON_STREAMS + _ON_LINKS if asked or rng.random() < 0.5 else [rng.choice(_ON_STREAMS + _ON_LINKS)]
        forging, memory = _Forging(field, journal, county, rng), Memory(field)
        forging.go_on_for(asked or rng.uniform(SHORT, LONG), chosen, memory)
        how = _healed(field, journal, county)
        what = f"{len(chosen)} kinds" if len(chosen) > 1 else chosen[0].name
        return f"{forging.sent} records: {what}; {how}" if forging.sent else None

    def flood(field: Field, rng: Random, county: str) -> str | None:
        truth = forger.look(field.engine.kafka, field.topic(county, ACTORS), rng)
        if truth is None:
            return None
        memory = Memory(field)
        records = [next(iter(rng.choice(FALSE_ENVELOPES).make(truth))) for _ in range(FLOOD)]
        forger.send(field.engine.kafka, records)
        how = _healed(field, journal, county)
        memory.end()
        return f"{len(records)} false records; {how}"

    return (
        Kind("forged", forged, SERVERS | frozenset(COUNTIES), slow=True, of=SHARED),
        Kind("flood of dead letters", flood, SERVERS | frozenset(COUNTIES), slow=True, of=SHARED),
    )


class _Forging:
    """Forges records on a county's topics of actors and of links."""

    def __init__(self, field: Field, journal: Journal, county: str, rng: Random) -> None:
        self.sent = 0
        self._field, self._journal, self._county, self._rng = field, journal, county, rng
        self._known: dict[str, Truth] = {}

    def go_on_for(self, seconds: float, chosen: list[Forgery], memory: Memory) -> None:
        """Forge for so long, and until all other streams have gone on; RuntimeError if they stand still."""
        now = time.monotonic()
        ends, mends, since, went_on = now + seconds, now + MENDED_EVERY, now, 0
        wanted = completeness.target(self._journal)
        while time.monotonic() < ends or not went_on:
            self._forge(self._rng.choice(chosen))
            memory.watch()
            if completeness.arrived(self._field, wanted, {(self._county, ACTORS), *_doubted(self._field)}):
                wanted, since, went_on = completeness.target(self._journal), time.monotonic(), went_on + 1
            elif time.monotonic() - since > PATIENCE:
                raise RuntimeError(f"other streams stand still while those of {self._county} are forged")
            if time.monotonic() > mends:
                _recovered(self._field)  # which may take minutes, and brings more that must arrive
                wanted, since = completeness.target(self._journal), time.monotonic()
                mends = since + MENDED_EVERY
        memory.end()

    def _forge(self, forgery: Forgery) -> None:
        on_links = forgery in _ON_LINKS
        topic = topic_name(self._county, LINKS) if on_links else self._field.topic(self._county, ACTORS)
        key = ACTORS.service.encode() if on_links else None
        truth = forger.look(self._field.engine.kafka, topic, self._rng, key) or self._known.get(topic)
        if truth is None:
            return
        self._known[topic] = truth
        records = list(forgery.make(truth))
        for record in [] if on_links else records:
            self._note(truth, record)
        forger.send(self._field.engine.kafka, records)
        self.sent += len(records)

    def _note(self, truth: Truth, record: Record) -> None:
        """Note the position that it claims, and in the journal the command that it seems to come from."""
        with suppress(ValueError):
            position = int(record.headers.get("ce_epoch") or 0), int(record.headers.get("ce_sequence") or 0)
            if position > (truth.epoch, truth.number):
                self._field.forged.add((record.topic, *position))
        for identity in _claimed(record):
            (mark,) = self._field.marks(self._county, ACTORS, [record.value or b""])
            number = self._journal.number()
            command = Command("forged", identity, mark, "", "")
            self._journal.invoke(number, ACTORS.service, self._county, command)


def _claimed(record: Record) -> Iterator[str]:
    """The id of the aggregate whose forged state may be believed."""
    with suppress(ValueError, TypeError, LookupError, RecursionError):
        data = json.loads(record.value or b"")
        if str(data["name"]).startswith(NAME):
            yield data["id"]


def _healed(field: Field, journal: Journal, county: str) -> str:
    """Heal as the runbook says, until all that was written has arrived and no doubt comes any more; what was done.

    The county is restarted first: whoever begins to lead believes an epoch on its topic that no reader has believed.
    """
    field.county(county).stop()
    field.county(county).launch()
    began, wanted, done = datetime.now(UTC), completeness.target(journal), Counter[str]()
    recovered = restarted = time.monotonic()

    def well() -> bool:
        nonlocal recovered, restarted
        if count := _recovered(field):
            recovered = time.monotonic()
            done["recovered"] += count
        for name in COUNTIES:
            done["discarded"] += letters.discard(field, name)
        problems = completeness.incomplete(field, began)
        unheard = {name for _, each in problems for name in COUNTIES if each.startswith(name) and "is complete" in each}
        if unheard and time.monotonic() - restarted > UNHEARD_SECONDS:
            for name in unheard:
                field.county(name).stop()
                field.county(name).launch()
            restarted = time.monotonic()
            done["restarted"] += len(unheard)
        quiet = time.monotonic() - recovered > STEADY_SECONDS
        return quiet and not problems and completeness.arrived(field, wanted)

    if not until(well, HEALED_WITHIN, 0.2):
        raise RuntimeError(f"it does not heal: {completeness.incomplete(field, began)[:5]}; done: {dict(done)}")
    return ", ".join(f"{count} {what}" for what, count in done.items() if count) or "nothing had to be done"


def _recovered(field: Field) -> int:
    """Recover each service that doubts its database; how many did."""
    doubted = _doubted(field)
    for name, subject in doubted:
        restoring.recover(field, name, subject)
    return len(doubted)


def _doubted(field: Field) -> list[tuple[str, Subject]]:
    """The services that doubt their databases."""
    found: list[tuple[str, Subject]] = []
    for name in COUNTIES:
        for subject in SUBJECTS:
            with suppress(*AWAY):
                if field.databases.fetch(field.database(name, subject), _DOUBTED):
                    found.append((name, subject))
    return found
