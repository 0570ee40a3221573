"""Ids that are computed from what they are about."""

from uuid import UUID, uuid5

from shared.contracts.asking import Reference

NAMESPACE = UUID("0f5b7d0e-3a51-5c1c-9d63-7f1f0a4c8e92")
"""Of all ids that are made from what they are about. It is never changed: ids would change with it."""


def meeting_id(host: str, reference: str) -> UUID:
    """The id of the meeting that a host has planned with this reference: a county, or a municipality as county/code."""
    return uuid5(NAMESPACE, f"meeting/{host}/{reference}")


def item_id(county: str, reference: str) -> UUID:
    """The id of the action item that a county has assigned with this reference."""
    return uuid5(NAMESPACE, f"item/{county}/{reference}")


def counts_id(county: str, year: int, quarter: int) -> UUID:
    """The id of the one count that a county gives of a quarter."""
    return uuid5(NAMESPACE, f"counts/{county}/{year}/{quarter}")


def thread_id(about: Reference) -> UUID:
    """The subject of mails about a meeting, minutes or an item: two counties may give one id to theirs."""
    return uuid5(NAMESPACE, f"thread/{about}")


def answer_id(meeting: Reference, county: str) -> UUID:
    """The id of the one answer that a county gives to a meeting."""
    return uuid5(NAMESPACE, f"answer/{meeting}/{county}")


def approval_id(minutes: Reference, approver: UUID) -> UUID:
    """The id of the one approval that an approver gives of minutes."""
    return uuid5(NAMESPACE, f"approval/{minutes}/{approver}")


def report_id(item: Reference, county: str) -> UUID:
    """The id of the one report that a county gives of an action item."""
    return uuid5(NAMESPACE, f"report/{item}/{county}")
