"""What invited functions are told of a meeting, in Swedish: short, with one thing to do each. It names nobody."""

from services.meetings.domain.life import OPEN
from services.meetings.domain.plan import AnyMeeting
from shared.contracts.meeting_codes import MeetingStatus, Rsvp
from shared.letter import Letter

LEFT_OUT = "LEFT_OUT"
"""What an invitee knows who was told of a meeting, and is not invited any more."""


def standing(meeting: AnyMeeting) -> str:
    """What an invitee knows who was told of this version: a new letter is due when it changes."""
    return f"ASKED {meeting.sequence}" if meeting.status in OPEN else str(meeting.status)


def may_come(told: str | None) -> bool:
    """Whether an invitee was told to come, and has the meeting in a calendar."""
    return told is not None and told.startswith("ASKED")


def letter(meeting: AnyMeeting, told: str | None, when: str, until: str | None) -> Letter | None:
    """What is new for an invitee who was ``told`` something else; None if nobody needs to be told.

    ``when`` is the meeting's time, ``until`` the last day to answer, as people read them.
    """
    now, title = standing(meeting), meeting.title
    if now == told or (meeting.status not in OPEN and not may_come(told)):
        return None
    facts = "\n".join([f"Tid: {when}", *_where(meeting)])
    answer = f"Svara i kalendern eller i Norrsam{f' senast {until}' if until else ''}."
    match meeting.status:
        case MeetingStatus.CANCELLED:
            kind, subject, text = "meeting-cancelled", f"Inställt: {title}", f"Mötet {title} är inställt.\n\n{facts}"
        case MeetingStatus.POSTPONED:
            news = f"Mötet {title} är uppskjutet. Du får en ny kallelse när tiden är klar."
            kind, subject, text = "meeting-postponed", f"Uppskjutet: {title}", f"{news}\n\n{facts}"
        case _ if meeting.status not in OPEN:
            return None
        case _ if may_come(told):
            news = f"Mötet {title} har ny tid eller plats. Ditt tidigare svar gäller inte längre."
            kind, subject, text = "meeting-moved", f"Svara igen: {title}, {when}", f"{news}\n\n{facts}\n\n{answer}"
        case _:
            news = f"Du är kallad till {title}."
            kind, subject, text = "meeting-invited", f"Kallelse: {title}, {when}", f"{news}\n\n{facts}\n\n{answer}"
    return Letter(kind, subject, text)


def left_out(meeting: AnyMeeting, when: str) -> Letter:
    """An invitee is not invited any more."""
    text = f"Du är inte längre kallad till {meeting.title}, {when}. Du behöver inte göra något."
    return Letter("meeting-left-out", f"Ändrad kallelse: {meeting.title}", text)


def reminder(meeting: AnyMeeting, answer: Rsvp, when: str, days: int) -> Letter | None:
    """The meeting is soon: for whoever has not answered, or comes."""
    facts = "\n".join([f"Tid: {when}", *_where(meeting)])
    if answer is Rsvp.NEEDS_ACTION:
        text = f"Mötet {meeting.title} är om {days} dagar, och du har inte svarat.\n\n{facts}\n\nSvara i Norrsam i dag."
        return Letter("meeting-answer-missing", f"Svara på kallelsen: {meeting.title}", text)
    if answer is Rsvp.ACCEPTED:
        text = f"Mötet {meeting.title} är om {days} dagar.\n\n{facts}\n\nKan du inte komma? Ändra ditt svar i Norrsam."
        return Letter("meeting-soon", f"Påminnelse: {meeting.title}, {when}", text)
    return None


def _where(meeting: AnyMeeting) -> list[str]:
    place = [f"Plats: {meeting.place}"] if meeting.place else []
    return [*place, *([f"Länk: {meeting.url}"] if meeting.url else [])]
