"""The stream `bulletins`: short messages that a county shows to the others until a day."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import StringConstraints

from shared.contracts.codes import Status
from shared.contracts.event import Event, Shared
from shared.contracts.fields import Name


class BulletinDetails(Shared):
    """The parts of a bulletin that may change. ``valid_until`` is the last day on which it is shown."""

    title: Name
    text: Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
    valid_until: date


class Bulletin(BulletinDetails, Event):
    """A bulletin of the county that owns it."""

    status: Status = Status.ACTIVE


class BulletinPublished(Bulletin):
    """A bulletin is there, or has changed: this is how it is now."""

    event_type: ClassVar[str] = "se.norrsam.bulletins.BulletinPublished.v1"


class BulletinRetired(Bulletin):
    """A bulletin is not shown any more."""

    event_type: ClassVar[str] = "se.norrsam.bulletins.BulletinRetired.v1"


EVENTS: tuple[type[Event], ...] = (BulletinPublished, BulletinRetired)
