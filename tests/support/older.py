"""A county on older code, as far as its contracts go: `python -m tests.support.older`, with NORRSAM_TEST_OLDER set.

It knows the types of the recorded baseline alone, and of each only the fields that every reader of it has had: any
other may be new one day. Its read models have lower numbers. Without the setting it is `norrsam` as it is.
"""

import json
import os
from typing import Any

from infra.contracts import baseline
from infra.contracts.golden import files
from shared.contracts.event import Event
from shared.contracts.links import LinksReported
from shared.contracts.registry import EVENTS, MARKERS
from shared.contracts.topics import LINKS

OLDER = "NORRSAM_TEST_OLDER"
RECORDED = baseline.recorded()
_MACHINERY = {LinksReported.event_type, *(marker.event_type for marker in MARKERS.values())}
TYPES = sorted(EVENTS.keys() - _MACHINERY)
"""All types that services write about their aggregates."""


def golden(event_type: str) -> bytes:
    """How the type looks on the wire today, with every field filled."""
    return files(baseline.ROOT, event_type)[-1].read_bytes()


def as_older(event_type: str, data: bytes) -> bytes:
    """The same without the fields that older code does not know."""
    schema = RECORDED[event_type]
    known = schema["properties"] if event_type.split(".")[2] == LINKS else schema["required"]
    return json.dumps({name: value for name, value in json.loads(data).items() if name in known}).encode()


def become_older() -> None:
    """Forget what older code does not know. Before any service is imported."""
    from shared.runtime.aggregates import StreamTable

    for name in EVENTS.keys() - RECORDED.keys():
        del EVENTS[name]
    read, begin = Event.read.__func__, StreamTable.__init__  # type: ignore[attr-defined]

    def read_older(cls: type[Event], data: bytes) -> Event:
        return read(cls, as_older(cls.event_type, data))  # type: ignore[no-any-return]

    def begin_lower(self: StreamTable, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        object.__setattr__(self, "projection", self.projection - 1)

    Event.read = classmethod(read_older)  # type: ignore[assignment, method-assign]
    LinksReported.since = lambda self, whole: self  # type: ignore[method-assign] # it repeats all, each time
    StreamTable.__init__ = begin_lower  # type: ignore[method-assign]


if __name__ == "__main__":
    if os.environ.get(OLDER):
        become_older()
    from infra.cli.main import app

    app()
