"""Ids and codes that are computed from what they are about."""

from hashlib import sha256
from uuid import UUID, uuid5

from shared.contracts.asking import Reference

NAMESPACE = UUID("b3a1c6de-7d0b-5e4f-8a35-2f4f8f0e7b61")
"""Of all ids that are made from what they are about. It is never changed: ids would change with it."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of codes. No letter that is read as a digit: I, L and O; and no U."""


def answer_id(request: Reference) -> UUID:
    """The id of the one answer to this request."""
    return uuid5(NAMESPACE, f"answer/{request}")


def certificate_id(occasion: Reference, participant: UUID) -> UUID:
    """The id of the one certificate of a participant at an occasion."""
    return uuid5(NAMESPACE, f"certificate/{occasion}/{participant}")


def spelled(number: int, signs: int) -> str:
    """The number in so many signs of `ALPHABET`."""
    code = ""
    for _ in range(signs):
        number, sign = divmod(number, len(ALPHABET))
        code += ALPHABET[sign]
    return code


def door_code(participant: UUID) -> str:
    """The code of a participant at the door, as in `K7M2-Q9XW`: on the ticket, and in the host's list.

    Both counties compute it from the random id, so it says no more than that: a list at the door needs no names.
    """
    code = spelled(int.from_bytes(sha256(participant.bytes).digest()[:5]), 8)
    return f"{code[:4]}-{code[4:]}"
