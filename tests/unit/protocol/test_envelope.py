"""The envelope of an event: the valid and the refused ones."""

from types import SimpleNamespace

import pytest

from shared.protocol.envelope import FalseEnvelope, correlation_of, numbered, parse

TOPIC = "norrbotten.shared.actors.v1"
SUBJECT = "019aaf3e-6f7e-7ee1-b000-000000000000"
TRUE = {
    "ce_specversion": b"1.0",
    "ce_id": b"019aaf3e-6f7e-7ee1-b000-000000000001",
    "ce_source": b"/counties/norrbotten/actors",
    "ce_type": b"se.norrsam.actors.ActorRegistered.v1",
    "ce_subject": SUBJECT.encode(),
    "ce_time": b"2026-11-23T10:00:00.000Z",
    "ce_aggregateversion": b"3",
    "ce_epoch": b"1",
    "ce_sequence": b"000000000007",
}


def test_the_numbers_of_a_parsed_envelope_are_numbers() -> None:
    envelope = parse(TOPIC, TRUE.items())

    assert (envelope.epoch, envelope.number, envelope.version) == (1, 7, 3)
    assert str(envelope.subject) == SUBJECT


def test_the_sequence_header_has_twelve_digits() -> None:
    assert numbered([], 1, 42) == [("ce_epoch", b"1"), ("ce_sequence", b"000000000042")]


def test_headers_that_are_not_ours_are_ignored() -> None:
    assert parse(TOPIC, [*TRUE.items(), ("reply_to", b"elsewhere"), ("x", None), ("y", b"\xff")]).number == 7


@pytest.mark.parametrize("name", list(TRUE))
def test_a_missing_header_is_named_in_the_error(name: str) -> None:
    with pytest.raises(FalseEnvelope, match=name):
        parse(TOPIC, [(key, value) for key, value in TRUE.items() if key != name])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_source", b"/counties/jamtland/actors"),
        ("ce_specversion", b"0.3"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"-4"),
        ("ce_sequence", "٣".encode()),
        ("ce_sequence", b"9" * 19),
        ("ce_epoch", b"one"),
        ("ce_aggregateversion", b"1.5"),
        ("ce_subject", b"not-a-uuid"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-11-23T10:00:00"),
        ("ce_type", b"\xff\xfe"),
        ("ce_id", None),
        ("ce_id", b"x"),
        ("ce_id", b"x" * 201),
        ("ce_correlationid", b"x" * 201),
        *((name, value) for name in ("ce_dataschema", "content-type") for value in (None, b"\xff", b"\0", b"x" * 201)),
    ],
)
def test_a_bad_header_is_named_in_the_error(name: str, value: bytes | None) -> None:
    headers: dict[str, bytes | None] = {**TRUE, name: value}

    with pytest.raises(FalseEnvelope, match=name):
        parse(TOPIC, headers.items())


@pytest.mark.parametrize("spelling", ["{}", "urn:uuid:{}", "{{{}}}", "{}-"])
def test_an_id_has_one_form_however_it_is_spelled(spelling: str) -> None:
    headers = {**TRUE, "ce_id": spelling.format(SUBJECT.upper() if spelling == "{}" else SUBJECT).encode()}

    assert parse(TOPIC, headers.items()).id == SUBJECT


def test_a_repeated_header_is_refused() -> None:
    with pytest.raises(FalseEnvelope, match="twice"):
        parse(TOPIC, [*TRUE.items(), ("ce_sequence", b"8")])


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({}, SUBJECT),
        ({"ce_correlationid": SUBJECT.upper().encode()}, SUBJECT),
        ({"ce_correlationid": b"anna.andersson"}, None),
        ({"ce_source": b"/counties/jamtland/actors"}, None),
    ],
)
def test_a_log_names_a_correlation_id_that_is_a_uuid(changed: dict[str, bytes], named: str | None) -> None:
    headers = {**TRUE, "ce_correlationid": SUBJECT.encode(), **changed}

    assert correlation_of(SimpleNamespace(topic=TOPIC, headers=[*headers.items()])) == named


def test_a_log_names_no_correlation_id_of_an_unlinkable_stream() -> None:
    headers = {**TRUE, "ce_source": b"/counties/norrbotten/shipment-signals", "ce_correlationid": SUBJECT.encode()}
    record = SimpleNamespace(topic="norrbotten.shared.shipment-signals.v1", headers=[*headers.items()])

    assert parse(record.topic, record.headers).correlation_id == SUBJECT
    assert correlation_of(record) is None
