"""The seats that are left at an occasion: those reserved for each county, and the common pool.

No seat is marked: what is left follows from how many each county holds. A county takes its reserved seats first.
"""

from collections.abc import Mapping

from shared.contracts.trainings import Occasion


class Pool:
    """The seats left while a line is served. ``held`` is how many each county has, offered ones included."""

    def __init__(self, occasion: Occasion, held: Mapping[str, int]) -> None:
        reserved = {} if occasion.released else {each.county: each.seats for each in occasion.reserved}
        claimed = sum(max(reserved.get(county, 0), held.get(county, 0)) for county in reserved.keys() | held.keys())
        self._reserved = {county: max(0, seats - held.get(county, 0)) for county, seats in reserved.items()}
        self._common = max(0, occasion.seats - claimed)
        self._left = occasion.seats - sum(held.values())

    def has(self, county: str, seats: int) -> bool:
        """Whether ``county`` can have so many more."""
        return seats <= min(self._left, self._reserved.get(county, 0) + self._common)

    def take(self, county: str, seats: int) -> None:
        """``county`` has so many more."""
        reserved = min(seats, self._reserved.get(county, 0))
        self._reserved[county] = self._reserved.get(county, 0) - reserved
        self._common -= seats - reserved
        self._left -= seats

    def keep(self, county: str) -> None:
        """The seats that ``county`` could have are kept for who waits there: nobody that came later gets them."""
        self._reserved[county] = 0
        self._common = 0
