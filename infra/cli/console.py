"""The console of commands that print tables."""

from rich.console import Console


def console() -> Console:
    """A console as wide as the terminal; without a terminal, plain lines of any length."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=1000, no_color=True)
