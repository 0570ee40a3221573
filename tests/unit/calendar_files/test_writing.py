"""Calendar files, read back by four libraries: none of them sees another entry than was meant."""

import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.runtime.calendar_files.entries import CUTYPE, PARTSTAT, ROLE, STATUS, Attendee, CalendarMethod, CalendarUser
from shared.runtime.calendar_files.writing import write
from tests.unit.calendar_files.given import (
    ADDRESS,
    ATTENDEE,
    CHANGED,
    ENDS,
    ORGANISER,
    PLACE,
    READERS,
    STARTS,
    TITLE,
    Shown,
    entry,
    line,
    lines,
    request,
)

by_every_reader = pytest.mark.parametrize("read", READERS.values(), ids=READERS)
Reader = Callable[[bytes], list[Shown]]
TEXTS = st.text(st.one_of(st.sampled_from("\\nN;,:\r\n\t åÄö–\"'^%"), st.characters()), max_size=200)
NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def test_ical_js_is_the_file_that_its_maker_published() -> None:
    file = Path(__file__).parent / "icaljs" / "ical-2.2.1.min.js"

    assert sha256(file.read_bytes()).hexdigest() == "6643f20634241dc040e02c2f10e3c48cf9bcda4b3180f4321a3d05a3a83dfe52"


@by_every_reader
def test_a_request_is_read_as_it_was_meant(read: Reader) -> None:
    (shown,) = read(request(place=PLACE, description="Dagordning:\n1. Läget\n2. Övrigt").content)

    assert shown == Shown(
        method="REQUEST",
        uid=entry().uid,
        sequence=0,
        status="CONFIRMED",
        title=TITLE,
        starts=STARTS,
        ends=ENDS,
        changed_at=CHANGED,
        place=PLACE,
        description="Dagordning:\n1. Läget\n2. Övrigt",
        asked=(f"mailto:{ADDRESS}",),
    )


def test_a_request_says_who_asks_whom_and_how() -> None:
    chair = Attendee(CalendarUser(ADDRESS, "BD"), ROLE.CHAIR, PARTSTAT.ACCEPTED, rsvp=False, kind=CUTYPE.GROUP)
    asked = line(request().content, "ATTENDEE")

    assert asked == (
        "ATTENDEE;CN=\"Samordnare, Norrbottens län 'BD'\";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;"
        f"ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:{ADDRESS}"
    )
    assert line(write(CalendarMethod.REQUEST, [entry(attendees=(chair,))]).content, "ATTENDEE") == (
        f"ATTENDEE;CN=BD;CUTYPE=GROUP;PARTSTAT=ACCEPTED;ROLE=CHAIR;RSVP=FALSE:mailto:{ADDRESS}"
    )
    assert line(request().content, "ORGANIZER") == f'ORGANIZER;CN="Västerbottens län":mailto:{ORGANISER.address}'


def test_what_may_be_left_out_is_left_out() -> None:
    content = write(CalendarMethod.PUBLISH, [entry()]).content
    full = write(
        CalendarMethod.PUBLISH, [entry(url="https://moten.example/1", categories=("Ö-vik, m.fl.",), private=True)]
    ).content

    names = {each.partition(":")[0].partition(";")[0] for each in lines(content)}
    assert names.isdisjoint({"LOCATION", "DESCRIPTION", "URL", "CATEGORIES", "CLASS", "ATTENDEE", "X-WR-CALNAME"})
    assert line(full, "URL") == "URL:https://moten.example/1"
    assert line(full, "CATEGORIES") == r"CATEGORIES:Ö-vik\, m.fl."
    assert line(full, "CLASS") == "CLASS:PRIVATE"
    assert line(full, "LAST-MODIFIED") == "LAST-MODIFIED:20261130T081500Z"


