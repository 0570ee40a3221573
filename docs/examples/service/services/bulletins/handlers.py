"""The events that this service reads: the other counties' bulletins are rows beside its own."""

from services.bulletins.store import STREAM
from shared.contracts.bulletins import EVENTS

from shared.messaging.handlers import Handler, Projection

HANDLERS: tuple[Handler, ...] = (Projection(STREAM.name, STREAM.projection, EVENTS, STREAM.project, STREAM.kinds),)
