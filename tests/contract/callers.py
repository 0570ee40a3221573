"""Loaded by schemathesis: each request is sent as the next caller; their Authorizations stand in callers.json."""

import gc
import json
from itertools import cycle
from pathlib import Path
from typing import Any

import schemathesis

# The tool keeps nearly all that it makes: to look through it for what it does not takes a tenth of its time.
gc.freeze()
gc.set_threshold(100_000, 50, 50)

CALLERS = cycle(json.loads(Path("callers.json").read_text("utf-8")))


@schemathesis.auth(refresh_interval=None)
class EachInTurn:
    """The tool asks this for each of its requests."""

    def get(self, _case: Any, _context: Any) -> str:
        """The next caller's."""
        return str(next(CALLERS))

    def set(self, case: Any, authorization: str, _context: Any) -> None:
        """Send the request as this caller."""
        case.headers["Authorization"] = authorization
