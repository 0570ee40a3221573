"""Decides from the newest records of a county, here and there, whether its records still arrive.

The streams `links` are looked at: each service of a county writes to it every ten seconds, and one task of the mirror
brings all topics of a county.
"""

from dataclasses import dataclass, replace

PATIENCE = 30.0
"""Seconds without a new record, though the county has newer ones, after which the mirror is started again."""
LONGEST = 3600.0
"""Starting it again in vain becomes rarer, up to this many seconds: the other flows stand still meanwhile."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How far the records of one county have come.

    ``here`` is the time of the newest one that has arrived, in seconds since 1970; ``there`` that of the newest in its
    own Kafka, None if that does not answer; ``since`` is when it was first seen that there are newer ones while none
    arrives; ``restarts`` counts how often the mirror was started again since, in vain.
    """

    here: float = 0.0
    there: float | None = None
    since: float | None = None
    restarts: int = 0

    def seen(self, here: float, there: float | None, now: float) -> "Arrivals":
        """After another look at ``now``. A county that does not answer is no fault of the mirror."""
        arrived = here != self.here  # less, where this Kafka has lost its log
        if there is None or there <= here:
            return Arrivals(here, there, None, 0 if arrived or there is not None else self.restarts)
        if arrived or self.since is None:
            return Arrivals(here, there, now, 0 if arrived else self.restarts)
        return replace(self, there=there)

    def stuck(self, now: float) -> bool:
        """Whether the mirror is to be started again."""
        return self.since is not None and now - self.since >= min(PATIENCE * 2**self.restarts, LONGEST)

    def begun(self, now: float) -> "Arrivals":
        """After the mirror was started at ``now``, whatever for: it has as much time as ever."""
        return replace(self, since=None if self.since is None else now)

    def restarted(self, now: float, in_vain: int) -> "Arrivals":
        """After it was started again at ``now``, for the ``in_vain``-th time because of the same county.

        That ends what it brings of every county: this one too has the longer time until something of it arrives.
        """
        return replace(self.begun(now), restarts=max(self.restarts, in_vain))

    def age(self, now: float) -> str:
        """How old the newest record is that has arrived; ``now`` is in seconds since 1970."""
        return f"{now - self.here:.0f} s" if self.here else "none has arrived"
