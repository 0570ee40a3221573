"""The menu: groups of pages by what people do. The pages of a group are shown on each of them, and on those below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workspace.roles import ENROLMENT_READERS, EVERYBODY, MEMBERS, REGISTER
from shared.runtime.auth import INSIDE, Role


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the menu; ``key`` is its text, ``roles`` are those who may see it."""

    path: str
    key: str
    roles: frozenset[Role]


MENU: Mapping[str, Sequence[MenuEntry]] = {
    "menu.start": (MenuEntry("/", "menu.start", EVERYBODY),),
    "menu.group.meetings": (
        MenuEntry("/moten", "menu.meetings", MEMBERS),
        MenuEntry("/atgarder", "menu.items", MEMBERS),
    ),
    "menu.group.trainings": (
        MenuEntry("/utbildningar", "menu.trainings", EVERYBODY),
        MenuEntry("/anmalningar", "menu.enrolments", ENROLMENT_READERS),
        MenuEntry("/intyg", "menu.certificates", EVERYBODY),
    ),
    "menu.group.signals": (
        MenuEntry("/signaler", "menu.signals", EVERYBODY),
        MenuEntry("/rutiner", "menu.guidance", EVERYBODY),
        MenuEntry("/rad/", "menu.advice", EVERYBODY),
    ),
    "menu.group.local": (
        MenuEntry("/lagesbilder", "menu.pictures", MEMBERS),
        MenuEntry("/samverkan", "menu.processes", MEMBERS),
        MenuEntry("/beredskap", "menu.readiness", MEMBERS),
        MenuEntry("/est", "menu.est", MEMBERS),
        MenuEntry("/stod", "menu.support", MEMBERS),
        MenuEntry("/lardomar", "menu.lessons", MEMBERS),
        MenuEntry("/kunskap", "menu.resources", MEMBERS),
        MenuEntry("/kommuner", "menu.municipalities", EVERYBODY),
    ),
    "menu.group.registers": (
        MenuEntry("/aktorer", "menu.actors", EVERYBODY),
        MenuEntry("/ombud", "menu.sites", REGISTER),
    ),
    "menu.group.reports": (
        MenuEntry("/rapporter", "menu.reports", INSIDE),
        MenuEntry("/anslutning", "menu.links", EVERYBODY),
    ),
}
"""The pages of each group, by the key of its text. A group of which somebody sees one page is shown as that page."""


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A link of the menu, and those within it; ``current`` is aria-current: `page` there, `true` below it, or empty."""

    path: str
    key: str
    current: str
    within: Sequence["MenuLink"] = ()


def menu_of(roles: frozenset[Role], path: str) -> list[MenuLink]:
    """The menu of somebody with these roles, on the page at ``path``."""
    shown = {group: [each for each in entries if roles & each.roles] for group, entries in MENU.items()}
    above = [each.path for entries in shown.values() for each in entries if _leads_to(each.path, path)]
    here = max(above, key=len, default="")
    found: list[MenuLink] = []
    for group, entries in shown.items():
        links = [MenuLink(each.path, each.key, _current(each.path, here, path)) for each in entries]
        if len(links) > 1:
            current = "true" if any(each.current for each in links) else ""
            links = [MenuLink(links[0].path, group, current, links)]
        found += links
    return found


def _leads_to(entry: str, path: str) -> bool:
    return path == entry or (entry != "/" and path.startswith(entry.rstrip("/") + "/"))


def _current(entry: str, here: str, path: str) -> str:
    if entry != here:
        return ""
    return "page" if entry == path else "true"
