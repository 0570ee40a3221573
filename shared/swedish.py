"""Swedish order, Swedish search and the Swedish day, without a database that knows Swedish.

å, ä and ö are letters of their own; other accents are decoration: é is read as e, ü as u. So "Ånge" comes after
"Timrå", a search for "ange" does not find it, and a search for "café" finds "cafe". One dash is as good as another,
and so are quotation marks: keyboards have other ones than texts.
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

TIME_ZONE = ZoneInfo("Europe/Stockholm")

_OWN_LETTERS = frozenset("åäö")
_SAME_LETTER = str.maketrans({"æ": "ä", "ø": "ö", "đ": "d", "ð": "d", "ŋ": "n", "ŧ": "t", "ł": "l", "ı": "i"})
_DASHES = "\u058a\u05be\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"
_APOSTROPHES = "`\u00b4\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201a\u201b\u2032\u2035\uff07"
_QUOTES = "\u00ab\u00bb\u201c\u201d\u201e\u201f\u2033\u2036\uff02"
_SAME_SIGN = str.maketrans(
    {sign: one for signs, one in ((_DASHES, "-"), (_APOSTROPHES, "'"), (_QUOTES, '"')) for sign in signs}
)
_LAST = {"å": "{", "ä": "|", "ö": "}"}  # the three characters after z in ASCII


def day_of(moment: datetime) -> date:
    """The calendar day in Sweden at ``moment``."""
    return moment.astimezone(TIME_ZONE).date()


def start_of(day: date) -> datetime:
    """The moment at which ``day`` begins in Sweden."""
    return datetime.combine(day, time(), TIME_ZONE)


def moment_of(day: date, hour: time) -> datetime:
    """The moment at which clocks in Sweden show ``hour`` on ``day``; the first, if they show it twice.

    An hour that the clocks jump over in March is the one that they jump to.
    """
    return datetime.combine(day, hour, TIME_ZONE).astimezone(UTC)


def folded(text: str) -> str:
    """Text as search sees it: without capitals and without accents, å, ä and ö kept; each dash and quote alike."""
    letters = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_SAME_SIGN)).casefold())
    return letters.translate(_FOLDED)


def sort_key(text: str) -> str:
    """A key whose order by code point (COLLATE "C") is the Swedish order of ``text``."""
    return " ".join(folded(text).translate(_SORTED).split())


def like_patterns(query: str) -> list[str]:
    """One SQL LIKE pattern for each word of ``query``: the word anywhere in folded text, taken literally."""
    return [f"%{_literal(word)}%" for word in folded(query).split()]


class _Letters(dict[int, str]):
    """A table for `str.translate` that is made letter by letter, as they come."""

    def __init__(self, make: Callable[[str], str]) -> None:
        self._make = make

    def __missing__(self, code: int) -> str:
        made = self._make(chr(code))
        if len(self) < 4_096:
            self[code] = made
        return made


def _folded_letter(letter: str) -> str:
    if letter in _OWN_LETTERS:
        return letter
    if not letter.isprintable():
        return " "
    parts = unicodedata.normalize("NFKD", letter).translate(_SAME_LETTER)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _sorted_letter(letter: str) -> str:
    return _LAST.get(letter, letter) if letter.isalnum() else " "


_FOLDED, _SORTED = _Letters(_folded_letter), _Letters(_sorted_letter)


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
