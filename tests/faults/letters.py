"""Dead letters that an operator discards after having looked at them."""

from tests.faults.commands import SUBJECTS
from tests.faults.field import Field

_DISCARD = """
    UPDATE dead_letters SET settled_at = clock_timestamp(), outcome = 'discarded'
    WHERE settled_at IS NULL AND reason <> 'handler-error' RETURNING id
"""
"""As `norrsam dead-letters discard` does with each. One that a handler failed at is a fault of ours, and stays."""


def discard(field: Field, county: str) -> int:
    """Discard the county's dead letters, all but those that a handler failed at; how many these were."""
    return sum(len(field.databases.fetch(field.database(county, subject), _DISCARD)) for subject in SUBJECTS)
