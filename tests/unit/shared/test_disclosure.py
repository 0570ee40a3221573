"""Counts that are shown and hidden. The attackers here look for whole tables that agree with all that is published.

`Flows` is exact for tables of one or two dimensions, and quick: there each count stands in two sums at most, so that a
table with one count changed is a flow from sum to sum. `Attacker` takes any sums, and tries tables one by one.
"""

import random
from collections.abc import Collection, Mapping
from contextlib import suppress

import pytest

from shared.disclosure import ALL, LEAST, Counts, Sum, crossed, protect, revise
from shared.rejected import Rejected

Name = tuple[str, ...]
Shown = Mapping[Name, int | None]
Bounds = dict[Name, tuple[int, int]]
MOST = 10_000


class Attacker:
    """Knows all that is shown, each sum, and that what is hidden is at least 1, but for ``maybe_zero``."""

    def __init__(self, table: Counts[Name], shown: Shown, maybe_zero: Collection[Name] = ()) -> None:
        self._near = table.counts  # only says which tables are tried first
        self._rows = [((each.whole, -1), *((part, 1) for part in each.parts)) for each in table.sums]
        self._of: dict[Name, list[int]] = {name: [] for name in shown}
        for at, row in enumerate(self._rows):
            for name, _ in row:
                self._of[name].append(at)
        hidden = {name: (0 if name in maybe_zero else 1, MOST) for name, n in shown.items() if n is None}
        self._start: Bounds = {name: (n, n) for name, n in shown.items() if n is not None} | hidden

    def thinks_possible(self, name: Name, least: int) -> bool:
        """Whether some table that agrees with everything has at least so much in that place."""
        self._steps = 2_000
        low, high = self._start[name]
        return least <= high and self._solve({**self._start, name: (max(least, low), high)}, [*self._start])

    def _solve(self, bounds: Bounds, changed: list[Name]) -> bool:
        self._steps -= 1
        assert self._steps, "the attacker gave up"
        if not self._narrow(bounds, changed):
            return False
        undecided = [name for name, (low, high) in bounds.items() if low < high]
        if not undecided:
            return True
        name = min(undecided, key=lambda one: (bounds[one][1] - bounds[one][0], one))
        low, high = bounds[name]
        near = sorted(range(low, min(high, low + 200) + 1), key=lambda n: abs(n - self._near[name]))
        return any(self._solve({**bounds, name: (n, n)}, [name]) for n in near)

    def _narrow(self, bounds: Bounds, changed: list[Name]) -> bool:
        todo = {at for name in changed for at in self._of[name]}
        while todo:
            row = self._rows[todo.pop()]
            ends = {name: tuple(sorted(sign * end for end in bounds[name])) for name, sign in row}
            lowest, highest = (sum(end[side] for end in ends.values()) for side in (0, 1))
            for name, sign in row:
                low, high = ends[name]
                low, high = max(low, high - highest), min(high, low - lowest)
                if low > high:
                    return False
                if (low, high) != ends[name]:
                    bounds[name] = (low, high) if sign > 0 else (-high, -low)
                    todo |= {*self._of[name]}
        return True


