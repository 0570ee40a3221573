"""Text that a program has read in another encoding than it was written in: `FÃ¶reningen`, `F�reningen`."""

import re

_LETTERS = "".join(map(chr, range(0xC0, 0x100))) + "čđŋšŧž" + "–—‘’“”…" + "\u00a0§«°´·»"
"""The letters and signs of northern languages that are more than one byte in UTF-8."""
_READ_AS = ("cp1252", "latin-1", "mac-roman", "cp850", "cp437")


def _broken(letter: str, encoding: str) -> str:
    """The letter as ``encoding`` shows its bytes in UTF-8; where it has no sign for a byte, that of Latin-1."""
    signs = ((byte.to_bytes().decode(encoding, "ignore") or chr(byte)) for byte in letter.encode())
    return "".join(signs)


_BROKEN = {_broken(letter, encoding): letter for encoding in _READ_AS for letter in _LETTERS}
_MISREAD = re.compile("|".join(map(re.escape, _BROKEN)))


def misread(text: str) -> str | None:
    """The probable damage to the text, as a sentence; None if the text looks whole."""
    if "\ufffd" in text:
        return (
            "it contains \ufffd, which stands where a letter could not be read: open the original, and save it as UTF-8"
        )
    found = _MISREAD.search(text)
    if found is None:
        return None
    return (
        f"it contains {found[0]}, which is {_BROKEN[found[0]]!r} read in another encoding: save the original as UTF-8"
    )
