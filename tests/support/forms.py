"""The form of a page, as a browser would send it."""

from collections.abc import Mapping
from html.parser import HTMLParser

MEETING_PLAN: Mapping[str, str | list[str]] = {
    "kind": "STEERING",
    "title": "Vårens styrgrupp",
    "purpose": "Läget",
    "begins": "13.00",
    "ends": "15:00",
    "form": "ONLINE",
    "url": "https://mote.example/1",
    "item": ["Läget", "", "Nästa möte"],
    "minutes": ["30", "", ""],
    "presenter": ["COUNTY_COORDINATOR", "", ""],
}
"""A meeting as a host fills it in, but for its day."""


class _Form(HTMLParser):
    """Reads the page's form that sends to an action beginning so."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._action, self._inside = action, False
        self._select = self._area = ""
        self._chosen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "form":
            self._inside = found.get("method") == "post" and str(found.get("action")).startswith(self._action)
        elif not self._inside:
            return
        elif tag == "input" and (found.get("type") not in ("checkbox", "radio") or "checked" in found):
            self._add(name, value)
        elif tag == "select":
            self._select, self._chosen = name, None
        elif tag == "option" and (self._chosen is None or "selected" in found):
            self._chosen = value
        elif tag == "textarea":
            self._area = name
            self._add(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select" and self._inside:
            self._add(self._select, self._chosen or "")
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area][-1] += data.removeprefix("\n")

    def _add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def form_of(page: str, action: str = "/moten") -> dict[str, list[str]]:
    """Every field of the form and what is filled in; of choices, those that are made. No button is pressed."""
    reader = _Form(action)
    reader.feed(page)
    return reader.fields
