"""Ids that are computed from what they are about."""

from uuid import UUID, uuid5

from shared.contracts.asking import Reference

NAMESPACE = UUID("b3a1c6de-7d0b-5e4f-8a35-2f4f8f0e7b61")
"""Of all ids that are made from what they are about. It is never changed: ids would change with it."""


def answer_id(request: Reference) -> UUID:
    """The id of the one answer to this request."""
    return uuid5(NAMESPACE, f"answer/{request}")


def certificate_id(occasion: Reference, participant: UUID) -> UUID:
    """The id of the one certificate of a participant at an occasion."""
    return uuid5(NAMESPACE, f"certificate/{occasion}/{participant}")
