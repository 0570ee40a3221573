"""Keeps on one worker what shares its set-up: a file, or a folder (docs/decisions/0026)."""

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

SHARED_FIXTURES = ("tests/flow/", "tests/secured/", "tests/federated/", "tests/browser/")
"""Folders whose files share an engine of their own, or a browser and who is logged in there."""


class Together(LoadFileScheduling):
    """Keeps on one worker what shares its set-up: a file, or a folder of SHARED_FIXTURES.

    The groups of pytest-xdist 3.8 are lost with pytest 9.2 (its issue 1386): all tests went to either worker.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in SHARED_FIXTURES if nodeid.startswith(each)), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """The scheduler of the controller."""
    return Together(config, log)
