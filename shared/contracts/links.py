"""The stream `links`: each service's report of what it has written, and applied of the others' streams.

State, not history: of each (county, service) the report with the highest (generation, counter) counts, and the next one
replaces one that is lost.
"""

from typing import Annotated
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field

from shared.contracts.event import Event, Shared, events_in
from shared.contracts.fields import Slug, matching

Count = Annotated[int, Field(ge=0, le=2**62)]
Topic = Annotated[str, matching(r"[a-z-]+\.shared\.[a-z-]+\.v\d+", "a shared topic", 200)]

_NAMESPACE = UUID("0b4f9f0e-5f0a-5c7e-9a53-6d2c1f7f1c11")


class Written(Shared):
    """A stream that the sender writes: in ``epoch`` it still has the numbers ``first`` to ``last``."""

    topic: Topic
    epoch: Count
    first: Count
    last: Count


class Gap(Shared):
    """Numbers of an epoch that have not arrived, ``first`` and ``last`` included."""

    epoch: Count
    first: Count
    last: Count


class Applied(Shared):
    """A stream of another county that the sender has applied up to ``number``; ``event_id`` is that event's."""

    topic: Topic
    epoch: Count
    number: Count
    event_id: str | None = None
    gaps: tuple[Gap, ...] = ()
    dead_letters: Count = 0


class LinksReported(Event, stream="links", version=1):
    """A service has reported its state. ``written`` counts all that it committed before ``as_of``.

    If ``unchanged``, it repeats the whole report of this generation and counter without its contents: nothing but the
    time has changed since.
    """

    service: Slug
    generation: Count
    counter: Count
    as_of: AwareDatetime
    written: tuple[Written, ...] = ()
    applied: tuple[Applied, ...] = ()
    unchanged: bool = False

    @property
    def recency(self) -> tuple[int, int]:
        """(generation, counter): the higher, the newer."""
        return self.generation, self.counter

    def since(self, whole: "LinksReported") -> "LinksReported":
        """This report without its contents if it says nothing but a later time than ``whole``; else as it is."""
        repeated = whole.model_copy(update={"as_of": self.as_of})
        if self.as_of <= whole.as_of or self.model_copy(update={"counter": whole.counter}) != repeated:
            return self
        return repeated.model_copy(update={"written": (), "applied": (), "unchanged": True})


def links_id(county: str, service: str) -> UUID:
    """The id of a service's reports: always the same."""
    return uuid5(_NAMESPACE, f"{county}/{service}")


EVENTS = events_in(globals())
