"""Disclosure control: counts of a table are hidden, so that nobody can work out a small one.

**What is proven.** A count from 1 to k-1 is *small*. Whoever reads all that is published, knows every sum that binds
the counts, and knows that each hidden count is at least 1, must still think k or more possible for each small count.
There is a whole table of whole numbers that agrees with everything shown and has k in that place. So a small count is
neither read, nor worked out from margins, nor known to be small. A count of 0 is shown; one of k or more is hidden
only where it would give a small one away.

**What is not.** Nothing is said of a reader who knows some of the hidden counts, who knows by which rule one hidden
count was chosen before another, or who has facts about the world that bind counts to each other beside the sums.

`protect` decides for counts that are published together. Counts that were published before bind it by ``known`` (they
were shown, and cannot be hidden any more) and ``hidden``. `revise` decides whether newer counts may take the place of
published ones. Nothing here knows what is counted.
"""

from bisect import insort
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

from shared.rejected import Rejected

LEAST = 5
"""k: the lowest count above 0 that may be shown."""
ALL = "*"
"""Stands for all values of a dimension in the name of a margin."""
_MOST_STEPS = 50_000

N = TypeVar("N", bound=Hashable)
_Move = tuple[N, int]
_Open = tuple[tuple[int, int], ...]
_Moves = tuple[_Move[N], ...]
_Way = tuple[int, int, int, int, _Open, _Moves[N], int]


@dataclass(frozen=True, slots=True)
class Sum(Generic[N]):
    """The count named ``whole`` is the sum of those named ``parts``."""

    whole: N
    parts: tuple[N, ...]


@dataclass(frozen=True, slots=True)
class Counts(Generic[N]):
    """Counts by name, and every sum that binds them. Raises ValueError if a sum does not add up."""

    counts: Mapping[N, int]
    sums: tuple[Sum[N], ...]

    def __post_init__(self) -> None:
        for each in self.sums:
            if self.counts[each.whole] != sum(self.counts[part] for part in each.parts):
                raise ValueError(f"{each.whole} is not the sum of its {len(each.parts)} parts")

    def __or__(self, other: "Counts[N]") -> "Counts[N]":
        """Both together. Counts of one name are one count: ValueError if they differ."""
        for name in self.counts.keys() & other.counts.keys():
            if self.counts[name] != other.counts[name]:
                raise ValueError(f"{name} has two counts")
        return Counts({**self.counts, **other.counts}, tuple(dict.fromkeys(self.sums + other.sums)))


def crossed(cells: Mapping[tuple[str, ...], int]) -> Counts[tuple[str, ...]]:
    """The cells of a table with all its margins; a margin's name has `ALL` for each dimension that it sums over."""
    counts: dict[tuple[str, ...], int] = dict(cells)
    sums: list[Sum[tuple[str, ...]]] = []
    for place in range(len(next(iter(cells), ()))):
        margins: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for name in list(counts):
            margins.setdefault((*name[:place], ALL, *name[place + 1 :]), []).append(name)
        counts |= {margin: sum(counts[part] for part in parts) for margin, parts in margins.items()}
        sums += [Sum(margin, tuple(parts)) for margin, parts in margins.items() if parts != [margin]]
    return Counts(counts, tuple(sums))


def protect(
    table: Counts[N], *, least: int = LEAST, hidden: Iterable[N] = (), known: Collection[N] = ()
) -> dict[N, int | None]:
    """Each count as it may be published: itself, or None where it is hidden.

    ``hidden`` are hidden whatever they are. ``known`` are public already, so each is shown, and none may be small.
    Raises Rejected (``not-publishable``) if what is known gives a small count away.
    """
    small = sorted((name for name, n in table.counts.items() if 0 < n < least), key=table.counts.__getitem__)
    search, covered = _Search(table, {*hidden, *small}, known), set[N]()
    for name in small:
        if name not in covered:
            moves = search.cover(name, least - table.counts[name])
            covered |= {each for each, change in moves.items() if table.counts[each] + change >= least}
    return {name: None if name in search.hidden else n for name, n in table.counts.items()}


def revise(
    before: Mapping[N, int], shown: Mapping[N, int | None], now: Counts[N], *, least: int = LEAST
) -> dict[N, int | None]:
    """The counts as they are published once ``before``, shown as ``shown``, has become ``now``.

    Who compares both versions learns of no change smaller than ``least``: the earlier one stands as it is until each
    count, shown or not, has changed by nothing, or by ``least`` or more. What was hidden stays hidden, so that the
    sums of both versions together say no more than those of the first.
    """
    changes = (abs(now.counts.get(name, 0) - before.get(name, 0)) for name in {*before, *now.counts})
    if any(0 < change < least for change in changes):
        return dict(shown)
    return protect(now, least=least, hidden={name for name, n in shown.items() if n is None} & {*now.counts})


