"""What functions are told about minutes and action items, in Swedish: short, with one thing to do each."""

from collections.abc import Sequence
from textwrap import shorten

from services.meetings.domain.action_items import ItemProgress
from shared.contracts.action_items import ActionItem
from shared.contracts.minutes import Minutes
from shared.contracts.minutes_codes import ItemStatus
from shared.letter import Letter

_SAY_SO = "Säg till i Norrsam, under Mina åtgärder, när det är klart."
_MOST_LINES, _LONGEST_LINE = 20, 120


def to_approve(minutes: Minutes, until: str, of: str) -> Letter:
    """The minutes wait for an approver; ``until`` is the last day for it, ``of`` the meeting: title, day and host."""
    if minutes.revision == 1:
        news = "En text från ett möte väntar på din justering."
    else:
        news = "En text från ett möte är rättad. Den behöver justeras på nytt."
    return Letter(
        "minutes-to-approve",
        f"Justera senast {until}: {minutes.title}",
        f"{news}\n\nMöte: {of}\n\nLäs den i Norrsam och justera den senast {until}, eller skriv där vad som är fel.",
    )


def approval_late(minutes: Minutes, until: str, of: str) -> Letter:
    """The day until which the minutes were to be approved has passed."""
    return Letter(
        "approval-late",
        f"Påminnelse om justering: {minutes.title}",
        f"En text från ett möte skulle justeras senast {until}.\n\nMöte: {of}\n\n"
        "Läs den i Norrsam och justera den i dag, eller skriv där vad som är fel.",
    )


def item_given(item: ActionItem, due: str, of: str, *, again: bool) -> Letter:
    """Something is to be done; ``again``: it was known before, and is now this."""
    if item.status is ItemStatus.CANCELLED:
        return Letter(
            "item-cancelled",
            "En åtgärd är avskriven",
            f"Åtgärden är avskriven:\n\n{_facts(item, of)}\n\nDu behöver inte göra något.",
        )
    return Letter(
        "item-changed" if again else "item-given",
        f"{'Ändrad' if again else 'Ny'} åtgärd, klar senast {due}",
        f"Det här ska göras senast {due}:\n\n{_facts(item, of)}\n\n{_SAY_SO}",
    )


def item_taken_back(item: ActionItem, of: str) -> Letter:
    """Another function is to do it now."""
    return Letter(
        "item-taken-back",
        "En åtgärd har gått till någon annan",
        f"Någon annan ska göra det här nu:\n\n{_facts(item, of)}\n\nDu behöver inte göra något.",
    )


def item_reminder(item: ActionItem, due: str, of: str, progress: ItemProgress) -> Letter | None:
    """It is due soon, or overdue; None if nobody needs to be reminded."""
    if progress in (ItemProgress.DONE, ItemProgress.CANCELLED):
        return None
    if progress is ItemProgress.OVERDUE:
        return Letter(
            "item-overdue",
            "En åtgärd är försenad",
            f"Det här skulle vara klart senast {due}:\n\n{_facts(item, of)}\n\n"
            "Är det klart? Säg till i Norrsam, under Mina åtgärder.",
        )
    return Letter(
        "item-due-soon",
        f"Påminnelse: en åtgärd ska vara klar senast {due}",
        f"Det här ska vara klart senast {due}:\n\n{_facts(item, of)}\n\n{_SAY_SO}",
    )


def _facts(item: ActionItem, of: str) -> str:
    decision = f"\nBeslut: § {item.decision.number}" if item.decision else ""
    return f"{item.text}\n\nMöte: {of}{decision}"


def digest(items: Sequence[tuple[str, str]], late: int) -> Letter:
    """What a function has not finished, each with its day and its text; ``late`` of them are overdue."""
    count = f"{len(items)} {'åtgärd' if len(items) == 1 else 'åtgärder'} att göra"
    lines = [f"- Senast {due}: {shorten(text, _LONGEST_LINE, placeholder=' …')}" for due, text in items[:_MOST_LINES]]
    more = [f"- Och {len(items) - _MOST_LINES} till."] if len(items) > _MOST_LINES else []
    return Letter(
        "items-digest",
        f"{count}, {late} {'försenad' if late == 1 else 'försenade'}" if late else count,
        "\n".join(["Det här är inte klart än:", "", *lines, *more])
        + f"\n\n{_SAY_SO} Vill du slippa veckobrevet? Svara på det här mejlet.",
    )