class Flows:
    """Knows the same, of a table with one or two dimensions."""

    def __init__(self, table: Counts[Name], shown: Shown) -> None:
        within: dict[Name, list[tuple[int, int]]] = {name: [] for name in shown}
        for at, each in enumerate(table.sums):
            for name, sign in ((each.whole, -1), *((part, 1) for part in each.parts)):
                within[name].append((at, sign))
        side = self._sides([ends for ends in within.values() if len(ends) == 2])
        self._ends: dict[Name, tuple[int, int]] = {}
        for name, ends in within.items():
            points = {side.get(at, 1) * sign: at for at, sign in ends}
            self._ends[name] = (points.get(1, -1), points.get(-1, -1))
        self._room = {name: table.counts[name] - 1 for name, n in shown.items() if n is None}

    @staticmethod
    def _sides(pairs: list[list[tuple[int, int]]]) -> dict[int, int]:
        side: dict[int, int] = {pairs[0][0][0]: 1} if pairs else {}
        while True:
            known = len(side)
            for (a, sign_a), (b, sign_b) in pairs:
                for one, other in ((a, b), (b, a)):
                    if one in side:
                        assert side.setdefault(other, -side[one] * sign_a * sign_b) == -side[one] * sign_a * sign_b
            if len(side) == known:
                return side

    def thinks_possible(self, name: Name, least: int) -> bool:
        """Whether so much can flow back from where ``name`` ends to where it begins."""
        room = dict(self._room)
        if name not in room:
            return False
        missing, edge = least - 1 - room.pop(name), self._ends[name]
        return all(self._push(room, *edge) for _ in range(missing))

    def _push(self, room: dict[Name, int], start: int, end: int) -> bool:
        came: dict[int, tuple[int, Name, int]] = {start: (start, (), 0)}
        queue = [start]
        for node in queue:
            for name, left in room.items():
                raised_from, raised_to = self._ends[name]
                for one, other, by in ((raised_to, raised_from, 1), (raised_from, raised_to, -1)):
                    if one == node and other not in came and (by > 0 or left > 0):
                        came[other] = (node, name, by)
                        queue.append(other)
        if end not in came:
            return False
        while end != start:
            end, name, by = came[end]
            room[name] += by
        return True


def given_away(table: Counts[Name], shown: Shown, maybe_zero: Collection[Name] = ()) -> list[Name]:
    """The small counts of which the attacker knows that they are small."""
    plain = all(len(name) < 3 for name in shown) and not maybe_zero
    attacker = Flows(table, shown) if plain else Attacker(table, shown, maybe_zero)
    return [name for name, n in table.counts.items() if 0 < n < LEAST and not attacker.thinks_possible(name, LEAST)]


def county(at: random.Random, rows: int = 6, columns: int = 5) -> dict[Name, int]:
    """Counts as they are in a county: many zeros, many small, few large."""
    common, names = at.choice([1, 4, 20]), [f"s{column}" for column in range(at.randint(1, columns))]
    return {
        (f"m{row}", name): at.choice([0, 0, at.randint(1, 4), at.randint(1, 4 + common)])
        for row in range(at.randint(1, rows))
        for name in names
    }


def visible(shown: Shown) -> dict[Name, int]:
    return {name: n for name, n in shown.items() if n is not None}


@pytest.mark.parametrize("seed", range(20))
def test_no_small_count_of_a_county_is_known_to_be_small(seed: int) -> None:
    at = random.Random(seed)
    for _ in range(100):
        table = crossed(county(at))
        shown = protect(table)
        assert given_away(table, shown) == [], table.counts
        assert all(n == table.counts[name] and (n == 0 or n >= LEAST) for name, n in visible(shown).items())
        assert all(shown[name] == 0 for name, n in table.counts.items() if n == 0)


@pytest.mark.parametrize("seed", range(2))
def test_tables_that_share_margins_give_nothing_away_together(seed: int) -> None:
    at = random.Random(seed)
    for _ in range(20):
        places, kinds, weeks = (f"p{n}" for n in range(4)), ("a", "b", "c"), ("w1", "w2", "w3")
        cells: dict[Name, int] = {
            (place, kind, week): at.choice([0, 0, 0, 1, 2, 7]) for place in places for kind in kinds for week in weeks
        }
        whole = crossed(cells)
        by_kind = crossed({(*name[:2], ALL): whole.counts[*name[:2], ALL] for name in cells})
        by_week = crossed({(name[0], ALL, name[2]): whole.counts[name[0], ALL, name[2]] for name in cells})
        both = by_kind | by_week
        assert given_away(both, protect(both)) == [], both.counts


@pytest.mark.parametrize("seed", range(4))
def test_a_later_table_keeps_to_what_an_earlier_one_has_said(seed: int) -> None:
    at = random.Random(seed)
    refused = 0
    for _ in range(20):
        table = crossed(county(at, 4, 4))
        first = protect(table)
        year = {(f"y{n}", *name): at.choice([0, 3, 9]) for n in range(2) for name in [("m0", "s0")]}
        name = ("m0", "s0")
        later = Counts(
            {name: table.counts[name], **year, ("total",): table.counts[name] + sum(year.values())},
            (Sum(("total",), (name, *year)),),
        )
        both = table | later
        hidden = {one for one, n in first.items() if n is None}
        second: Shown = {}
        with suppress(Rejected):
            second = protect(both, hidden=hidden, known=visible(first))
        if not second:
            refused += 1
            continue
        assert visible(first) == {one: n for one, n in visible(second).items() if one in first}
        assert given_away(both, second, maybe_zero=hidden) == []
    assert refused < 20


