"""A database that is put back to an earlier state, and the command that recovers it. Off until that command exists."""

from tests.faults.kind import Kind


def kinds() -> list[Kind]:
    """Nothing while `norrsam recover` is not there."""
    return []