@by_every_reader
def test_one_uid_lives_through_move_cancellation_and_anew(read: Reader) -> None:
    asked = request()
    moved = request(sequence=1, starts=ENDS, ends=ENDS + (ENDS - STARTS))
    off = write(CalendarMethod.CANCEL, [entry(sequence=2, attendees=(ATTENDEE,))])
    anew = request(sequence=3)

    files = [shown for each in (asked, moved, off, anew) for shown in read(each.content)]
    assert [(each.method, each.status) for each in files] == [
        ("REQUEST", "CONFIRMED"),
        ("REQUEST", "CONFIRMED"),
        ("CANCEL", "CANCELLED"),
        ("REQUEST", "CONFIRMED"),
    ]
    assert len({each.uid for each in files}) == 1
    assert sorted(files, key=lambda each: each.age) == files


@by_every_reader
def test_what_is_cancelled_before_any_answer_goes_too(read: Reader) -> None:
    unanswered = entry(sequence=1, attendees=(ATTENDEE,), status=STATUS.CANCELLED)

    (shown,) = read(write(CalendarMethod.CANCEL, [unanswered]).content)

    assert (shown.method, shown.status, shown.title) == ("CANCEL", "CANCELLED", f"Inställt: {TITLE}")
    assert shown.asked == (f"mailto:{ADDRESS}",)


@by_every_reader
def test_a_feed_has_every_entry_and_says_how_often_to_ask(read: Reader) -> None:
    off = entry(uid="2@vasterbotten", sequence=1, status=STATUS.CANCELLED)
    perhaps = entry(uid="3@vasterbotten", status=STATUS.TENTATIVE)
    content = write(CalendarMethod.PUBLISH, [entry(), off, perhaps], feed="Möten, Västerbottens län").content

    shown = read(content)
    assert [each.status for each in shown] == ["CONFIRMED", "CANCELLED", "TENTATIVE"]
    assert [each.title for each in shown] == [TITLE, f"Inställt: {TITLE}", TITLE]  # some calendars show no status
    assert {
        r"NAME:Möten\, Västerbottens län",
        r"X-WR-CALNAME:Möten\, Västerbottens län",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    } <= set(lines(content))
    assert read(write(CalendarMethod.PUBLISH, [], feed="Tomt").content) == []


def test_a_file_made_twice_is_the_same() -> None:
    assert request().content == request().content


@pytest.mark.parametrize(
    ("method", "attendees"),
    [(CalendarMethod.PUBLISH, 1), (CalendarMethod.REQUEST, 0), (CalendarMethod.REPLY, 0), (CalendarMethod.REPLY, 2)],
)
def test_a_method_with_a_wrong_number_of_attendees_is_refused(method: CalendarMethod, attendees: int) -> None:
    with pytest.raises(ValueError, match=f"{method} of .* cannot have {attendees} attendees"):
        write(method, [entry(attendees=(ATTENDEE,) * attendees)])


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_lines_are_folded_by_octets_and_no_letter_is_cut(title: str, text: str) -> None:
    content = request(title=title, description=text, url=title, uid=text, place=text).content

    for each in content.split(b"\r\n"):
        assert len(each) <= 75
        assert b"\n" not in each
        assert NOT_TEXT.search(each.decode()) is None


@settings(max_examples=200)
@given(TEXTS, st.sampled_from(list(READERS.values())))
def test_every_text_is_read_back_as_it_was(text: str, read: Reader) -> None:
    plain = "\n".join(NOT_TEXT.sub(" ", each) for each in re.split("\r\n|\r|\n", f".{text}."))

    (shown,) = read(request(description=f".{text}.").content)

    assert shown.description == plain


def test_no_text_of_others_can_add_a_line() -> None:
    attack = "x\r\nATTENDEE:mailto:evil@example.org\rURL:https://evil.example\nX"
    evil = CalendarUser(attack, attack)
    hostile = entry(
        uid=attack,
        title=attack,
        place=attack,
        description=attack,
        url=attack,
        categories=(attack,),
        organiser=evil,
        attendees=(replace(ATTENDEE, user=evil),),
    )

    names = [
        each.partition(":")[0].partition(";")[0] for each in lines(write(CalendarMethod.REQUEST, [hostile]).content)
    ]
    assert (names.count("ATTENDEE"), names.count("URL"), names.count("X")) == (1, 1, 0)
