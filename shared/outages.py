"""Tells an outage from a defect (docs/protocol.md, C8).

An outage passes: wait, and try the same again. A defect does not: its event becomes a dead letter. A defect taken for
an outage stops a stream for ever; an outage taken for a defect sends a whole history to the dead letters.
"""

import asyncio

import asyncpg

_OUTAGE_CLASSES = ("08", "25", "40", "53", "55", "57", "58")
_OUTAGE_STATES = ("42P01", "42703")  # a table or column does not exist yet: a migration is under way
_DEFECT_STATES = ("25P02", "55000", "57014")  # aborted transaction, wrong object state, cancelled statement

# asyncpg raises InternalClientError if the server ends a connection at the moment when a query begins. No query
# causes it.
POSTGRES_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
DATABASE_ERRORS = (OSError, TimeoutError, *POSTGRES_ERRORS)
"""The errors of a query that PostgreSQL does not serve."""


class Outage(Exception):  # noqa: N818 - one of the three kinds of failure, beside Rejected and Defect
    """A failure that passes and that the event did not cause; it is tried again."""


def is_outage(error: BaseException) -> bool:
    """Whether ``error`` passes by waiting."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_outage(each) for each in error.exceptions)
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return state not in _DEFECT_STATES and (state[:2] in _OUTAGE_CLASSES or state in _OUTAGE_STATES)
    if isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError):  # a value that cannot be sent
        return "closed" in str(error) or "closing" in str(error) or "released" in str(error)
    return isinstance(error, Outage | OSError | asyncio.TimeoutError | asyncpg.InternalClientError)
