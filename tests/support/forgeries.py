"""All that anybody can write to a Kafka without access control: the one list of kinds of forged records and reports.

Each is made from a true record of its topic, so that it is false in one respect alone. It has the header FORGED where
it can have headers: tests tell it by that from what its owner wrote, and no reader knows it. `forger` sends them.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from uuid import UUID

from shared.contracts.restated import marker_id
from shared.contracts.topics import county_of, stream_name
from shared.protocol.judging import MAX_FIRST_VERSION
from shared.protocol.progress import MAX_NUMBER_JUMP

FORGED, NAME = "forged", "Skolan forged"
FALSE, INVALID = "false-envelope", "invalid-data"
LARGE = 700_000
"""Bytes. A broker takes up to a million in a batch."""
AHEAD = 20
"""By so many reports a forged one is ahead. Its county is not heard until it has sent as many."""
MUTE_SECONDS = 50.0
"""By so much a forged generation is ahead of the time."""
DAY, YEAR = 86_400, 365 * 86_400
CODECS = ("gzip", "snappy", "lz4", "zstd")


class NotUtf8(str):
    """A header's name that is encoded as bytes which no decoder of UTF-8 takes."""

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


@dataclass(frozen=True)
class Record:
    """A record to be sent. ``sent`` is its timestamp in milliseconds since 1970; 0 is now."""

    topic: str
    headers: Mapping[str, bytes | None]
    value: bytes | None
    key: bytes = b"key"
    sent: int = 0
    codec: str = "none"
    more: Sequence[tuple[str, bytes]] = ()
    """Headers that come after the others, also with names that those have."""


@dataclass(frozen=True)
class Truth:
    """All that a forger can read on a topic: its newest record, and the epoch and number that its owner gave last.

    ``now`` is the Unix time in seconds.
    """

    newest: Record
    epoch: int
    number: int
    now: float
    rng: Random = field(default_factory=lambda: Random(0))

    @property
    def data(self) -> dict[str, Any]:
        """The data of the newest record."""
        return dict(json.loads(self.newest.value or b"{}"))

    @property
    def version(self) -> int:
        """The version in the newest record."""
        return int(self.newest.headers["ce_aggregateversion"] or 0)

    def record(self, data: object = None, **headers: bytes | None) -> Record:
        """A record with the next number and an id of its own: all is true but ``data`` (JSON) and ``headers``."""
        place = {"ce_epoch": b"%d" % self.epoch, "ce_sequence": b"%012d" % (self.number + 1)}
        own = {"ce_id": str(self.uuid()).encode(), FORGED: b"yes"}
        value = self.newest.value if data is None else json.dumps(data).encode()
        return replace(self.newest, headers={**self.newest.headers, **place, **own, **headers}, value=value)

    def uuid(self) -> UUID:
        """A random id."""
        return UUID(int=self.rng.getrandbits(128), version=4)


@dataclass(frozen=True)
class Forgery:
    """A kind. ``reason`` is that of its dead letter, None if it leaves none.

    If ``believed``, no reader can know better: what it says counts, until its owner has doubted its database and
    recovered.
    """

    name: str
    make: Callable[[Truth], Iterable[Record]]
    reason: str | None = FALSE
    believed: bool = False


# --- how a record is changed


def _without(truth: Truth, name: str) -> Record:
    record = truth.record()
    return replace(record, headers={key: value for key, value in record.headers.items() if key != name})


def _text(truth: Truth, text: str) -> bytes:
    """The data with this name, which is JSON as it stands."""
    return json.dumps(truth.data | {"name": "<>"}).replace('"<>"', text).encode()


def _again(truth: Truth, **changed: Any) -> Record:
    """The newest record once more."""
    return replace(truth.newest, headers={**truth.newest.headers, FORGED: b"yes"}, **changed)


def _at(truth: Truth, epoch: int, number: int = 1, sent: float = 0) -> Record:
    return replace(truth.record(ce_epoch=b"%d" % epoch, ce_sequence=b"%d" % number), sent=int(sent * 1000))


