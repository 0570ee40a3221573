"""A mail as programs read it: encodings, headers, one alternative and no attachment."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.runtime.notices.composing import compose
from shared.runtime.notices.queue import Notice

ONE, TWO, SUBJECT = (UUID(int=number) for number in (1, 2, 3))
NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
FILE = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Räkna med röda ärtor på Ålö\r\nEND:VCALENDAR\r\n"


def notice(identity: UUID = ONE, **changes: Any) -> Notice:
    fields: dict[str, Any] = {
        "position": 1,
        "id": identity,
        "kind": "seat-offered",
        "recipient": UUID(int=9),
        "address": "ombud@ombud.example",
        "about": SUBJECT,
        "subject": "Svara före måndag: en plats på Försändelser i Åre, Örnsköldsvik och Härjedalen är nu ledig",
        "text": "En plats är ledig för dig på utbildningen.\n\nSvara JA på det här mejlet.",
        "calendar": None,
        "method": None,
        "at": NOON,
        "tried_next": NOON,
        "attempts": 1,
        "mail": ONE,
        "reason": None,
        "outcome": None,
        "settled_at": None,
    }
    return Notice(**fields | changes)


def read(*notices: Notice) -> EmailMessage:
    raw = compose(notices, "samverkan@norrbotten.example", "Länsstyrelsen i Norrbottens län").as_bytes()
    assert raw.isascii(), "a server that knows ASCII alone passes it on"
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    found = message_from_bytes(raw, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def words(found: EmailMessage) -> str:
    body = found.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_swedish_letters_are_read_in_subject_sender_and_text() -> None:
    found = read(notice())

    assert found["Subject"] == notice().subject
    assert found["From"].addresses[0].display_name == "Länsstyrelsen i Norrbottens län"
    text = found.get_body(("plain",))
    assert text is not None
    assert text["Content-Transfer-Encoding"] == "quoted-printable"
    assert words(found).startswith("En plats är ledig för dig på utbildningen.\n\nSvara JA på det här mejlet.")


def test_a_mail_is_the_same_mail_whenever_it_is_made() -> None:
    first, second = read(notice()), read(notice(attempts=7))

    assert first["Message-ID"] == second["Message-ID"] == f"<{ONE}@norrbotten.example>"
    assert first["Date"] == second["Date"]
    assert first["Date"].datetime == NOON


def test_mails_about_one_thing_are_one_thread() -> None:
    assert read(notice())["References"] == read(notice(TWO, mail=TWO))["References"]


def test_no_absence_notice_is_asked_for() -> None:
    assert read(notice())["Auto-Submitted"] == "auto-generated"


def test_a_calendar_file_is_an_alternative_with_its_method_alone() -> None:
    found = read(notice(calendar=FILE.encode(), method="REQUEST"))

    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/calendar"]
    file = list(found.iter_parts())[1]
    assert (file.get_param("method"), file.get_content_charset()) == ("REQUEST", "utf-8")
    assert file.get_payload(decode=True) == FILE.encode()
    assert file.get_content_disposition() is None
    assert list(found.iter_attachments()) == []


def test_several_notices_are_one_mail_that_says_each() -> None:
    found = read(notice(), notice(TWO, subject="Ditt intyg är klart", text="Du har gått utbildningen.", about=TWO))

    assert found["Subject"] == "2 meddelanden från Norrsam"
    assert found["Message-ID"] == f"<{ONE}@norrbotten.example>"
    assert str(notice().subject) in words(found)
    assert "Ditt intyg är klart\n\nDu har gått utbildningen." in words(found)


@given(st.text(max_size=200), st.text(max_size=400))
def test_no_text_makes_a_header_of_its_own(subject: str, text: str) -> None:
    try:
        found = read(notice(subject=f"{subject}\r\nBcc: somebody@else.example", text=text))
    except ValueError:
        return  # what cannot be written is refused, and shown

    assert found["Bcc"] is None


@pytest.mark.parametrize("address", ["ombud", "a,b@ombud.example", "a b@ombud.example", "a@b\r\nBcc: c@d.example"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's words
        compose([notice(address=address)], "samverkan@norrbotten.example", "Länsstyrelsen")


WORDS = ("på", "åäö", "–", "é", "2027", "kl.", "00.00:", "Örnsköldsvik", "fortsättningskurs", "Tillsammans", "illegala")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join))
def test_a_long_subject_is_read_with_every_space(subject: str) -> None:
    assert read(notice(subject=subject))["Subject"] == subject


@pytest.mark.parametrize("county", ["Norrbottens", "Västerbottens", "Jämtlands", "Västernorrlands"])
def test_every_county_is_read_as_the_sender(county: str) -> None:
    for length in range(1, 60):
        sender = f"{'s' * length}@example.se"

        raw = compose([notice()], sender, f"Länsstyrelsen i {county} län").as_bytes()

        (found,) = message_from_bytes(raw, policy=default)["From"].addresses
        assert (found.display_name, found.addr_spec) == (f"Länsstyrelsen i {county} län", sender)
