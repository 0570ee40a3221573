"""Texts that must not become a public record in four counties: found however written, placed, and never quoted."""

from datetime import date

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.event import READER
from shared.contracts.prose import LONGEST_PROSE, LONGEST_STATEMENT, Prose, Statement
from shared.contracts.sensitive import Sensitive, sensitive
from tests.unit.meetings.given import a_plan

prose: TypeAdapter[str] = TypeAdapter(Prose)
statement: TypeAdapter[str] = TypeAdapter(Statement)

IDENTITY, TELEPHONE = Sensitive.IDENTITY_NUMBER, Sensitive.TELEPHONE
MAILBOX, TRACKING = Sensitive.MAILBOX, Sensitive.TRACKING_NUMBER


def kinds(text: str) -> list[Sensitive]:
    return [each.kind for each in sensitive(text)]


def luhn(nine: str) -> int:
    """The check digit that follows nine digits."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(nine)]
    return -sum(each // 10 + each % 10 for each in doubled) % 10


def numbered(born: date, serial: int, coordinated: int) -> str:
    """Twelve digits made up from a day and a serial number."""
    nine = f"{born:%y%m}{born.day + coordinated:02}{serial:03}"
    return f"{born:%Y}"[:2] + nine + str(luhn(nine))


days = st.dates(date(1850, 1, 1), date(2026, 11, 28))
signs = st.sampled_from(["", "-", "+", " ", " - ", "–", "\u2011", "\u00a0", "."])


@given_any(days, st.integers(0, 999), st.sampled_from([0, 60]), st.booleans(), signs, st.booleans())
def test_an_identity_number_is_found_in_every_form(
    born: date, serial: int, coordinated: int, century: bool, sign: str, apart: bool
) -> None:
    digits = numbered(born, serial, coordinated)[0 if century else 2 :]
    head, tail = digits[:-4], digits[-4:]
    written = f"{head[:-4]} {head[-4:-2]} {head[-2:]}" if apart else head

    assert IDENTITY in kinds(f"Ärendet gäller {written}{sign}{tail}, säger han.")
    wrong = tail[:-1] + str((int(tail[-1]) + 1) % 10)
    assert IDENTITY not in kinds(f"Ärendet gäller {written}{sign}{wrong}, säger han.") or apart


@pytest.mark.parametrize(
    "text",
    [
        "19121212-1212",  # the example that authorities print in their forms
        "121212-1212",
        "121212+1212",
        "1212121212",
        "12 12 12 - 12 12",
        "§ 12 121212-1212",
        "１２１２１２-１２１２",
        "nr191212121212.",
    ],
)
def test_a_printed_example_is_found(text: str) -> None:
    assert kinds(text) == [IDENTITY]


@pytest.mark.parametrize(
    "text",
    [
        "Dnr 404-1234-2026",
        "Organisationsnummer 202100-2452",  # a county board's: its month is no month
        "121312-1212",
        "1 250 000 kronor år 2026, 2 100 000 kronor år 2027",
        "kommunerna 2480, 2482 och 2584",
    ],
)
def test_other_numbers_are_no_identity_numbers(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "070-123 45 67",
        "0701234567",
        "+46 70 123 45 67",
        "+46 (0)70-123 45 67",
        "0046701234567",
        "090/ tel 090-12 34 56",
        "0611–34 90 00",
        "0611 34 90 00",
        "tfn 34 90 00",
        "Telefon: 349000",
        "mobilnr. 12 34 567",
    ],
)
def test_a_telephone_number_is_found(text: str) -> None:
    assert TELEPHONE in kinds(f"Ring {text} i morgon.")


@pytest.mark.parametrize(
    "text",
    [
        "Ring 112 vid fara och 114 14 annars.",
        "Mötet är den 2026-12-09 kl. 13.00–15.00 (v. 50), nästa 2027-01-07.",
        "Den 09-12-2026 kl. 0900-1200 eller 0900–1200.",
        "Postnummer 903 47, kommun 0680.",
        "Perioden 2016-2026, sidorna 05–17.",
    ],
)
def test_dates_times_and_public_numbers_are_no_telephone_numbers(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text",
    ["anna.berg@boden.example", "Anna.Berg (at) boden.example", "anna-karin.b.berg@polisen.se", "trygghet1@gmail.com"],
)
def test_a_person_s_mail_address_is_found(text: str) -> None:
    assert kinds(f"Skriv till {text} om det.") == [MAILBOX]


def test_a_function_s_mailbox_may_stand_in_minutes() -> None:
    assert kinds("Svar till brottsforebyggande@lansstyrelsen.example senast fredag.") == []


@pytest.mark.parametrize(
    "text", ["RR123456785SE", "LX473124829SE", "RR 123 456 785 SE", "rr473124829se", "RR123456789SE"]
)
def test_a_tracking_number_is_found(text: str) -> None:
    """S10 of UPU: two letters, eight digits and a check digit, two letters. 473124829 is its example."""
    found = kinds(f"Försändelsen {text} öppnades.")

    assert found == ([TRACKING] if text != "RR 123 456 789 SE" else [])


def test_a_price_is_no_tracking_number() -> None:
    assert kinds("Kostnaden är 123 456 789 kr, av 123 456 789 kr.") == []


def test_a_finding_is_placed_by_line_and_column() -> None:
    (first, second) = sensitive("# Beslut\n\nRing 070-123 45 67\noch 121212-1212 sedan")

    assert (first.line, first.column, first.kind) == (3, 6, TELEPHONE)
    assert (second.line, second.column, second.kind) == (4, 5, IDENTITY)


@pytest.mark.parametrize("field", [prose, statement])
def test_a_refusal_says_where_and_quotes_nothing(field: TypeAdapter[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        field.validate_python("Ring 070-123 45 67 eller anna.berg@boden.example, 121212-1212, RR123456785SE")

    message = caught.value.errors()[0]["msg"]
    for place in ("line 1, column 6: a telephone", "column 26: a person's mail", "column 51: a personnummer"):
        assert place in message
    assert not any(word in message for word in ("070", "anna", "1212", "RR1"))


def test_a_number_that_form_alone_would_join_is_found_too() -> None:
    with pytest.raises(ValidationError, match="a personnummer"):
        statement.validate_python("Gäller 121212      1212 i dag")


def test_markdown_of_several_lines_is_kept_and_html_is_refused() -> None:
    text = "# Beslut\n\n- **§ 4** gemensam utbildningsplan  \n- se <https://bra.se>\n"

    assert prose.validate_python("\n# Beslut\r\nMer\tsagt\n") == "# Beslut\nMer sagt"
    with pytest.raises(ValidationError, match="HTML"):
        prose.validate_python("Hej <script>alert(1)</script>")
    with pytest.raises(ValidationError, match="HTML"):
        prose.validate_python(text)
    with pytest.raises(ValidationError, match=f"{LONGEST_PROSE} is the most"):
        prose.validate_python("a" * (LONGEST_PROSE + 1))


@pytest.mark.parametrize(("kind", "most"), [(prose, LONGEST_PROSE), (statement, LONGEST_STATEMENT)])
def test_nothing_is_looked_for_in_a_text_far_too_long(kind: TypeAdapter[str], most: int) -> None:
    with pytest.raises(ValidationError, match=f"{most} is the most"):
        kind.validate_python("19121212-1212 " + "a" * 2 * most)


def test_a_reader_takes_what_a_writer_may_not_write() -> None:
    text = "=Ring 070-123 45 67"

    assert prose.validate_python(text, context=READER) == statement.validate_python(text, context=READER) == text


@pytest.mark.parametrize(
    "title", ["Ring 070-174 06 05 om tiden", "Om paketet RR 123 456 785 SE", "Möte med 19121212-1212"]
)
def test_a_meeting_s_title_has_nothing_that_minutes_may_not(title: str) -> None:
    """Minutes are circulated under it."""
    with pytest.raises(ValidationError) as caught:
        a_plan(title=title)
    assert [each["loc"] for each in caught.value.errors()] == [("title",)]
    assert not [digits for digits in ("174", "785", "1212") if digits in str(caught.value)]


@pytest.mark.parametrize("title", ["Styrgrupp 2026-12-09 kl. 09.00-12.00", "EST vecka 48", "Möte om 1 200 000 kr"])
def test_a_meeting_s_title_may_have_times_and_amounts(title: str) -> None:
    assert a_plan(title=title).title == title
