"""Letters to functions about minutes and action items, in Swedish: short, with one thing to do each."""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import shorten

from services.meetings.domain.action_items import ItemProgress
from services.meetings.domain.letter_replies import ReplyWord, reply_link
from shared.contracts.action_items import ActionItem
from shared.contracts.minutes import MinutedDecision, Minutes
from shared.contracts.minutes_codes import ItemStatus
from shared.letter import Letter

_MOST_LINES, _LONGEST_LINE = 20, 120
_RULE = 40 * "="


def to_approve(minutes: Minutes, until: str, of: str) -> Letter:
    """The minutes wait for an approver; ``until`` is the last day for it, ``of`` the meeting: title, day and host."""
    if minutes.revision == 1:
        news = "En text från ett möte väntar på din justering."
    else:
        news = "En text från ett möte är rättad. Den behöver justeras på nytt."
    return Letter(
        "minutes-to-approve",
        f"Justera senast {until}: {minutes.title}",
        f"{news} Svara senast {until}.\n\nMöte: {of}",
    )


def approval_late(minutes: Minutes, until: str, of: str) -> Letter:
    """The day until which the minutes were to be approved has passed."""
    return Letter(
        "approval-late",
        f"Påminnelse om justering: {minutes.title}",
        f"En text från ett möte skulle justeras senast {until}. Svara i dag.\n\nMöte: {of}",
    )


def objected(minutes: Minutes, of: str, county: str, reason: str) -> Letter:
    """An approver, of ``county`` as people call it, objects to the host's minutes for a ``reason``."""
    return Letter(
        "minutes-objected",
        f"Invändning mot en text: {minutes.title}",
        f"En justerare i {county} säger att texten från ett möte inte stämmer:\n\n{reason}\n\nMöte: {of}\n\n"
        "Rätta texten i Norrsam, så justeras den på nytt.",
    )


def approved(minutes: Minutes, of: str) -> Letter:
    """All have approved the host's minutes."""
    return Letter(
        "minutes-approved",
        f"Justerat: {minutes.title}",
        f"Alla har justerat texten från ett möte. Den ändras inte mer.\n\nMöte: {of}\n\nDu behöver inte göra något.",
    )


def with_minutes(letter: Letter, minutes: Minutes, people: tuple[str, str], to: str, code: str) -> Letter:
    """The letter with the text to be read, and how to answer: by a mail ``to`` the county, with the letter's ``code``.

    ``people`` are those who were present, and those who were not.
    """
    right, wrong = (reply_link(to, word, code) for word in (ReplyWord.APPROVED, ReplyWord.OBJECTED))
    how = (
        f"Stämmer texten? Skicka mejlet som den här länken öppnar:\n{right}\n\n"
        f"Stämmer den inte? Skriv i ett stycke vad som är fel, i mejlet som den här länken öppnar:\n{wrong}\n\n"
        "Svara från den här brevlådan."
    )
    present, absent = people
    who = f"Närvarande: {present or 'ingen angiven'}\nFrånvarande: {absent or 'ingen angiven'}"
    decisions = "".join(f"\n\n{_decision(each)}" for each in minutes.decisions)
    text = f"{letter.text}\n\n{how}\n\n{_RULE}\n\n{minutes.title}\n{who}\n\n{minutes.text}{decisions}\n\n{_RULE}"
    return replace(letter, text=text)


def with_report(letter: Letter, to: str, code: str) -> Letter:
    """The letter with how to say that it is done: by a mail ``to`` the county, with the letter's ``code``."""
    link = reply_link(to, ReplyWord.DONE, code)
    how = f"När det är klart: skicka mejlet som den här länken öppnar, från den här brevlådan.\n{link}"
    return replace(letter, text=f"{letter.text}\n\n{how}")


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
        f"Det här ska göras senast {due}:\n\n{_facts(item, of)}",
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
            f"Det här skulle vara klart senast {due}:\n\n{_facts(item, of)}",
        )
    return Letter(
        "item-due-soon",
        f"Påminnelse: en åtgärd ska vara klar senast {due}",
        f"Det här ska vara klart senast {due}:\n\n{_facts(item, of)}",
    )


def _facts(item: ActionItem, of: str) -> str:
    decision = f"\nBeslut: § {item.decision.number}" if item.decision else ""
    return f"{item.text}\n\nMöte: {of}{decision}"


def _decision(decision: MinutedDecision) -> str:
    facts = [f"Beslut § {decision.number} ({decision.decided_on}): {decision.text}"]
    if decision.replaces is not None:
        facts.append(f"Ersätter § {decision.replaces.number} i ett tidigare protokoll.")
    if decision.dissent is not None:
        facts.append(f"Avvikande mening: {decision.dissent}")
    return "\n".join(facts)


def digest(items: Sequence[tuple[str, str]], late: int) -> Letter:
    """The items that a function has not finished, each with its day and its text; ``late`` of them are overdue."""
    count = f"{len(items)} {'åtgärd' if len(items) == 1 else 'åtgärder'} att göra"
    lines = [f"- Senast {due}: {shorten(text, _LONGEST_LINE, placeholder=' …')}" for due, text in items[:_MOST_LINES]]
    more = [f"- Och {len(items) - _MOST_LINES} till."] if len(items) > _MOST_LINES else []
    return Letter(
        "items-digest",
        f"{count}, {late} {'försenad' if late == 1 else 'försenade'}" if late else count,
        "\n".join(["Det här är inte klart än:", "", *lines, *more])
        + "\n\nNär något är klart: använd länken i brevet om den åtgärden.\n\n"
        "Vill du slippa veckobrevet? Svara på det här mejlet.",
    )