def test_hiding_the_small_ones_alone_does_not_withstand_the_attacker() -> None:
    table = crossed({("Bjurholm", "post"): 3, ("Bjurholm", "skola"): 9, ("Umeå", "post"): 20, ("Umeå", "skola"): 30})
    primary = {name: None if 0 < n < LEAST else n for name, n in table.counts.items()}
    row_only = {**primary, ("Bjurholm", "skola"): None}

    assert given_away(table, primary) == given_away(table, row_only) == [("Bjurholm", "post")]
    assert given_away(table, protect(table)) == []
    assert sum(n is None for n in protect(table).values()) == 4, "a rectangle, and no margin"


def test_two_small_counts_whose_sum_is_small_need_a_third() -> None:
    table = crossed({("a",): 2, ("b",): 1, ("c",): 30, ("d",): 40})

    assert given_away(table, {**table.counts, ("a",): None, ("b",): None}) == [("a",), ("b",)]
    assert protect(table) == {("a",): None, ("b",): None, ("c",): None, ("d",): 40, (ALL,): 73}


def test_a_small_total_is_hidden_with_its_parts_but_zeros_are_shown() -> None:
    table = crossed({("a",): 2, ("b",): 0})

    assert protect(table) == {("a",): None, ("b",): 0, (ALL,): None}


def test_counts_that_give_nothing_away_are_all_shown() -> None:
    table = crossed({("a", "x"): 5, ("a", "y"): 0, ("b", "x"): 17, ("b", "y"): 6})

    assert protect(table) == table.counts
    assert table.counts[ALL, ALL] == 28


def test_a_count_that_is_public_cannot_hide_a_small_one_any_more() -> None:
    table = crossed({("a",): 3, ("b",): 20})

    with pytest.raises(Rejected) as refusal:
        protect(table, known={("b",), (ALL,)})
    assert refusal.value.slug == "not-publishable"
    assert protect(table, known={(ALL,)}) == {("a",): None, ("b",): None, (ALL,): 23}


def test_counts_that_do_not_add_up_are_no_table() -> None:
    with pytest.raises(ValueError, match="sum of its 2 parts"):
        Counts({("a",): 1, ("b",): 1, ("t",): 3}, (Sum(("t",), (("a",), ("b",))),))
    with pytest.raises(ValueError, match="two counts"):
        crossed({("a",): 1}) | crossed({("a",): 2})


@pytest.mark.parametrize(("then", "published"), [(30, 30), (31, 30), (34, 30), (35, 35), (25, 25), (26, 30)])
def test_a_change_below_k_is_published_only_with_more(then: int, published: int) -> None:
    before, now = crossed({("a",): 30, ("b",): 40}), crossed({("a",): then, ("b",): 40})

    assert revise(before.counts, protect(before), now)[("a",)] == published


@pytest.mark.parametrize("seed", range(4))
def test_versions_compared_show_no_change_below_k(seed: int) -> None:
    at = random.Random(seed)
    revised = 0
    for _ in range(40):
        cells = county(at, 4, 4)
        before = crossed(cells)
        shown = protect(before)
        some = at.sample(sorted(cells), min(2, len(cells)))
        now = crossed(cells | {name: cells[name] + at.choice([1, 5, 8]) for name in some})
        then = revise(before.counts, shown, now)
        for name, n in then.items():
            earlier = shown[name]
            assert n is None or earlier is not None, "what was hidden stays hidden"
            assert n is None or earlier is None or n == earlier or abs(n - earlier) >= LEAST
        if then != shown:
            revised += 1
            assert given_away(now, then, maybe_zero={name for name, n in shown.items() if n is None}) == []
    assert revised
