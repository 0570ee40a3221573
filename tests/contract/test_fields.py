"""What may be written into a contract, and what may not."""

from typing import Annotated
from uuid import uuid4

import pytest
from hypothesis import given as given_any
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.contracts.actors import ContactFunction
from shared.contracts.event import READER
from shared.contracts.fields import Mailbox, Name, Telephone, listed, within

mailbox: TypeAdapter[str] = TypeAdapter(Mailbox)
telephone: TypeAdapter[str] = TypeAdapter(Telephone)
text: TypeAdapter[str] = TypeAdapter(Name)
colour: TypeAdapter[str] = TypeAdapter(Annotated[str, listed({"RED", "BLUE"}, "a colour")])
month: TypeAdapter[int] = TypeAdapter(Annotated[int, within(1, 12)])

letters = st.characters(categories=["Lu", "Ll"], min_codepoint=65, max_codepoint=0x17F)
word = st.builds("".join, st.lists(letters, min_size=1, max_size=8))
names = st.builds("-".join, st.lists(word, min_size=1, max_size=2))


@given_any(st.lists(names, min_size=2, max_size=4), st.sampled_from(["", "2", "07", "+brott"]))
def test_given_any_name_of_a_person_then_an_address_made_from_it_is_refused(parts: list[str], end: str) -> None:
    with pytest.raises(ValidationError, match="form of a person's address"):
        mailbox.validate_python(f"{'.'.join(parts)}{end}@example.se")


@given_any(names, st.sampled_from(["", "25", "-norr"]))
def test_given_any_single_word_then_an_address_made_from_it_is_a_shared_one(name: str, end: str) -> None:
    mailbox.validate_python(f"{name}{end}@polisen.se")


@pytest.mark.parametrize(
    "address",
    ["anna.berg@boden.se", "a.berg@boden.se", "anna-karin.berg@boden.se", "anna.b.berg@boden.se", "ÅSA.ÖBERG@boden.se"],
)
def test_given_a_persons_address_then_the_refusal_says_what_to_do_and_does_not_repeat_it(address: str) -> None:
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
def test_given_any_text_then_as_a_name_it_is_refused_or_one_clean_line_that_stays_as_it_is(value: str) -> None:
    try:
        name = text.validate_python(value)
    except ValidationError:
        return
    assert name.isprintable()
    assert text.validate_python(name) == name
    assert len(name) <= 120


@pytest.mark.parametrize("value", ["", "red", "RED ", "GREEN"])
def test_given_what_is_not_on_a_list_then_a_writer_is_refused_without_repeating_it_and_a_reader_takes_it(
    value: str,
) -> None:
    assert colour.validate_python("BLUE") == "BLUE"
    with pytest.raises(ValidationError) as caught:
        colour.validate_python(value)
    assert caught.value.errors()[0]["msg"] == "Value error, it is not a colour"
    assert colour.validate_python(value, context=READER) == value


@pytest.mark.parametrize("value", [0, 13, -1, 10**20])
def test_given_a_number_outside_its_bounds_then_a_writer_is_refused_and_a_reader_takes_it(value: int) -> None:
    assert [month.validate_python(value) for value in (1, 12)] == [1, 12]
    with pytest.raises(ValidationError, match="1 to 12"):
        month.validate_python(value)
    assert month.validate_python(value, context=READER) == value
