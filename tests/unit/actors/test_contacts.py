from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from services.actors.domain.contacts import ContactDetails, identified
from shared.contracts.actors import ContactFunction
from shared.rejected import Rejected

ACTOR = uuid4()


def wanted(*functions: str, **more: Any) -> list[ContactDetails]:
    return [ContactDetails(function=function, **more) for function in functions]


def test_given_contacts_without_ids_when_asked_for_again_then_each_keeps_its_id() -> None:
    first = identified(wanted("DPO", "MUNICIPAL_POLICE", "MUNICIPAL_POLICE"), ACTOR, ())
    assert len({contact.id for contact in first}) == 3
    assert identified(wanted("DPO", "MUNICIPAL_POLICE", "MUNICIPAL_POLICE"), ACTOR, first) == first
    assert identified(wanted("DPO", "MUNICIPAL_POLICE", "MUNICIPAL_POLICE"), ACTOR, ()) == first


def test_given_a_contact_when_its_mailbox_changes_then_its_id_stays() -> None:
    first = identified(wanted("DPO"), ACTOR, ())
    second = identified(wanted("DPO", mailbox="dataskydd@boden.se"), ACTOR, first)
    assert second[0].id == first[0].id


def test_given_two_contacts_of_one_function_when_the_first_is_named_then_the_other_keeps_its_id_too() -> None:
    one, two = identified(wanted("DPO", "DPO"), ACTOR, ())
    again = identified([*wanted("DPO"), *wanted("DPO", id=one.id)], ACTOR, (one, two))
    assert [contact.id for contact in again] == [two.id, one.id]


def at(*mailboxes: str) -> list[ContactDetails]:
    return [ContactDetails(function="DPO", mailbox=f"{each}@boden.se") for each in mailboxes]


def ids(contacts: tuple[ContactFunction, ...]) -> dict[str | None, UUID]:
    return {contact.mailbox: contact.id for contact in contacts}


@pytest.mark.parametrize(
    "after", [("tva", "ett"), ("tva",), ("tre", "tva", "ett"), ("tva", "tre"), ("Tva", "ETT")], ids=str
)
def test_given_contacts_in_another_order_then_each_mailbox_keeps_its_id(after: tuple[str, ...]) -> None:
    before = identified(at("ett", "tva"), ACTOR, ())
    kept = {str(mailbox).lower(): one for mailbox, one in ids(identified(at(*after), ACTOR, before)).items()}
    assert all(kept.get(str(mailbox), one) == one for mailbox, one in ids(before).items())
    assert len(set(kept.values())) == len(after)


@pytest.mark.parametrize(("before", "after"), [(("ett", "tva"), ("tre",)), (("ett",), ("tva", "tre"))], ids=str)
def test_given_mailboxes_that_are_unclear_then_no_id_moves_to_them(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    first = identified(at(*before), ACTOR, ())
    second = identified(at(*after), ACTOR, first)
    assert not set(ids(first).values()) & set(ids(second).values())


def test_given_any_contacts_when_asked_for_twice_then_nothing_changes() -> None:
    contacts = [*at("ett", "tva"), *wanted("DPO", telephone="112"), *wanted("DPO", "REGISTRAR")]
    first = identified(contacts, ACTOR, ())
    assert identified(contacts, ACTOR, first) == first
    assert {one.id for one in identified(contacts[::-1], ACTOR, first)} == {one.id for one in first}


def test_given_a_contact_that_is_kept_when_one_is_added_then_the_new_one_gets_an_id_of_its_own() -> None:
    first = identified(wanted("DPO"), ACTOR, ())
    both = identified(wanted("DPO", "DPO"), ACTOR, first)
    assert both[0] == first[0]
    assert both[1].id != first[0].id


def test_given_an_id_that_the_actor_does_not_have_or_that_is_named_twice_then_it_is_refused() -> None:
    first = identified(wanted("DPO"), ACTOR, ())
    for contacts in (wanted("DPO", id=uuid4()), wanted("DPO", "DPO", id=first[0].id)):
        with pytest.raises(Rejected) as caught:
            identified(contacts, ACTOR, first)
        assert caught.value.slug == "invalid-contact-function"


def test_given_more_than_fifty_contacts_then_no_command_can_be_made() -> None:
    from tests.unit.actors.given import command

    command(contact_functions=[{"function": "DPO"}] * 50)
    with pytest.raises(ValidationError, match="50 is the most"):
        command(contact_functions=[{"function": "DPO"}] * 51)
