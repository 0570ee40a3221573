"""Handbooks, reports and legal sources: each whole, and no address that nobody has looked at."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.initiatives.domain import knowledge
from shared.contracts.knowledge import KnowledgeResourceDetails, ResourceChanged
from shared.rejected import Rejected
from tests.support.contexts import decision_context

Y = decision_context("vasternorrland")
ID = UUID(int=9)
LAW: dict[str, Any] = {"kind": "LEGAL_SOURCE", "title": "Kommuner mot brott", "designation": "SOU 2021:49"}


def details(**changes: Any) -> KnowledgeResourceDetails:
    return KnowledgeResourceDetails(**LAW | changes)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"designation": None}, "designation"),
        ({"kind": "REPORT"}, "designation"),
        ({"kind": "REPORT", "designation": None, "section": "avsnitt 5"}, "section"),
        ({"url": "https://example.se/sou"}, "checked_on"),
        ({"checked_on": "2026-11-30"}, "checked_on"),
        ({"publishers": ["Ring 070-123 45 67"]}, "publishers"),
    ],
)
def test_what_is_not_whole_is_refused_by_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        details(**changes)


@pytest.mark.parametrize("section", ["2 §", "5 kap. 3 §", "2 § 1 st", "avsnitt 5", "2 a §"])
def test_a_section_is_written_as_laws_are_cited(section: str) -> None:
    assert details(section=section).section == section


@pytest.mark.parametrize("changes", [{"section": "Anna Berg"}, {"designation": "Anna Berg"}, {"section": "§ Anna"}])
def test_a_section_and_a_designation_hold_no_name(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        details(**changes)


def test_an_address_is_checked_today_or_before() -> None:
    url = "https://example.se/sou"
    listed = knowledge.recommend(details(url=url, checked_on=Y.today), ID, Y)
    tomorrow = details(url=url, checked_on=Y.today + timedelta(days=1))

    for refused in (lambda: knowledge.recommend(tomorrow, ID, Y), lambda: knowledge.change(tomorrow, listed, Y)):
        with pytest.raises(Rejected, match="checked_on"):
            refused()


def test_a_resource_changes_until_it_is_withdrawn() -> None:
    listed = knowledge.recommend(details(), ID, Y)
    assert knowledge.change(details(), listed, Y) is None
    changed = knowledge.change(details(section="avsnitt 5"), listed, Y)
    assert isinstance(changed, ResourceChanged)
    withdrawn = knowledge.withdraw(changed)

    for refused in (lambda: knowledge.withdraw(withdrawn), lambda: knowledge.change(details(), withdrawn, Y)):
        with pytest.raises(Rejected, match="withdrawn"):
            refused()
