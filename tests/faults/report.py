"""The output of a run."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from tests.faults import witness
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.journal import Entry
from tests.faults.ledger import Difference, Verdict
from tests.faults.nemesis import Struck

SHOWN_LIMIT = 5
"""How many differences of a kind are shown for a county."""


def say(text: str) -> None:
    """Print a line and flush it."""
    print(text, flush=True)


def say_round(struck: Iterable[Struck], hits: int, wanted: int) -> None:
    """Print the faults of a round."""
    for each in struck:
        how = each.how or "DID NOT HIT"
        arrived = f"all arrived {each.seconds:.1f} s later" if each.arrived else "NOT ALL HAS ARRIVED"
        say(f"{hits:>4}/{wanted}  {each.kind:<36} {each.county:<15} {how}; {arrived}")


def say_commands(entries: Sequence[Entry]) -> None:
    """Print the number of commands by kind and outcome."""
    say(f"\n{len(entries)} commands, {sum(entry.repeated is not None for entry in entries)} of them sent again later")
    for kind in sorted({entry.kind for entry in entries}):
        counts = Counter(entry.outcome.value for entry in entries if entry.kind == kind)
        say(f"  {kind:<24} " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))


def say_faults(struck: Sequence[Struck]) -> None:
    """Print the number of faults by kind, and the seconds until everything had arrived."""
    say(f"\n{len(struck)} faults, {sum(1 for each in struck if each.how)} of them hit; seconds until all had arrived:")
    kinds = defaultdict(list)
    for each in struck:
        kinds[each.kind].append(each)
    for kind, those in sorted(kinds.items()):
        seconds = [each.seconds for each in those if each.how]
        times = f"median {median(seconds):5.1f}  max {max(seconds):5.1f}" if seconds else ""
        say(f"  {kind:<36} dealt {len(those):>3}  hit {len(seconds):>3}  {times}")


def say_delivery(field: Field) -> None:
    """Print how many duplicates were skipped, and how many missing numbers were found and filled."""
    skipped = sum(witness.skipped(field.folder(name)) for name in COUNTIES)
    found = filled = 0
    for name in COUNTIES:
        for subject in SUBJECTS:
            ((more, fewer),) = field.databases.fetch(field.database(name, subject), witness.GAPS)
            found, filled = found + more, filled + fewer
    say(f"\n{skipped} duplicates skipped; {found} numbers found missing, {filled} filled")


def say_verdict(differences: Sequence[Difference], seed: int) -> None:
    """Print the differences, and their number by kind."""
    said: Counter[tuple[Verdict, str]] = Counter()
    for each in differences:
        said[each.verdict, each.county] += 1
        if said[each.verdict, each.county] <= SHOWN_LIMIT:
            first = f"; first missing in the {each.missing}" if each.missing else ""
            say(f"DIFFERS {each.verdict.value}: {each.county}: {each.aggregate}")
            say(f"        expected {each.expected}, found {each.found}{first}")
    for (verdict, county), count in said.items():
        say(f"{county}: {verdict.value} {count}")
    counts = Counter(each.verdict for each in differences)
    say(f"\nseed {seed}: " + ", ".join(f"{verdict.value} {counts[verdict]}" for verdict in Verdict))
