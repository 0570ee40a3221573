"""The stream `bulletins`: short messages that a county shows to the others until a day."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from shared.contracts.codes import Status
from shared.contracts.event import Event, Shared, events_in
from shared.contracts.fields import Name


class BulletinDetails(Shared):
    """The parts of a bulletin that may change. ``valid_until`` is the last day on which it is shown."""

    title: Name
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    valid_until: date


class Bulletin(BulletinDetails, Event, stream="bulletins"):
    """A bulletin of the county that owns it."""

    status: Status = Status.ACTIVE


class BulletinPublished(Bulletin, version=1):
    """A bulletin is there, or has changed: this is how it is now."""


class BulletinRetired(Bulletin, version=1):
    """A bulletin is not shown any more."""


EVENTS = events_in(globals())
