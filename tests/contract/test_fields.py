"""The values that each contract field accepts and refuses."""

import re
from typing import Annotated, Any
from uuid import uuid4

import pytest
from hypothesis import assume
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.actors import ContactFunction
from shared.contracts.event import READER
from shared.contracts.fields import Code, Mailbox, Name, Slug, Telephone, WebAddress, listed, within
from shared.contracts.misread import misread
from shared.contracts.personal import has_check_digit

mailbox: TypeAdapter[str] = TypeAdapter(Mailbox)
telephone: TypeAdapter[str] = TypeAdapter(Telephone)
text: TypeAdapter[str] = TypeAdapter(Name)
slug: TypeAdapter[str] = TypeAdapter(Slug)
code: TypeAdapter[str] = TypeAdapter(Code)
link: TypeAdapter[str] = TypeAdapter(WebAddress)
colour: TypeAdapter[str] = TypeAdapter(Annotated[str, listed({"RED", "BLUE"}, "a colour")])
month: TypeAdapter[int] = TypeAdapter(Annotated[int, within(1, 12)])

letters = st.characters(categories=["Lu", "Ll"], min_codepoint=65, max_codepoint=0x17F)
word = st.builds("".join, st.lists(letters, min_size=1, max_size=8)).filter(lambda one: not misread(one))
names = st.builds("-".join, st.lists(word, min_size=1, max_size=2))


def test_an_address_read_in_another_encoding_is_refused_as_that() -> None:
    with pytest.raises(ValidationError, match="read in another encoding"):
        mailbox.validate_python("A.ÃŠ@example.se")


@given_any(st.lists(names, min_size=2, max_size=4), st.sampled_from(["", "2", "07", "+brott"]))
def test_an_address_made_from_a_person_s_name_is_refused(parts: list[str], end: str) -> None:
    with pytest.raises(ValidationError, match="form of a person's address"):
        mailbox.validate_python(f"{'.'.join(parts)}{end}@example.se")


@given_any(names, st.sampled_from(["", "25", "-norr"]))
def test_an_address_made_from_a_single_word_is_a_shared_one(name: str, end: str) -> None:
    mailbox.validate_python(f"{name}{end}@polisen.se")


@pytest.mark.parametrize(
    "address",
    ["anna.berg@boden.se", "a.berg@boden.se", "anna-karin.berg@boden.se", "anna.b.berg@boden.se", "ÅSA.ÖBERG@boden.se"],
)
def test_a_person_s_address_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ContactFunction.model_validate({"id": uuid4(), "function": "DPO", "mailbox": address})
    (error,) = caught.value.errors()
    assert "Give the function's shared mailbox" in error["msg"]
    assert address not in error["msg"]


@pytest.mark.parametrize(
    "address", ["registrator@boden.se", "lpo.25@polisen.se", "info@åre.se", " tips@tullverket.se "]
)
def test_given_a_functions_address_then_it_is_taken(address: str) -> None:
    assert mailbox.validate_python(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "boden",
        "@boden.se",
        "a@b",
        "a b@boden.se",
        "a@@boden.se",
        ".a@boden.se",
        "a|b@boden.se",
        "a@-b.se",
        "a\0@b.se",
    ],
)
def test_given_what_is_no_address_then_it_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="name@domain"):
        mailbox.validate_python(address)


@pytest.mark.parametrize("number", ["112", "114 14", "90 114", "+46 60 12 34 56", "060-12 34 56"])
def test_given_a_telephone_number_then_it_is_taken(number: str) -> None:
    assert telephone.validate_python(f" {number}") == number


@pytest.mark.parametrize("number", ["", "11", "ring 112", "+", "1" * 16, "114 14 (växel)", "٣٤٥"])
def test_given_what_is_no_telephone_number_then_it_is_refused(number: str) -> None:
    with pytest.raises(ValidationError, match="telephone"):
        telephone.validate_python(number)


@pytest.mark.parametrize(
    "name", ["", " ", "=1+1", "+46", "-x", "@x", "Boden\x00", "x" * 121, "Nils 19121212-1212", "Skriv till a@boden.se"]
)
def test_given_a_name_that_hides_something_then_it_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        text.validate_python(name)


@given_any(st.text())
def test_a_name_is_refused_or_becomes_one_clean_line(value: str) -> None:
    try:
        name = text.validate_python(value)
    except ValidationError:
        return

    assert name.isprintable()
    assert text.validate_python(name) == name
    assert len(name) <= 120


@pytest.mark.parametrize("value", ["", "red", "RED ", "GREEN"])
def test_a_code_off_its_list_is_refused_to_writers_alone(
    value: str,
) -> None:
    assert colour.validate_python("BLUE") == "BLUE"
    with pytest.raises(ValidationError) as caught:
        colour.validate_python(value)
    assert caught.value.errors()[0]["msg"] == "Value error, it is not a colour"
    assert colour.validate_python(value, context=READER) == value


@pytest.mark.parametrize("value", [0, 13, -1, 10**20])
def test_a_number_out_of_bounds_is_refused_to_writers_alone(value: int) -> None:
    assert [month.validate_python(value) for value in (1, 12)] == [1, 12]
    with pytest.raises(ValidationError, match="1 to 12"):
        month.validate_python(value)
    assert month.validate_python(value, context=READER) == value


TEAMS = "https://teams.microsoft.com/l/meetup-join/19"
CONTEXT = "0?context=%7b%22Tid%22%3a%2212345678-1234-1234-1234-123456789012%22%2c%22Oid%22%3a%22c0ffee00-0000%22%7d"
dashes = st.sampled_from("-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d+")
gaps = st.builds("{}{}{}".format, st.sampled_from(["", " "]), dashes, st.sampled_from(["", " "]))


