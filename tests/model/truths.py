"""What must be true, whatever happens. `Untrue` is raised where it is not, and names the claim."""


class Untrue(AssertionError):
    """The protocol has broken its word."""


def claim(true: bool, what: str) -> None:
    """Untrue unless ``true``."""
    if not true:
        raise Untrue(what)