def _next_version(truth: Truth, **headers: bytes) -> Record:
    data = truth.data | {"name": f"{NAME} {truth.uuid()}"}
    return truth.record(data, ce_aggregateversion=b"%d" % (truth.version + 1), **headers)


def _ghost(truth: Truth, version: int = 1) -> Record:
    """An aggregate that its owner does not have."""
    ghost = str(truth.uuid())
    data = truth.data | {"id": ghost, "name": f"{NAME} {ghost}"}
    return truth.record(data, ce_subject=ghost.encode(), ce_aggregateversion=b"%d" % version)


def _marker(truth: Truth, first: int) -> Record:
    identity, stream = str(marker_id(truth.newest.topic)), stream_name(truth.newest.topic)
    return truth.record(
        {"id": identity, "county": county_of(truth.newest.topic), "from": first},
        ce_subject=identity.encode(),
        ce_type=f"se.norrsam.{stream}.StreamRestated.v1".encode(),
        ce_aggregateversion=b"%d" % (truth.number + 1),
    )


def _report(truth: Truth, **changed: object) -> Record:
    """A report that is newer than its county's next few, with these fields."""
    after = {"counter": truth.data["counter"] + AHEAD} | changed
    return replace(_again(truth), value=json.dumps(truth.data | after).encode())


def _written(truth: Truth, **changed: int) -> Record:
    return _report(truth, written=[each | changed for each in truth.data["written"]])


def _applied(truth: Truth, change: Callable[[Any], dict[str, object]]) -> Record:
    return _report(truth, applied=[each | change(each) for each in truth.data["applied"]])


def _further(applied: Any) -> dict[str, object]:
    return {"number": applied["number"] + 3}


def _gaps(truth: Truth, *gaps: tuple[int, int]) -> Record:
    def with_gaps(applied: Any) -> dict[str, object]:
        return {"gaps": [{"epoch": applied["epoch"], "first": first, "last": last} for first, last in gaps]}

    return _applied(truth, with_gaps)


def _strangers(truth: Truth) -> Iterable[Record]:
    """Reports of services that nobody has, with many gaps each."""
    gaps = [(3 * place + 1, 3 * place + 2) for place in range(2_000)]
    one = _gaps(truth, *gaps)
    for name in [f"stranger-{nth}" for nth in range(20)]:
        yield replace(
            one, key=name.encode(), value=json.dumps(json.loads(one.value or b"") | {"service": name}).encode()
        )


# --- the kinds


def _of_headers(name: str, **headers: bytes | None) -> Forgery:
    return Forgery(name, lambda truth: [truth.record(**headers)])


def _one(name: str, make: Callable[[Truth], Record], reason: str | None = FALSE, *, believed: bool = False) -> Forgery:
    return Forgery(name, lambda truth: [make(truth)], reason, believed)


def _of_data(name: str, change: Callable[[Truth], bytes]) -> Forgery:
    """A true envelope, so the number counts, and this value."""
    return _one(name, lambda truth: replace(truth.record(), value=change(truth)), INVALID, believed=True)


def _missing(name: str) -> Forgery:
    return _one(f"no {name}", lambda truth: _without(truth, name))


def _compressed(codec: str) -> Forgery:
    return Forgery(f"{codec}-compressed", lambda truth: [_again(truth, codec=codec)] * 50, None)


UNREADABLE = (
    _one("a header's name that is not UTF-8", lambda truth: replace(truth.record(), headers={NotUtf8("xx"): b"x"})),
)
"""Records that the client library cannot read: the reader goes past them one by one.

A broker takes no batch whose checksum is wrong: only a disk makes one (tests/delivery/test_unreadable_records.py).
"""

