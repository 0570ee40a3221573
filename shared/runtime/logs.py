"""One JSON object per line on stdout, from our code and from libraries alike.

Invariant: no body and no token reaches a log. So errors are written without local variables, and errors of
Postgres and pydantic, whose texts quote values, without those texts.
"""

import logging
import sys
import time
import traceback
from typing import Any

import asyncpg
import structlog
from pydantic import ValidationError
from structlog.typing import EventDict, WrappedLogger

REPEAT_SECONDS = 60.0
_SECRETS = frozenset({"authorization", "token", "password", "body", "payload"})
_NOISY = {
    "aiokafka": "ERROR",
    "asyncio": "WARNING",
    "httpcore": "WARNING",
    "httpx": "WARNING",
    "uvicorn.error": "WARNING",
}


def configure(level: str, county: str) -> None:
    """Sets up logging: every line of this process is JSON and names the county."""
    structlog.contextvars.bind_contextvars(county=county)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide,
        _describe,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        )
    )
    handler.addFilter(_Repeats())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name, quietest in _NOISY.items():
        logging.getLogger(name).setLevel(quietest)


def _hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    for name in _SECRETS & event.keys():
        event[name] = "…"
    return event


def _describe(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """``exc_info`` becomes the error, and where it was raised."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = describe(error)
        event["raised_at"] = frames(error)
    return event


def describe(error: BaseException) -> str:
    """The error in words that quote nobody's data, with what caused it."""
    if isinstance(error, asyncpg.PostgresError):
        text = f"{type(error).__name__} {error.sqlstate}"
    elif isinstance(error, ValidationError):
        fields = [".".join(map(str, one["loc"])) for one in error.errors(include_input=False, include_context=False)]
        text = f"ValidationError of {error.title}: {', '.join(fields)}"
    elif isinstance(error, BaseExceptionGroup):
        text = f"{type(error).__name__}: {'; '.join(describe(one) for one in error.exceptions)}"
    else:
        text = f"{type(error).__name__}: {error}"
    return f"{text} ← {describe(error.__cause__)}" if error.__cause__ else text


def frames(error: BaseException) -> list[str]:
    """Where the error was raised, without any value."""
    found = traceback.extract_tb(error.__traceback__)[-12:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in found]


class _Repeats(logging.Filter):
    """Lets the same message of a library through once a minute: clients of an absent Kafka repeat themselves."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, Any], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), time.monotonic()
        if now - self._last.get(place, -REPEAT_SECONDS) < REPEAT_SECONDS:
            return False
        self._last[place] = now
        return True
