"""The subject with which a letter is answered."""

from email.utils import parseaddr
from urllib.parse import parse_qs, urlsplit

import pytest

from services.meetings.domain.letter_replies import ReplyWord, read_subject, reply_link
from shared.rejected import Rejected

CODE = "0123456789abcdef"


@pytest.mark.parametrize("word", ReplyWord)
def test_a_link_writes_what_is_read(word: ReplyWord) -> None:
    link = urlsplit(reply_link("samverkan+möte@lan.example", word, CODE))

    assert (link.scheme, link.path) == ("mailto", "samverkan%2Bm%C3%B6te@lan.example")
    assert parseaddr(link.path)[1] == link.path
    assert read_subject(parse_qs(link.query)["subject"][0]) == (word, CODE)


@pytest.mark.parametrize("subject", [f"Sv: Klart {CODE}", f"RE: KLART {CODE.upper()} (2)", f"klart {CODE}"])
def test_what_mail_programs_add_to_a_subject_is_passed_over(subject: str) -> None:
    assert read_subject(subject) == (ReplyWord.DONE, CODE)


@pytest.mark.parametrize(
    "subject",
    ["", "Klart", CODE, f"Klart {CODE}0", f"Oklart {CODE}", f"Klart {CODE[1:]}", f"Fel {CODE} Justerat {CODE}"],
)
def test_a_subject_that_is_unclear_is_refused(subject: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_subject(subject)
    assert caught.value.slug == "unclear-reply"
