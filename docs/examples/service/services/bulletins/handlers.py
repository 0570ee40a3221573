"""The events that this service reads: the other counties' bulletins are rows beside its own."""

from services.bulletins.store import STREAM
from shared.contracts.bulletins import EVENTS

from shared.messaging.handlers import Handler

HANDLERS: tuple[Handler, ...] = (STREAM.handler(EVENTS),)