@given_any(
    st.dates(),
    st.integers(0, 9999),
    st.sampled_from(["%y%m%d", "%Y%m%d", "%y.%m.%d", "%Y-%m-%d", "%y %m %d"]),
    st.one_of(st.sampled_from(["", " ", ".", "."]), gaps),
)
def test_no_text_takes_an_identity_number_however_written(day: Any, last: int, form: str, gap: str) -> None:
    number = f"{day.replace(year=2000 + day.year % 100):{form}}{gap}{last:04}"
    with pytest.raises(ValidationError, match="identity number"):
        text.validate_python(f"Nils {number}")


between = st.one_of(st.sampled_from(["", "", "", " ", ".", " . ", "_", "\u00a0"]), gaps)


@given_any(
    st.dates(),
    st.integers(0, 9999),
    st.booleans(),
    st.lists(between, min_size=11, max_size=11),
)
def test_no_text_takes_an_identity_number_in_whatever_groups(
    day: Any, last: int, whole: bool, between: list[str]
) -> None:
    digits = f"{day.replace(year=1900 + day.year % 100):{'%Y%m%d' if whole else '%y%m%d'}}{last:04}"
    if digits[-10] == "0":  # as a telephone number begins: the check digit alone tells it
        digits = next(each for each in (f"{digits[:-1]}{end}" for end in range(10)) if has_check_digit(each[-10:]))
    number = "".join(digit + gap for digit, gap in zip(digits, [*between[: len(digits) - 1], ""], strict=True))
    assume(not re.fullmatch(r"\d{4}-\d\d-\d\d\D{1,3}[0-2]\d\D[0-5]\d", number))
    with pytest.raises(ValidationError, match="identity number"):
        text.validate_python(f"Nils {number}")


@pytest.mark.parametrize(
    "number",
    ["8711 03-9284", "871 103 92 84", "87 11 03 92 84", "8 7 1 1 0 3 9 2 8 4", "19 87 1103 9284"],
)
def test_given_a_number_in_other_groups_then_no_text_takes_it(number: str) -> None:
    for name in (f"Nils {number}", f"Rum 4, {number}", f"Nils ({number})"):
        with pytest.raises(ValidationError, match="identity number"):
            text.validate_python(name)


@pytest.mark.parametrize(
    "name",
    [
        "Trygg i Boden 2026",
        "Växel 070-123 45 67",
        "Träff 2027-04-08 13–15",
        "Linje 46 70 123 45 67",
        "Träff 2027-04-08 13.00",
        "Vecka 2026-11-23–2026-11-27",
        "Vecka 2026-11-23 – 2026-11-27",
        "Sal 12, 961 86 Boden",
        "060-12 34",
    ],
)
def test_given_dates_rooms_and_numbers_then_a_text_takes_them(name: str) -> None:
    assert text.validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["Skriv till a @ boden.se", "a＠boden.se", "anna(at)boden.se", "Nils ８７１１０３-9284"]
)
def test_given_personal_data_in_disguise_then_no_text_takes_it(name: str) -> None:
    with pytest.raises(ValidationError, match="identity number or a mail address"):
        text.validate_python(name)


def test_no_id_code_or_address_takes_an_identity_number() -> None:
    wrong = [(slug, "nils-871103-9284"), (code, "8711039284"), (mailbox, "871103-9284@boden.se")]
    for kind, value in wrong:
        with pytest.raises(ValidationError, match="identity number"):
            kind.validate_python(value)

    for number in ("871103-9284", "8711039284", "19871103 9284", "87 11 03 92 84", "010203-9284"):
        with pytest.raises(ValidationError, match="telephone"):
            telephone.validate_python(number)

    for number in ("0701234567", "+46701234567", "070-123 45 67"):
        assert telephone.validate_python(number) == number


@pytest.mark.parametrize(
    "address",
    [
        "https://www.lansstyrelsen.se/jamtland",
        f"{TEAMS}:meeting_NDU4@thread.v2/{CONTEXT}",
        f"{TEAMS}%3ameeting_NDU4%40thread.v2/{CONTEXT}",
        f"{TEAMS}%3ac0ffee%40thread.tacv2/1700000000000",
        "https://zoom.us/j/98711039284?pwd=a8711039284b",
        "https://boden.se/utbildning/grund.kurs.html?next=www.boden.se",
        "https://meet.example/Norrsam-Utbildning",
    ],
)
def test_given_a_link_to_a_meeting_then_it_is_taken(address: str) -> None:
    assert link.validate_python(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "https://meet.example/anna.berg",
        "https://meet.example/j/1?host=Anna.Berg",
        "https://meet.example/anna%2Eberg",
        "https://meet.example/#anna%252eberg",
        "https://meet.example/~anna.karin.berg/",
        "https://meet.example/871103-9284",
        "https://meet.example/j?p=19871103%E2%80%939284",
        "https://meet.example/j?who=a%40boden.se",
        f"{TEAMS}%3ameeting%40thread.v2/0?organizer=anna@boden.se",
        "https://anna@meet.example/",
        "https://anna:secret@meet.example/",
        "http://meet.example/",
        "https:///j",
        "https://meet.example/a b",
        f"https://meet.example/{'x' * 600}",
    ],
)
def test_a_link_that_says_who_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ValidationError) as caught:
        link.validate_python(address)
    assert address not in str(caught.value.errors()[0]["msg"])
