"""The models of answers."""

from pydantic import BaseModel

from services.actors.domain.directory import LineError
from shared.contracts.actors import Actor, Cooperation, Network
from shared.runtime.models import Versioned


class ActorView(Versioned, Actor):
    """An actor in its version, which is also its ETag."""


class CooperationView(Versioned, Cooperation):
    """An agreement in its version, which is also its ETag."""


class NetworkView(Versioned, Network):
    """A network in its version, which is also its ETag."""


class LineOutcome(BaseModel):
    """The outcome of a line of a file."""

    line: int
    outcome: str
    reference: str | None
    name: str


class ImportReport(BaseModel):
    """The changes that a file has made, or in a dry run would make."""

    dry_run: bool
    registered: int
    changed: int
    unchanged: int
    rows: list[LineOutcome]
    errors: list[LineError]
