"""Where a topic ends, as its only writer knows it. Pure: no database, no Kafka.

A broker may come back without what it had confirmed last, before a producer has noticed that it was away. It shows
by an offset that is given a second time.
"""

from dataclasses import dataclass

from shared.protocol.progress import Range


@dataclass(slots=True)
class Tail:
    """``end`` is the offset that comes next, ``confirmed`` the last number that Kafka has confirmed."""

    end: int = 0
    confirmed: int = 0

    def note(self, offset: int, count: int) -> Range | None:
        """``count`` records were written at ``offset``; the numbers that had lain there and are lost, if any."""
        lost = min(self.end - offset, self.confirmed)
        self.end = offset + count
        return (self.confirmed - lost + 1, self.confirmed) if lost > 0 else None
