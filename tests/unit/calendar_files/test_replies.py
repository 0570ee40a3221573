"""Replies as calendars send them, and as nobody should."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rejected import Rejected
from shared.runtime.calendar_files.entries import PARTSTAT, Attendee, CalendarMethod, CalendarUser
from shared.runtime.calendar_files.replies import (
    MAX_ATTENDEES,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_LINES,
    CalendarReply,
    read_reply,
)
from shared.runtime.calendar_files.writing import write
from tests.unit.calendar_files.clients import CLIENTS, WORDS
from tests.unit.calendar_files.given import ADDRESS, entry, request

every_client = pytest.mark.parametrize("client", CLIENTS)
ASKED = request(sequence=2).content
GOOGLE = CLIENTS["Google"](ASKED, "ACCEPTED")


@every_client
@pytest.mark.parametrize("answer", ["ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"])
@pytest.mark.parametrize("sequence", [0, 1])
def test_a_request_is_answered_by_every_calendar(client: str, answer: str, sequence: int) -> None:
    reply = read_reply(CLIENTS[client](request(sequence=sequence).content, answer))

    answered_at = datetime(2026, 12, 1, 8, 15, tzinfo=UTC)
    assert reply == CalendarReply(entry().uid, sequence, answered_at, {ADDRESS: PARTSTAT(answer)})
    assert reply.answer_of(ADDRESS.upper()) is PARTSTAT(answer)
    assert WORDS not in str(reply)


def test_our_own_reply_is_read_too() -> None:
    declined = Attendee(CalendarUser(ADDRESS, "Norrbottens län"), answer=PARTSTAT.DECLINED)

    reply = read_reply(write(CalendarMethod.REPLY, [entry(sequence=1, attendees=(declined,))]).content)

    assert (reply.sequence, reply.answers) == (1, {ADDRESS: PARTSTAT.DECLINED})


def test_the_only_answer_counts_whatever_its_address() -> None:
    passed_on = read_reply(GOOGLE.replace(ADDRESS.encode(), b"another@example.org"))

    assert passed_on.answer_of(ADDRESS) is PARTSTAT.ACCEPTED


def test_of_several_answers_that_of_the_mailbox_counts() -> None:
    others = b"ATTENDEE;PARTSTAT=DECLINED:mailto:other@example.org\r\nATTENDEE:mailto:third@example.org\r\nCREATED"
    reply = read_reply(GOOGLE.replace(b"CREATED", others))

    assert reply.answer_of(ADDRESS.upper()) is PARTSTAT.ACCEPTED
    assert reply.answer_of("third@example.org") is PARTSTAT.NEEDS_ACTION
    with pytest.raises(Rejected, match="none is of the mailbox that was asked"):
        reply.answer_of("fourth@example.org")


@pytest.mark.parametrize("unknown", [b"X-LATER", b"accepted,declined", b"IN-PROCESS", b""])
def test_an_answer_of_no_known_word_is_none(unknown: bytes) -> None:
    reply = read_reply(GOOGLE.replace(b"PARTSTAT=ACCEPTED", b"PARTSTAT=" + unknown))

    assert reply.answer_of(ADDRESS) is PARTSTAT.NEEDS_ACTION


def test_a_reply_may_lack_its_time_and_have_a_date_of_a_series_beside() -> None:
    other = b"BEGIN:VEVENT\r\nUID:x\r\nRECURRENCE-ID:20261216T120000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT"
    content = GOOGLE.replace(b"BEGIN:VEVENT", other).replace(b"DTSTAMP:2026", b"DTSTAMP:later, 2026")

    assert read_reply(content) == CalendarReply(entry().uid, 2, None, {ADDRESS: PARTSTAT.ACCEPTED})


def test_bytes_that_are_no_utf_8_take_nothing_away() -> None:
    latin = GOOGLE.replace("Styrgruppsmöte".encode(), "Styrgruppsmöte".encode("latin-1"))

    assert read_reply(latin) == read_reply(GOOGLE)


NESTED = b"BEGIN:VEVENT\r\n" * MAX_DEPTH
ATTENDEES = b"".join(b"ATTENDEE:mailto:%d@example.org\r\n" % each for each in range(MAX_ATTENDEES + 1))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"METHOD:REPLY", b"METHOD:REQUEST", "it is no answer (METHOD:REPLY)"),
        (b"METHOD:REPLY\r\n", b"", "it is no answer (METHOD:REPLY)"),
        (b"METHOD:REPLY", b"METHOD:COUNTER", "it proposes another time"),
        (b"SEQUENCE:2", b"SEQUENCE:2\r\nRECURRENCE-ID:20261209T120000Z", "it answers one day of a series"),
        (b"BEGIN:VEVENT", b"BEGIN:VEVENT\r\nEND:VEVENT\r\nBEGIN:VEVENT", "it has 2 entries"),
        (b"VEVENT", b"VTODO", "it has 0 entries"),
        (b"UID:", b"X-UID:", "it does not say what it answers (UID)"),
        (b"UID:", b"UID:" + b"a" * 256, "it does not say what it answers (UID)"),
        (b"SEQUENCE:2", b"SEQUENCE:2\r\nSEQUENCE:3", "it has 2 lines SEQUENCE"),
        (b"SEQUENCE:2", b"SEQUENCE:-1", "its SEQUENCE is no number"),
        (b"SEQUENCE:2", "SEQUENCE:²".encode(), "its SEQUENCE is no number"),
        (b"SEQUENCE:2", b"SEQUENCE:" + b"9" * 5_000, "its SEQUENCE is no number"),
        (b"ATTENDEE;", b"X-ATTENDEE;", "it has 0 attendees (ATTENDEE)"),
        (b"CREATED", ATTENDEES + b"CREATED", "it has 202 attendees (ATTENDEE)"),
        (
            b"CREATED",
            b"ATTENDEE;PARTSTAT=DECLINED:mailto:%b\r\nCREATED" % ADDRESS.encode(),
            "it answers twice, and not",
        ),
        (b"CUTYPE=", b'CN="Sven";"=', "a line of it cannot be read"),
        (b"END:VCALENDAR", b"", "its end is missing"),
        (b"END:VEVENT", b"END:VTODO", "its parts do not end as they begin"),
        (b"BEGIN:VEVENT", NESTED, "it is nested more than 5 times"),
        (b"TRANSP", b"A\r\n" * MAX_LINES + b"TRANSP", "it has more than 256 KiB or 5000 lines"),
        (b"TRANSP", b"X-A:" + b"a" * MAX_BYTES, "it has more than 256 KiB or 5000 lines"),
        (GOOGLE, b"", "it is no answer (METHOD:REPLY)"),
        (GOOGLE, "BEGIN:VCALENDAR".encode("utf-16"), "it is no answer (METHOD:REPLY)"),
        (GOOGLE, b"Hej! Jag kommer.", "it is no answer (METHOD:REPLY)"),
    ],
)
def test_what_is_no_answer_is_refused_without_its_words(old: bytes, new: bytes, why: str) -> None:
    assert old in GOOGLE
    with pytest.raises(Rejected) as caught:
        read_reply(GOOGLE.replace(old, new))

    assert caught.value.slug == "invalid-reply"
    assert caught.value.message.startswith(f"The calendar file is not taken: {why}")
    assert caught.value.__context__ is None or caught.value.__suppress_context__  # what is logged is no more
    for said in (WORDS, ADDRESS, "Sven", "Hej"):
        assert said not in caught.value.message


@settings(max_examples=300)
@given(
    st.one_of(
        st.binary(max_size=500),
        st.builds(lambda at, put: GOOGLE[:at] + put + GOOGLE[at:], st.integers(0, 900), st.binary(max_size=30)),
    )
)
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    try:
        reply = read_reply(content)
    except Rejected:
        return
    assert reply.uid
    assert reply.answers
