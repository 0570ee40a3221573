"""Functions answer letters by mail: an invitation by its calendar file, minutes and action items by their code."""

from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from services.meetings.commands import answering, approving, following_up
from services.meetings.domain.answering import Answerer
from services.meetings.domain.letter_replies import OF_MINUTES, ReplyWord, read_subject
from services.meetings.store import letter_codes
from services.meetings.store.letter_codes import CodedLetter
from shared.contracts.action_items import ActionItem
from shared.contracts.minutes import Minutes
from shared.contracts.minutes_codes import Work
from shared.contracts.prose import Statement
from shared.messaging.outbox import Transaction
from shared.rejected import Rejected
from shared.runtime.aggregates import Stored
from shared.runtime.notices.replies import MailReply

_REASON: TypeAdapter[str] = TypeAdapter(Statement)


async def take(tx: Transaction, mail: MailReply, by: Answerer) -> list[str]:
    """The mail counts as if the caller had answered; returns the addresses of what it answers.

    Rejected if it answers no letter, if it comes from another mailbox than that of the letter, if what was read has
    changed since, and whenever the same answer over HTTP is.
    """
    if mail.calendar is not None:
        replied = await answering.reply_by_mail(tx, mail.calendar, by)
        return [f"/meetings/{each.state.county}/{each.state.id}" for each, _ in replied]
    word, code = read_subject(mail.subject)
    letter = await letter_codes.find(tx.conn, code)
    if letter is None:
        raise Rejected("unknown-letter", "No letter has this code, or not any more: answer without it.")
    if letter.mailbox.casefold() != mail.sender:
        raise Rejected(
            "unknown-sender", "The letter went to another mailbox than the one that answers: ask its function."
        )
    if (word in OF_MINUTES) != (letter.approver is not None):
        raise Rejected("unclear-reply", f"{word} is no answer to this letter.")
    if letter.approver is not None:
        return [await _approve(tx, letter, letter.approver, _reason(word, mail.text), by)]
    return [await _report(tx, letter, by)]


async def _approve(tx: Transaction, letter: CodedLetter, approver: UUID, reason: str | None, by: Answerer) -> str:
    minutes = await approving.lock(tx, letter.about.county, letter.about.id)
    _check_read(letter, minutes)
    await approving.give(tx, minutes, approver, reason, by)
    return f"/minutes/{letter.about.county}/{letter.about.id}"


async def _report(tx: Transaction, letter: CodedLetter, by: Answerer) -> str:
    item = await following_up.lock(tx, letter.about.county, letter.about.id)
    _check_read(letter, item)
    await following_up.report(tx, item, Work.DONE, by)
    return f"/action-items/{letter.about.county}/{letter.about.id}"


def _check_read(letter: CodedLetter, stored: Stored[Minutes] | Stored[ActionItem]) -> None:
    if (letter.epoch, letter.version) != (stored.epoch, stored.version):
        raise Rejected("changed", "It has changed since the letter was written; answer the newest letter about it.")


def _reason(word: ReplyWord, text: str) -> str | None:
    """Why an approver objects; None if it approves. One that begins with "§" gets the word before it: with a letter."""
    if word is ReplyWord.APPROVED:
        return None
    begun = text if text[:1].isalnum() or not text else f"{word}: {text}"
    try:
        return _REASON.validate_python(begun)
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        why = "; ".join(each["msg"].removeprefix("Value error, ") for each in found)
        raise Rejected(
            "invalid-reason", f"The first paragraph of the mail says what is wrong, and is not taken: {why}."
        ) from None
