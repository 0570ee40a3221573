"""The menu of somebody: groups of pages, and where in them they are."""

import pytest

from services.workspace.addresses import PAGES
from services.workspace.menu import MENU, MenuEntry, MenuLink, menu_of
from services.workspace.roles import COORDINATORS, EVERYBODY
from shared.runtime.auth import Role

SEEN = {path: roles for method, path, _, roles in PAGES if method == "GET"} | {"/rad/": EVERYBODY}


def current_at(path: str, roles: frozenset[Role] = COORDINATORS) -> dict[str, str]:
    """By key, what the links of the menu say of the present page."""
    links = [each for link in menu_of(roles, path) for each in (link, *link.within)]
    return {each.key: each.current for each in links if each.current}


def test_the_menu_offers_pages_to_those_who_may_see_them() -> None:
    assert [each for entries in MENU.values() for each in entries if SEEN[each.path] != each.roles] == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", {"menu.start": "page"}),
        ("/atgarder", {"menu.group.meetings": "true", "menu.items": "page"}),
        ("/moten/jamtland/1/flytta", {"menu.group.meetings": "true", "menu.meetings": "true"}),
        ("/motena", {}),
        ("/om", {}),
    ],
)
def test_the_menu_marks_the_present_page(path: str, current: dict[str, str]) -> None:
    assert current_at(path) == current


def test_a_page_below_two_entries_is_the_nearer_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    nearer = MenuEntry("/moten/nara", "menu.nearer", EVERYBODY)
    monkeypatch.setattr("services.workspace.menu.MENU", {**MENU, "menu.nearer": (nearer,)})

    assert current_at("/moten/nara/1") == {"menu.nearer": "true"}


def test_a_group_of_one_page_is_that_page() -> None:
    operators = menu_of(frozenset({Role.OPERATOR}), "/kommuner")

    assert MenuLink("/kommuner", "menu.municipalities", "page") in operators
    assert [each.key for each in operators if each.within] == [
        "menu.group.trainings",
        "menu.group.signals",
        "menu.group.registers",
    ]


def test_a_coordinator_has_few_groups_to_read() -> None:
    assert len(menu_of(COORDINATORS, "/")) <= 7
