"""Checks a Kafka or PostgreSQL that somebody else runs. It is never started or stopped."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg

from infra.engine.databases import answers
from infra.engine.errors import EngineError
from infra.engine.kafka import lists_topics
from shared.transport.kafka import KafkaCluster

KAFKA_SETTING = "NORRSAM_KAFKA"
POSTGRES_SETTING = "NORRSAM_POSTGRES"
_PATIENCE = 10.0


def require_kafka(bootstrap: str) -> None:
    """Raise EngineError unless a Kafka answers at ``bootstrap`` within ten seconds."""
    if not lists_topics(KafkaCluster(bootstrap), timeout=_PATIENCE):
        raise EngineError(
            f"{KAFKA_SETTING} is {bootstrap!r}, but no Kafka answered there within {_PATIENCE:.0f} s. Start it, "
            f"correct the setting (host:port,host:port), or unset it: then norrsam starts a Kafka of its own."
        )


def require_postgres(url: str) -> None:
    """Raise EngineError unless a PostgreSQL accepts the login at ``url`` within ten seconds."""
    address = without_credentials(url)
    try:
        if answers(url, timeout=_PATIENCE):
            return
        problem = f"no PostgreSQL answered there within {_PATIENCE:.0f} s"
    except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        problem = f"it refused the connection: {error}"
    raise EngineError(
        f"{POSTGRES_SETTING} names {address}, but {problem}. Start it, correct the setting "
        f"(postgresql://administrator:password@host:port), or unset it: then norrsam starts a PostgreSQL of its own."
    )


def without_credentials(url: str) -> str:
    """The URL without user, password and database. Connection options stay. EngineError if it is not such a URL."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise EngineError(f"{POSTGRES_SETTING} is not a URL ({error}).") from None
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname:
        raise EngineError(f"{POSTGRES_SETTING} must be a URL like postgresql://administrator:password@host:port.")
    return urlunsplit(("postgresql", parts.netloc.rpartition("@")[2], "", parts.query, ""))
