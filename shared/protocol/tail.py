"""The end of a topic, as its only writer knows it.

A broker may restart without the records that it confirmed last, before the producer notices that it was away. The
next record then gets an offset that was given before (docs/protocol.md, R4).
"""

from dataclasses import dataclass

from shared.protocol.progress import Range


@dataclass(slots=True)
class Tail:
    """``end`` is the next offset, ``confirmed`` the last number that Kafka has confirmed."""

    end: int = 0
    confirmed: int = 0

    def note(self, offset: int, count: int) -> Range | None:
        """Note ``count`` new records at ``offset``; give the numbers of lost records that lay there, None if none."""
        lost = min(self.end - offset, self.confirmed)
        self.end = offset + count
        return (self.confirmed - lost + 1, self.confirmed) if lost > 0 else None
