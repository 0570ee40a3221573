"""The read model: the other counties' directories beside the own one."""

from services.actors.store import AGGREGATES
from shared.contracts.actors import EVENTS
from shared.messaging.handlers import Handler

HANDLERS: tuple[Handler, ...] = (AGGREGATES.handler(EVENTS),)
