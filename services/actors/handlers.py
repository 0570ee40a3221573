"""What this service does with the events it reads: it shows the other counties' directories beside its own."""

from services.actors import store
from shared.contracts.actors import EVENTS
from shared.messaging.handlers import Handler, Projection

HANDLERS: tuple[Handler, ...] = (Projection("aggregates", store.PROJECTION, EVENTS, store.project),)
