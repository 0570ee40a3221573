"""The kit for subscribers, county systems and partner agencies: a router of FastStream (docs/subscribing.md)."""

from shared.subscribing.delivery import Withdrawn
from shared.subscribing.router import EventEnvelope, subscription
from shared.subscribing.stores import PostgresConnection, PostgresStore, SqliteConnection, SqliteStore

__all__ = (
    "EventEnvelope",
    "PostgresConnection",
    "PostgresStore",
    "SqliteConnection",
    "SqliteStore",
    "Withdrawn",
    "subscription",
)
