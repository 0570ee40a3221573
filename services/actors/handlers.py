"""What this service does with the events it reads: it shows the other counties' directories beside its own."""

from services.actors.store import AGGREGATES
from shared.contracts.actors import EVENTS
from shared.messaging.handlers import Handler, Projection

HANDLERS: tuple[Handler, ...] = (Projection(AGGREGATES.table, AGGREGATES.projection, EVENTS, AGGREGATES.project),)
