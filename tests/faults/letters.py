"""Dead letters that an operator discards after having looked at them."""

import asyncpg

from shared.recovery import dead_letters
from tests.faults.commands import SUBJECTS
from tests.faults.field import Field

_REASONS = "SELECT DISTINCT reason FROM dead_letters WHERE settled_at IS NULL AND reason <> 'handler-error'"
"""One that a handler failed at is a fault of ours, and stays."""


def discard(field: Field, county: str) -> int:
    """Discard the county's dead letters, all but those that a handler failed at; how many these were."""
    return sum(field.databases.do(field.database(county, subject), _discard) for subject in SUBJECTS)


async def _discard(conn: asyncpg.Connection) -> int:
    """As `norrsam dead-letters discard --reason` does with each reason."""
    reasons = [row["reason"] for row in await conn.fetch(_REASONS)]
    return sum([await dead_letters.discard_all(conn, None, reason) for reason in reasons])
