"""Letters to invited functions, in Swedish: short, with one thing to do each. They name nobody."""

from collections.abc import Sequence

from services.meetings.domain.life import OPEN
from services.meetings.domain.plan import AnyMeeting
from shared.contracts.meeting_codes import MeetingStatus, Rsvp
from shared.letter import Letter

INSTEAD = "INSTEAD "
_CANNOT = "Kan du inte komma? Säg det i dag till den som du ersätter."


def standing(meeting: AnyMeeting, *, instead: bool = False) -> str:
    """The news that an invitee, or who comes ``instead``, has got with this version: a new letter is due when it
    changes.
    """
    if meeting.status not in OPEN:
        return str(meeting.status)
    sure = "CONFIRMED" if meeting.status is MeetingStatus.CONFIRMED else "ASKED"
    return f"{INSTEAD if instead else ''}{sure} {meeting.sequence}"


def may_come(told: str | None) -> bool:
    """Whether somebody was told to come, and has the meeting in a calendar."""
    return told is not None and told.removeprefix(INSTEAD).startswith(("ASKED", "CONFIRMED"))


def letter(
    meeting: AnyMeeting,
    told: str | None,
    when: str,
    until: str | None,
    names: Sequence[str] = (),
    answers: Sequence[Rsvp] = (Rsvp.NEEDS_ACTION,),
    *,
    instead: bool = False,
) -> Letter | None:
    """The letter to a mailbox that was ``told`` something else; None if nobody needs to be told.

    ``when`` is the meeting's time, ``until`` the last day to answer, as people read them. ``names`` are lines that say
    who calls, and which functions in which role: several may read one mailbox. It comes ``instead`` if it is not
    invited itself. That the meeting takes place is told to whoever may come by the ``answers`` that count.
    """
    now, title = standing(meeting, instead=instead), meeting.title
    waits = told == MeetingStatus.POSTPONED and meeting.status is MeetingStatus.CANCELLED
    if now == told or not (meeting.status in OPEN or may_come(told) or waits):
        return None
    facts = "\n".join([f"Tid: {when}", *_where(meeting), *names])
    answer = f"Svara i kalendern eller i Norrsam{f' senast {until}' if until else ''}."
    match meeting.status:
        case MeetingStatus.CANCELLED:
            kind, subject, text = "meeting-cancelled", f"Inställt: {title}", f"Mötet {title} är inställt.\n\n{facts}"
        case MeetingStatus.POSTPONED:
            news = f"Mötet {title} är uppskjutet. Du får en ny kallelse när tiden är klar."
            kind, subject, text = "meeting-postponed", f"Uppskjutet: {title}", f"{news}\n\n{facts}"
        case _ if meeting.status not in OPEN:
            return None
        case _ if told is not None and told.replace("CONFIRMED", "ASKED") == now.replace("CONFIRMED", "ASKED"):
            confirmed = meeting.status is MeetingStatus.CONFIRMED
            return _confirmed(meeting, when, facts, answer, answers) if confirmed else None
        case _ if instead:
            news = f"Du ska komma till {title} i stället för den som är kallad."
            text = f"{news}\n\n{facts}\n\n{_CANNOT}"
            kind, subject = "meeting-handed-on", f"Du ersätter någon: {title}, {when}"
        case _ if may_come(told) and not str(told).startswith(INSTEAD):
            news = f"Mötet {title} har ny tid eller plats. Svara också om du redan har svarat."
            kind, subject, text = "meeting-moved", f"Svara igen: {title}, {when}", f"{news}\n\n{facts}\n\n{answer}"
        case _:
            news = f"Du är kallad till {title}."
            kind, subject, text = "meeting-invited", f"Kallelse: {title}, {when}", f"{news}\n\n{facts}\n\n{answer}"
    return Letter(kind, subject, text)


def _confirmed(meeting: AnyMeeting, when: str, facts: str, answer: str, answers: Sequence[Rsvp]) -> Letter | None:
    if not set(answers) - {Rsvp.DECLINED, Rsvp.DELEGATED}:
        return None
    todo = answer if Rsvp.NEEDS_ACTION in answers else "Du behöver inte göra något."
    text = f"Det är klart att mötet {meeting.title} blir av.\n\n{facts}\n\n{todo}"
    return Letter("meeting-confirmed", f"Mötet blir av: {meeting.title}, {when}", text)


def left_out(meeting: AnyMeeting, told: str, when: str, names: Sequence[str] = ()) -> Letter | None:
    """The letter to a mailbox that stands for nobody any more: nobody is invited there, or comes instead."""
    instead = told.startswith(INSTEAD)
    if meeting.status not in OPEN and not (instead and meeting.status is MeetingStatus.POSTPONED):
        return letter(meeting, told, when, None, names)
    if not may_come(told):
        return None
    if instead:
        kind, subject = "meeting-handed-back", f"Du ersätter ingen längre: {meeting.title}"
        news = f"Du ska inte längre komma till {meeting.title} i stället för någon annan. Du behöver inte göra något."
    else:
        kind, subject = "meeting-left-out", f"Ändrad kallelse: {meeting.title}"
        news = f"Du är inte längre kallad till {meeting.title}, {when}. Du behöver inte göra något."
    return Letter(kind, subject, "\n\n".join([news, "\n".join(names)]).strip())


def reminder(
    meeting: AnyMeeting,
    answers: Sequence[Rsvp],
    when: str,
    days: int,
    names: Sequence[str] = (),
    *,
    instead: bool = False,
) -> Letter | None:
    """The meeting is soon: for a mailbox of which somebody has not answered, or comes."""
    news, facts = f"Mötet {meeting.title} är {_soon(days)}", "\n".join([f"Tid: {when}", *_where(meeting), *names])
    if Rsvp.NEEDS_ACTION in answers:
        text = f"{news}, och det finns inget svar.\n\n{facts}\n\nSvara i dag, i kalendern eller i Norrsam."
        return Letter("meeting-answer-missing", f"Svara på kallelsen: {meeting.title}", text)
    if Rsvp.ACCEPTED in answers:
        how = _CANNOT if instead else "Kan du inte komma? Ändra svaret i kalendern eller i Norrsam."
        text = f"{news}.\n\n{facts}\n\n{how}"
        return Letter("meeting-soon", f"Påminnelse: {meeting.title}, {when}", text)
    return None


def _soon(days: int) -> str:
    return {0: "i dag", 1: "i morgon"}.get(days, f"om {days} dagar")


def _where(meeting: AnyMeeting) -> list[str]:
    place = [f"Plats: {meeting.place}"] if meeting.place else []
    return [*place, *([f"Länk: {meeting.url}"] if meeting.url else [])]
