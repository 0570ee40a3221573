"""The read model: the other counties' directories beside the own one."""

from services.actors.store import AGGREGATES
from shared.contracts.actors import EVENTS
from shared.messaging.handlers import Handler, Projection

HANDLERS: tuple[Handler, ...] = (
    Projection(AGGREGATES.name, AGGREGATES.projection, EVENTS, AGGREGATES.project, AGGREGATES.kinds),
)