FALSE_ENVELOPES = (
    _one("random bytes", lambda truth: replace(truth.newest, headers={}, value=b"\0\1\xfe\xff", key=b"\xff")),
    *map(_missing, ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_sequence", "ce_epoch")),
    _of_headers("a null header", ce_id=None),
    _of_headers("a long id", ce_id=b"x" * 300),
    _of_headers("an id that is no UUID", ce_id=b"x"),
    _of_headers("a schema that is not UTF-8", ce_dataschema=b"\xff"),
    _of_headers("a content type with a NUL", **{"content-type": b"a\0b"}),
    _of_headers("an empty header", ce_type=b""),
    _one("a header twice", lambda truth: replace(truth.record(), more=[("ce_sequence", b"1")])),
    _of_headers("a header that is not UTF-8", ce_type=b"\xff\xfe"),
    _of_headers("a header with a NUL", ce_id=b"a\0b"),
    _of_headers("a header with a lone surrogate", ce_correlationid=b"\xed\xa0\x80"),
    _of_headers("another specversion", ce_specversion=b"0.3"),
    _of_headers("another county's source", ce_source=b"/counties/elsewhere/actors"),
    _of_headers("another stream's source", ce_source=b"/counties/norrbotten/nothing"),
    _of_headers("a subject that is no id", ce_subject=b"somebody"),
    _of_headers("a time without a zone", ce_time=b"2026-11-23T10:00:00"),
    _of_headers("a time that UTC does not have", ce_time=b"9999-12-31T23:59:59-14:00"),
    _of_headers("number 0", ce_sequence=b"0"),
    _of_headers("a negative number", ce_sequence=b"-1"),
    _of_headers("a number of 19 digits", ce_sequence=b"9" * 19),
    _of_headers("a number in other digits", ce_sequence="\u0661".encode()),
    _one("a number far ahead", lambda truth: _at(truth, truth.epoch, truth.number + 2 * MAX_NUMBER_JUMP)),
    _of_headers("epoch 0", ce_epoch=b"0"),
    _of_headers("an epoch of 18 digits", ce_epoch=b"9" * 18),
    _one("an epoch of next year", lambda truth: _at(truth, int(truth.now) + YEAR)),
    _one("an epoch that nobody named", lambda truth: _at(truth, int(truth.now), sent=truth.now - DAY)),
    _of_headers("version 0", ce_aggregateversion=b"0"),
    _one(
        "a version far ahead",
        lambda truth: truth.record(ce_aggregateversion=b"%d" % (truth.version + MAX_FIRST_VERSION + 1)),
    ),
    _one("a first version far ahead", lambda truth: _ghost(truth, MAX_FIRST_VERSION + 1)),
    _one("a marker from above itself", lambda truth: _marker(truth, 10**15)),
    _one("no data", lambda truth: replace(truth.record(), value=None)),
)

FALSE_DATA = (
    _one(
        "an unknown type", lambda truth: truth.record(ce_type=b"se.norrsam.actors.N.v9"), "unknown-type", believed=True
    ),
    _of_data("data that are no JSON", lambda _: b"{"),
    _of_data("data that are not UTF-8", lambda _: b'{"name": "\xff"}'),
    _of_data("data nested deep", lambda _: b"[" * 100_000),
    _of_data("data without a field", lambda truth: json.dumps({"id": truth.data["id"]}).encode()),
    _of_data("data with a NUL", lambda truth: _text(truth, r'"a\u0000b"')),
    _of_data("data with a lone surrogate", lambda truth: _text(truth, r'"a\ud800b"')),
    _of_data("a number out of range", lambda truth: _text(truth, "1" + "0" * 400)),
    _of_data("another county's data", lambda truth: json.dumps(truth.data | {"county": "elsewhere"}).encode()),
    _of_data("another aggregate's data", lambda truth: json.dumps(truth.data | {"id": str(truth.uuid())}).encode()),
    _of_data("large data", lambda truth: _text(truth, f'["{"x" * LARGE}"]')),
)

TRUE_LOOKING = (
    _one("the next version", _next_version, None, believed=True),
    _one("an aggregate that is not there", _ghost, None, believed=True),
    _one("a number with a gap before it", lambda truth: _at(truth, truth.epoch, truth.number + 5), None, believed=True),
    _one("a marker that withdraws all", lambda truth: _marker(truth, truth.number + 1), None, believed=True),
)

HARMLESS = (
    Forgery("a flood of duplicates", lambda truth: [_again(truth)] * 2_000, None),
    _one("a known number", lambda truth: _next_version(truth, ce_sequence=b"%d" % truth.number), None),
    _one("an old epoch", lambda truth: _at(truth, max(1, truth.epoch - 1)), None),
    _one("a reply_to", lambda truth: _again(truth, more=[("reply_to", truth.newest.topic.encode())]), None),
    _one("giant headers", lambda truth: _again(truth, more=[("x", b"x" * LARGE)]), None),
    _one("many headers", lambda truth: _again(truth, more=[("x", b"")] * 20_000), None),
    *map(_compressed, CODECS),
)

FALSE_REPORTS = (
    _one("a report that is no JSON", lambda truth: replace(_again(truth), value=b"{"), INVALID),
    _one("a report without data", lambda truth: replace(_again(truth), value=None), INVALID),
    _one("a report nested deep", lambda truth: replace(_again(truth), value=b"[" * 50_000), INVALID),
    _one("a large report", lambda truth: _applied(truth, lambda _: {"event_id": "x" * 100_000})),
    _one("a long id of an event", lambda truth: _applied(truth, lambda _: {"event_id": "x" * 300})),
    _one("a report under another key", lambda truth: replace(_report(truth), key=b"trainings")),
    _one("another county's report", lambda truth: _report(truth, county="elsewhere")),
    Forgery("reports of strangers", _strangers, None),
    _one("a generation far ahead", lambda truth: _report(truth, generation=2**62)),
    _one("a time that no clock has", lambda truth: _report(truth, as_of="9999-12-31T23:59:59-14:00"), INVALID),
    _one("a time far ahead", lambda truth: _report(truth, as_of="2126-01-01T00:00:00Z"), None),
    _one("an epoch of next year in a report", lambda truth: _written(truth, epoch=int(truth.now) + YEAR)),
    _one("an epoch of today in a report", lambda truth: _written(truth, epoch=int(truth.now)), None),
    _one("numbers far ahead in a report", lambda truth: _written(truth, last=2**62), None),
    _one("a gap of all numbers", lambda truth: _gaps(truth, (1, 2**62)), None),
    _one("a gap upside down", lambda truth: _gaps(truth, (9, 1)), None),
    _one("thousands of gaps", lambda truth: _gaps(truth, *[(n, n) for n in range(2, 9_000, 2)])),
    _one("hundreds of gaps", lambda truth: _gaps(truth, *[(n, n) for n in range(2, 1_600, 2)]), None),
)
"""Reports that are false, or soon replaced by true ones."""

LIES = (
    _one("more applied than there is", lambda truth: _applied(truth, _further), None, believed=True),
    _one(
        "another event under a number", lambda truth: _applied(truth, lambda _: {"event_id": "x"}), None, believed=True
    ),
)
"""Reports that claim what their county's neighbour cannot have published."""

MUTING = (
    _one(
        "a generation of this minute",
        lambda truth: _report(truth, generation=int((truth.now + MUTE_SECONDS) * 1000)),
        None,
    ),
    _one("a counter far ahead", lambda truth: _report(truth, counter=2**62), None),
)
"""Reports after which their county is not heard until it has repeated itself, a minute later."""

EVENTS = {
    "unreadable records": UNREADABLE,
    "false envelopes": FALSE_ENVELOPES,
    "false data": FALSE_DATA,
    "true-looking events": TRUE_LOOKING,
    "harmless records": HARMLESS,
}
"""The kinds of records on a stream of events."""
REPORTS = {"false reports": FALSE_REPORTS, "lies": LIES, "muting reports": MUTING}
"""The kinds of reports on a county's links."""
