"""The description of a service for the process that hosts it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp

from shared.contracts.counties import County
from shared.contracts.event import stream_of
from shared.contracts.topics import STREAMS, all_topics, topic_name
from shared.messaging.handlers import Handler
from shared.messaging.partner_topics import PartnerHandler
from shared.protocol.service_streams import ServiceStreams
from shared.runtime import events
from shared.runtime.auth import Role
from shared.runtime.due import Job
from shared.runtime.routes import GuardedRoute
from shared.runtime.settings import Settings

Right = frozenset[Role] | None
OPEN: Final = None
"""The right of a route that is for everybody: no token is asked for."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a service, and its name in the code and in the rights."""

    name: str
    path: str
    methods: frozenset[str]


@dataclass(frozen=True, slots=True)
class Service:
    """A service: its routes with their rights, its handlers, and its own part of the database.

    ``rights`` has an entry for every route, by the name of its function. Names are never changed: database,
    consumer group and addresses hang on them. ``due`` says how to do what was planned for later, by its kind.

    ``untraced`` routes leave no trace of a call but a count: no log line, no correlation id, no time taken.
    ``discreet``: no answer, log line or stored key repeats what a caller has given where it does not belong, and no
    correlation id of a caller's making is taken over. ``files`` are the routes that take a file, which may be larger
    than other bodies (`edge.MAX_FILE_BYTES`). ``partners`` has what is done with the records of partner
    agencies' topics, by the last word of their names; they are read in this order.
    """

    name: str
    router: APIRouter
    handlers: tuple[Handler, ...]
    migrations: Path
    rights: Mapping[str, Right]
    due: Mapping[str, Job] = field(default_factory=dict)
    untraced: frozenset[str] = frozenset()
    discreet: bool = False
    files: frozenset[str] = frozenset()
    partners: Mapping[str, PartnerHandler] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """Every route of the router, with those of routers within; ValueError if one is not a GuardedRoute."""
        routes = []
        for found in iter_route_contexts(self.router.routes):
            if not isinstance(found.original_route, GuardedRoute) or found.path is None:
                raise ValueError(
                    f"{self.name}: {found.original_route!r} is no route of a Router, so no right can guard it"
                )
            routes.append(Route(found.original_route.name, found.path, frozenset(found.methods or ())))
        return routes

    def streams(self, county: str, counties: Sequence[str]) -> ServiceStreams:
        """Who this service of ``county`` is to the services of all ``counties``."""
        return ServiceStreams(county, self.name, self.topics_written(county), self.topics_read(county, counties))

    def topics_written(self, county: str) -> list[str]:
        """The topics that this service of ``county`` publishes."""
        return sorted(topic_name(county, name) for name, stream in STREAMS.items() if stream.service == self.name)

    def topics_followed(self, counties: Iterable[str]) -> list[str]:
        """The topics that this service reads for those who follow `/events`; none if it has no such route."""
        every = all_topics(counties).items() if events.ROUTE in self.rights else ()
        return sorted(topic for topic, stream in every if stream.readers)

    def topics_read(self, county: str, counties: Iterable[str]) -> list[str]:
        """The topics that this service of ``county`` applies: those of its handlers' events, but not its own."""
        streams = {stream_of(event.event_type) for handler in self.handlers for event in handler.events}
        topics = {topic_name(owner, stream) for owner in counties for stream in sorted(streams)}
        return sorted(topics - set(self.topics_written(county)))


@dataclass(frozen=True, slots=True)
class PageService:
    """A service of the second kind: pages for people, alone in its process, on an origin of its own.

    It asks the county's services over HTTP, with the token of whoever is logged in. It has no stream, so no outbox, no
    relay and no inbox; its database holds its own ``migrations`` alone. ``build`` makes its application, which is told
    whether the process has been told to stop: an answer without end ends then.
    """

    name: str
    migrations: Path
    build: Callable[[Settings, County, Callable[[], bool]], ASGIApp]


AnyService = Service | PageService


def find(name: str) -> Service:
    """The service with streams `services.<name>.service:service`; LookupError if there is none."""
    found = find_any(name)
    if isinstance(found, PageService):
        raise LookupError(f"{name} has no stream: its pages show what other services keep.")  # noqa: TRY004 - a name
    return found


def find_any(name: str) -> AnyService:
    """The service `services.<name>.service:service`, of either kind; LookupError if there is none."""
    module = f"services.{name.replace('-', '_')}"
    try:
        service = import_module(f"{module}.service").service
    except ModuleNotFoundError as error:
        if error.name in ("services", module, f"{module}.service"):
            raise LookupError(f"There is no service {name!r}.") from None
        raise
    if not isinstance(service, AnyService):
        raise TypeError(f"{module}.service:service is not a service")
    return service
