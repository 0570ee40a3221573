"""Letters to participants, in Swedish: short, with one thing to do each. No letter names anybody."""

from dataclasses import dataclass

from services.trainings.domain.ids import door_code
from services.trainings.domain.saga import LIVING
from services.trainings.domain.words import reason_in_swedish
from shared.contracts.enrolments import Certificate, Seat
from shared.contracts.training_codes import SeatReason, SeatState
from shared.contracts.trainings import Occasion
from shared.letter import Letter


@dataclass(frozen=True, slots=True)
class OccasionWords:
    """An occasion as letters speak of it: its training's title, its time and place as people read them.

    ``others`` are the times of other occasions of the training, for those whose occasion is called off.
    """

    title: str
    when: str
    where: str
    others: tuple[str, ...] = ()

    @property
    def lines(self) -> str:
        """Time and place, a line each."""
        return f"Tid: {self.when}\n{self.where}".strip()


def where(occasion: Occasion) -> str:
    """Where people meet, a line each: the place, the address online, both or neither."""
    lines = [f"Plats: {occasion.place}"] if occasion.place else []
    return "\n".join([*lines, *([f"Länk: {occasion.url}"] if occasion.url else [])])


def standing(seat: Seat, occasion: Occasion) -> str:
    """The state of a seat as its participant was told it: a new letter is due when it changes."""
    return f"{seat.state} {occasion.sequence}" if seat.state in LIVING else str(seat.state)


def had_seat(told: str | None) -> bool:
    """Whether the participant was told of a seat, and has it in a calendar."""
    return told is not None and told.startswith(SeatState.CONFIRMED)


def seat_letter(seat: Seat, told: str | None, words: OccasionWords, place: int | None, until: str) -> Letter | None:
    """The news for a participant who was ``told`` something else; None if nobody needs to be told.

    ``place`` is the position in line, ``until`` the time before which an offer is to be accepted.
    """
    about = words.title
    match seat.state:
        case SeatState.CONFIRMED if had_seat(told):
            return _moved(words, "Din plats är kvar. Kan du inte komma? Svara på det här mejlet.")
        case SeatState.CONFIRMED:
            return Letter(
                "seat-confirmed",
                f"Din plats är klar: {about}",
                f"Du har en plats på utbildningen {about}.\n\n{words.lines}\n"
                f"Din kod vid dörren: {door_code(seat.participant)}\n\n"
                "Lägg in tiden i din kalender: filen finns i det här mejlet. Kan du inte komma? Svara på mejlet.",
            )
        case SeatState.OFFERED:
            return Letter(
                "seat-offered",
                f"Svara före {until}: en plats på {about}",
                f"En plats är ledig för dig på utbildningen {about}.\n\n{words.lines}\n\n"
                f"Svara JA på det här mejlet före {until}. Då bokar samordnaren platsen åt dig. "
                "Efter det går platsen till nästa i kön.",
            )
        case SeatState.WAITING if told is not None:
            return _moved(words, "Du står kvar i kön. Kan du inte komma? Svara på det här mejlet.")
        case SeatState.WAITING:
            return Letter(
                "seat-waiting",
                f"Du står i kö: {about}",
                f"Utbildningen {about} är full. Du står på plats {place} i kön.\n\n{words.lines}\n\n"
                "Du behöver inte göra något: du får ett mejl om en plats blir ledig.",
            )
        case SeatState.LAPSED:
            return Letter(
                "seat-lapsed",
                f"Platsen har gått vidare: {about}",
                f"Vi fick inget svar i tid om platsen på utbildningen {about}, så den har gått till nästa i kön.\n\n"
                "Vill du stå i kön igen? Svara på det här mejlet.",
            )
        case SeatState.CANCELLED if seat.reason is SeatReason.OCCASION_CANCELLED:
            return Letter(
                "occasion-cancelled",
                f"Inställt: {about}",
                f"Utbildningen {about} är inställd.\n\n{words.lines}\n\n"
                f"{_proposed(words)}Vill du gå ett annat tillfälle? Svara på det här mejlet.",
            )
        case SeatState.CANCELLED:
            return Letter(
                "seat-cancelled",
                f"Avbokad: {about}",
                f"Du är avbokad från utbildningen {about}.\n\n{words.lines}\n\n"
                "Stämmer det inte? Svara på det här mejlet.",
            )
        case SeatState.REFUSED:
            return Letter(
                "seat-refused",
                f"Ingen plats: {about}",
                f"Du fick ingen plats på utbildningen {about}: {reason_in_swedish(seat)}.\n\n"
                "Vill du gå ett annat tillfälle? Svara på det här mejlet.",
            )
    return None


def certificate_letter(certificate: Certificate, code: str, until: str, address: str) -> Letter:
    """The certificate is ready; ``address`` shows whoever has it that it counts, ``until`` its last day."""
    return Letter(
        "certificate-ready",
        f"Ditt intyg är klart: {certificate.title}",
        f"Du har gått utbildningen {certificate.title}. Intyget gäller till och med {until}.\n\n"
        f"Intygets kod: {code}\n\nVisa intyget genom att lämna den här länken:\n{address}",
    )


def _proposed(words: OccasionWords) -> str:
    return "Andra tillfällen:\n" + "\n".join(words.others) + "\n\n" if words.others else ""


def _moved(words: OccasionWords, then: str) -> Letter:
    return Letter(
        "occasion-moved",
        f"Ny tid eller plats: {words.title}",
        f"Utbildningen {words.title} har flyttats. Så här gäller nu:\n\n{words.lines}\n\n{then}",
    )
