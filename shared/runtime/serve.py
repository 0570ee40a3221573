"""Runs an application until it is told to stop: one process, one event loop."""

import errno
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from types import FrameType

import structlog
import uvicorn
from starlette.types import ASGIApp

from shared.contracts.counties import County
from shared.runtime import logs
from shared.runtime.app import build
from shared.runtime.connections import LimitedProtocol
from shared.runtime.newcomers import newcomers_are_here
from shared.runtime.notices.transport import transport_of
from shared.runtime.service import AnyService, PageService, Service
from shared.runtime.settings import Settings, SettingsError

GRACEFUL_SECONDS = 5
KEPT_SECONDS = 75
"""Longer than callers keep a connection without a request (httpx 5 s, nginx 60 s), so they end it, and not this side.

Whoever ends it may do so while a request is under way, and nobody sends a command again by itself.
"""

LOOK_SECONDS = 5
OPEN_FILES = 65_536

PAGES_ABOVE = 100
"""The pages of a county listen so far above its interface, unless NORRSAM_HTTP_PORT says where."""

log = structlog.get_logger()


def serve(services: Sequence[AnyService], settings: Settings, county: County) -> None:
    """Runs until a signal stops the process; requests under way get their answers, within 10 seconds.

    Once a county has joined whose topics may be read, it ends likewise, and the process begins anew, with it.
    SettingsError if the port is taken, or if pages shall run beside other services.
    """
    signal.signal(signal.SIGTERM, _exit)  # before the server listens to signals, and after it has stopped
    signal.signal(signal.SIGINT, _exit)
    logs.configure(settings.log_level, county.name)
    app, port = _application(services, settings, county, lambda: server.should_exit)
    listener = _listen(settings.http_host, port)
    again = False

    async def look() -> None:
        nonlocal again
        if await newcomers_are_here(services, settings, county):
            again = server.should_exit = True

    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=LimitedProtocol,
        proxy_headers=False,  # no answer hangs on where a caller says it comes from, or over what
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        timeout_keep_alive=KEPT_SECONDS,
        callback_notify=look,
        timeout_notify=LOOK_SECONDS,
    )
    server = uvicorn.Server(config)
    log.info(
        "serve.starts",
        services=[service.name for service in services],
        address=f"http://{settings.http_host}:{port}",
        mail=str(transport_of(settings, county)),
    )
    _spare_the_collector()
    _allow_connections()
    server.run(sockets=[listener])
    if again:
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - this very program


def _application(
    services: Sequence[AnyService], settings: Settings, county: County, stopping: Callable[[], bool]
) -> tuple[ASGIApp, int]:
    """The application of these services, and its port. An answer without end ends once the process is ``stopping``."""
    pages = [service for service in services if isinstance(service, PageService)]
    if not pages:
        found = [service for service in services if isinstance(service, Service)]
        return build(found, settings, county, stopping), settings.port(county)
    if len(services) > 1:
        raise SettingsError(f"{pages[0].name} runs alone in its process: its pages have an origin of their own.")
    return pages[0].build(settings, county, stopping), settings.http_port or settings.port(county) + PAGES_ABOVE


def _spare_the_collector() -> None:
    """Loaded modules are never garbage, and a batch of events is thousands of objects that all soon go."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _allow_connections() -> None:
    """As many as the system lets this process have: a shell gives 1,024, and those who follow `/events` stay."""
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, min(most, OPEN_FILES)), most))


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} is taken by another program. Set NORRSAM_HTTP_PORT to a free one."
            ) from None
        raise SettingsError(f"Cannot listen on {host}:{port} (NORRSAM_HTTP_HOST): {error.strerror}.") from None


def _exit(_: int, __: FrameType | None) -> None:
    sys.exit(0)
