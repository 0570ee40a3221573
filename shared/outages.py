"""Tells an outage from a defect (delivery rule C8).

An outage passes: wait, and try the same again. A defect does not: the event at fault is put aside. Taking one
for the other either stops a stream for ever or sends a whole history to the dead letters.
"""

import asyncio

import asyncpg

_OUTAGE_CLASSES = ("08", "25", "40", "53", "55", "57", "58")
_OUTAGE_STATES = ("42P01", "42703")  # table or column is not there yet: a migration is under way
_DEFECT_STATES = ("25P02", "55000", "57014")  # aborted transaction, wrong object state, cancelled statement

# The last one comes when the server ends a connection at the moment the client begins to ask: asyncpg's own state is
# then in between. No query causes it.
POSTGRES_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
DATABASE_ERRORS = (OSError, TimeoutError, *POSTGRES_ERRORS)
"""What a query raises where Postgres does not serve it."""


class Outage(Exception):  # noqa: N818 - the protocol's word
    """Something that the event is not to blame for; it will be tried again."""


def is_outage(error: BaseException) -> bool:
    """Whether waiting can help against ``error``."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_outage(each) for each in error.exceptions)
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state not in _DEFECT_STATES and (state[:2] in _OUTAGE_CLASSES or state in _OUTAGE_STATES)
    if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError):  # a value that cannot be sent
        return "closed" in str(error) or "closing" in str(error) or "released" in str(error)
    return isinstance(error, Outage | OSError | asyncio.TimeoutError | asyncpg.InternalClientError)
