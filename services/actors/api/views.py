"""The models of answers."""

from pydantic import BaseModel

from shared.contracts.actors import Actor, Cooperation, Network
from shared.runtime.models import Versioned


class ActorView(Versioned, Actor):
    """An actor in its version, which is also its ETag."""


class CooperationView(Versioned, Cooperation):
    """An agreement in its version, which is also its ETag."""


class NetworkView(Versioned, Network):
    """A network in its version, which is also its ETag."""


class LineOutcome(BaseModel):
    """What a line of a file has come to."""

    line: int
    outcome: str
    reference: str | None
    name: str


class LineError(BaseModel):
    """What is wrong with a line of a file."""

    line: int
    reason: str


class ImportReport(BaseModel):
    """What a file has done, or in a dry run would do."""

    dry_run: bool
    registered: int
    changed: int
    unchanged: int
    rows: list[LineOutcome]
    errors: list[LineError]