class _Search(Generic[N]):
    """Looks for a second table in which a small count is k, and hides what differs between the two."""

    def __init__(self, table: Counts[N], hidden: set[N], known: Collection[N]) -> None:
        self.hidden: set[N] = set()
        self._known = known
        self._free = {name: n for name, n in table.counts.items() if (n or name in hidden) and name not in known}
        self._within: dict[N, list[tuple[int, int]]] = {name: [] for name in table.counts}
        self._members: list[list[tuple[N, int]]] = []
        for at, each in enumerate(table.sums):
            members = [(each.whole, -1), *((part, 1) for part in each.parts)]
            for name, sign in members:
                self._within[name].append((at, sign))
            free = [member for member in members if member[0] in self._free]
            self._members.append(sorted(free, key=self._order))
        self._hide(name for name in table.counts if name in hidden)

    def cover(self, name: N, by: int) -> dict[N, int]:
        """Hides what has to be, so that ``name`` could be higher ``by`` so much; how the counts then differ.

        Raises Rejected if nothing helps.

        Its neighbours are moved, sum by sum, until every sum adds up again; of all ways the one that hides least.
        What is hidden later leaves this way open. Without a way all counts above 0 are hidden: then more of what is
        counted, in all the counts that it belongs to, always agrees with what is shown.
        """
        moves = self._cheapest((name, by)) if name in self._free else None
        if moves is None and self._known:
            raise Rejected("not-publishable", "What is published already would give a small count away.")
        self._hide(self._free if moves is None else moves)
        return moves or {}

    def _hide(self, names: Iterable[N]) -> None:
        for name in [each for each in names if each in self._free and each not in self.hidden]:
            self.hidden.add(name)
            for at, sign in self._within[name]:
                self._members[at].remove((name, sign))
                insort(self._members[at], (name, sign), key=self._order)

    def _order(self, member: _Move[N]) -> int:
        """Those hidden stand before all others, the highest first, for it can fall furthest; then the lowest shown."""
        return -self._free[member[0]] if member[0] in self.hidden else self._free[member[0]]

    def _cheapest(self, first: _Move[N]) -> dict[N, int] | None:
        """The moves that hide least. Of ways that hide as much, the longest goes on first: it is soon at its end."""
        queue: list[_Way[N]] = []
        cheapest: dict[_Open, int] = {}
        order = count()
        self._wait(queue, next(order), 0, self._after((), first), (first,), 0)
        for _ in range(_MOST_STEPS):
            if not queue:
                return None
            cost, _, _, spent, unbalanced, moves, at = heappop(queue)
            if not unbalanced:
                return dict(moves)
            total, surplus = unbalanced[-1]
            name, sign = self._members[total][at]
            if all(name != moved for moved, _ in moves):
                move = name, -surplus * sign
                then = self._after(unbalanced, move)
                if cost < cheapest.get(then, cost + 1):
                    cheapest[then] = cost
                    self._wait(queue, next(order), cost, then, (*moves, move), 0)
            self._wait(queue, next(order), spent, unbalanced, moves, at + 1)
        return None

    def _wait(self, queue: list[_Way[N]], order: int, spent: int, unbalanced: _Open, moves: _Moves[N], at: int) -> None:
        """A way goes on with the next member of its last sum that can take what is too much, once its price is due."""
        price = 0
        if unbalanced:
            total, surplus = unbalanced[-1]
            for name, sign in self._members[total][at:]:
                if self._free[name] - surplus * sign >= min(1, self._free[name]):
                    price = 0 if name in self.hidden else self._free[name] + LEAST
                    break
                at += 1
            else:
                return
        heappush(queue, (spent + price, -len(moves), order, spent, unbalanced, moves, at))

    def _after(self, unbalanced: _Open, move: _Move[N]) -> _Open:
        """The sums that do not add up after the move, with what they have too much; the last changed stands last."""
        name, change = move
        surpluses = dict(unbalanced)
        for at, sign in self._within[name]:
            surplus = surpluses.pop(at, 0) + sign * change
            if surplus:
                surpluses[at] = surplus
        return tuple(surpluses.items())
