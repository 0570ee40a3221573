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


def test_contacts_sent_without_ids_keep_their_ids() -> None:
    first = identified(wanted("DPO", "MUNICIPAL_POLICE", "MUNICIPAL_POLICE"), ACTOR, ())

    assert len({contact.id for contact in first}) == 3
    assert identified(wanted("DPO", "MUNICIPAL_POLICE", "MUNICIPAL_POLICE"), ACTOR, first) == first
    assert identified(wanted("DPO", "MUNICIPAL_POLICE", "MUNICIPAL_POLICE"), ACTOR, ()) == first


def test_a_contact_keeps_its_id_when_its_mailbox_changes() -> None:
    first = identified(wanted("DPO"), ACTOR, ())

    second = identified(wanted("DPO", mailbox="dataskydd@boden.se"), ACTOR, first)

    assert second[0].id == first[0].id


def test_naming_one_of_two_contacts_leaves_the_others_id() -> None:
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
def test_contacts_in_another_order_keep_their_ids(after: tuple[str, ...]) -> None:
    before = identified(at("ett", "tva"), ACTOR, ())

    kept = {str(mailbox).lower(): one for mailbox, one in ids(identified(at(*after), ACTOR, before)).items()}

    assert all(kept.get(str(mailbox), one) == one for mailbox, one in ids(before).items())
    assert len(set(kept.values())) == len(after)


@pytest.mark.parametrize(("before", "after"), [(("ett", "tva"), ("tre",)), (("ett",), ("tva", "tre"))], ids=str)
def test_no_id_moves_to_an_ambiguous_mailbox(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    first = identified(at(*before), ACTOR, ())

    second = identified(at(*after), ACTOR, first)

    assert not set(ids(first).values()) & set(ids(second).values())


def test_sending_the_same_contacts_twice_changes_nothing() -> None:
    contacts = [*at("ett", "tva"), *wanted("DPO", telephone="112"), *wanted("DPO", "REGISTRAR")]

    first = identified(contacts, ACTOR, ())

    assert identified(contacts, ACTOR, first) == first
    assert {one.id for one in identified(contacts[::-1], ACTOR, first)} == {one.id for one in first}


def test_a_contact_that_is_added_gets_an_id_of_its_own() -> None:
    first = identified(wanted("DPO"), ACTOR, ())

    both = identified(wanted("DPO", "DPO"), ACTOR, first)

    assert both[0] == first[0]
    assert both[1].id != first[0].id


def test_an_unknown_or_repeated_contact_id_is_refused() -> None:
    first = identified(wanted("DPO"), ACTOR, ())

    for contacts in (wanted("DPO", id=uuid4()), wanted("DPO", "DPO", id=first[0].id)):
        with pytest.raises(Rejected) as caught:
            identified(contacts, ACTOR, first)
        assert caught.value.slug == "invalid-contact-function"


def test_more_than_fifty_contacts_are_refused() -> None:
    from tests.unit.actors.given import command

    command(contact_functions=[{"function": "DPO"}] * 50)

    with pytest.raises(ValidationError, match="50 is the most"):
        command(contact_functions=[{"function": "DPO"}] * 51)


def test_a_mailbox_that_moves_to_another_function_takes_no_name_along() -> None:
    first = identified(
        [*wanted("DPO", mailbox="ett@boden.se"), *wanted("SAFETY_REP", mailbox="tva@boden.se")], ACTOR, ()
    )

    swapped = identified(
        [*wanted("DPO", mailbox="tva@boden.se"), *wanted("SAFETY_REP", mailbox="ett@boden.se")], ACTOR, first
    )

    assert {contact.id for contact in swapped}.isdisjoint({contact.id for contact in first})


def test_two_functions_at_one_mailbox_keep_their_ids() -> None:
    both = [*wanted("DPO", mailbox="info@boden.se"), *wanted("SAFETY_REP", mailbox="info@boden.se")]

    first = identified(both, ACTOR, ())

    assert identified(both, ACTOR, first) == first
