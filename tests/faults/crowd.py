"""All users of the test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol


class Worker(Protocol):
    """A user, as the faults see one."""

    county: str
    doubts: int

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def hold(self) -> None: ...
    def go_on(self) -> None: ...


class Crowd:
    """Users that work at the same time."""

    def __init__(self) -> None:
        self._users: list[Worker] = []

    def start(self, users: Sequence[Worker]) -> None:
        """Start these users."""
        for user in users:
            self._users.append(user)
            user.start()

    def stop(self) -> None:
        """Stop the users after their last command is answered or given up. Raises the error that ended a user."""
        for user in self._users:
            user.stop()

    @property
    def doubts(self) -> int:
        """How many commands had an unknown outcome at first."""
        return sum(user.doubts for user in self._users)

    @contextmanager
    def held(self, county: str) -> Iterator[None]:
        """Keep the county's users from sending within the block."""
        users = [user for user in self._users if user.county == county]
        for user in users:
            user.hold()
        try:
            yield
        finally:
            for user in users:
                user.go_on()
