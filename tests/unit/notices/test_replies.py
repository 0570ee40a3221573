"""A mail that comes back is untrusted: little of it counts, and nothing in it is an error of ours."""

import contextlib
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rejected import Rejected
from shared.runtime.notices.replies import MOST_PARTS, MailReply, read_mail


def mail(text: str | None = None, **headers: str) -> EmailMessage:
    """A mail as programs write it."""
    written = EmailMessage(policy=SMTP)
    for name, value in ({"From": "Samordnare <Samordnare@Lan.example>", "Subject": "Fel 1"} | headers).items():
        written[name] = value
    if text is not None:
        written.set_content(text)
    return written


def refusal(content: bytes) -> str:
    with pytest.raises(Rejected) as caught:
        read_mail(content)
    return caught.value.slug


@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_sender_subject_and_first_paragraph_count(encoding: str) -> None:
    written = mail(Subject="Sv: Fel på Åre")
    written.set_content("§ 4 gäller\r\nockså Åre\r\n\r\nMed vänlig hälsning\r\nNågon\r\n> Förut", cte=encoding)
    written.add_alternative("<p>Annat</p>", subtype="html")

    assert read_mail(bytes(written)) == MailReply(
        "samordnare@lan.example", "Sv: Fel på Åre", "§ 4 gäller också Åre", None
    )


def test_an_attached_text_is_not_what_the_mail_says() -> None:
    written = mail("Fel dag")
    written.add_attachment("Annat", filename="a.txt")
    assert read_mail(bytes(written)).text == "Fel dag"
    only = mail()
    only.add_attachment("Annat", filename="a.txt")
    assert read_mail(bytes(only)).text == ""


def test_a_calendar_file_is_found_as_a_part_and_as_the_whole() -> None:
    file = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    written = mail("Accepterat")
    written.add_alternative(file.decode(), subtype="calendar", params={"method": "REPLY"})
    whole = b"From: a@b.example\r\nContent-Type: text/calendar\r\n\r\n" + file
    assert [(read_mail(each).calendar or b"").strip() for each in (bytes(written), whole)] == [file.strip()] * 2


@pytest.mark.parametrize(
    "sender",
    [
        "a@b.example",
        "<A@B.example>",
        '"a@b.example" <a@b.example>',
        '"Anna \\"A\\" <x@y.example>" <a@b.example>',
        "=?utf-8?q?L=C3=A4n?=\r\n <a@b.example>",
        "=?utf-8?q?=3Cx=40y=2Eexample=3E?= <a@b.example>",
    ],
)
def test_a_sender_is_the_address_and_never_the_name(sender: str) -> None:
    assert read_mail(f"From: {sender}\r\n\r\n".encode()).sender == "a@b.example"


@pytest.mark.parametrize(
    "sender",
    [
        "x@y.example <a@b.example>",
        "x@y.example, a@b.example",
        "<x@y.example> <a@b.example>",
        "a@b@c.example",
        "A: a@b;",
    ],
)
def test_a_sender_who_may_be_two_is_refused(sender: str) -> None:
    assert refusal(f"From: {sender}\r\n\r\n".encode()) == "invalid-mail"


@pytest.mark.parametrize(
    "content",
    [b"", b"From: a@b.example\r\nFrom: c@d.example\r\n\r\n", b"From: nobody\r\n\r\n", b"Subject: Klart\r\n\r\nx"],
)
def test_a_mail_without_one_sender_is_refused(content: bytes) -> None:
    assert refusal(content) == "invalid-mail"


def test_a_mail_of_very_many_parts_is_refused() -> None:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    assert refusal(b"From: a@b.example\r\n" + nested) == "invalid-mail"
    assert MOST_PARTS < 3000


LINES = st.sampled_from(
    [
        *(b"From: a@b.example", b"From: =?x?q?a?= <a@b>", b"Subject: =?utf-8?b?!?=", b"Subject: =?idna?q?=ff?="),
        *(b"Content-Type: text/plain; charset=idna", b"Content-Type: text/plain; charset*=x'y'%ff", b"", b"--b"),
        *(
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Type: message/rfc822",
            b"Content-Type: text/calendar",
        ),
        *(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uuencode", b"begin 666 x", b"\xff\x00"),
        *(b"Content-Disposition: attachment; filename*0*=a''%zz", b"Subject: \xe5", b"From: \xe5@b.example"),
    ]
)


@given(st.lists(st.one_of(LINES, st.binary(max_size=60)), max_size=20))
def test_whatever_comes_is_read_or_refused(lines: list[bytes]) -> None:
    with contextlib.suppress(Rejected):
        read_mail(b"\r\n".join(lines))
