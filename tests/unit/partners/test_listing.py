"""The list of partners fits the screen, and says in words where each stands."""

import math
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.partners.folder import agreement
from infra.partners.listing import ReadingPosition, lines
from shared.contracts.counties import parse
from shared.runtime.settings import Settings
from tests.unit.partners.test_agreements import GOOD

READ = datetime(2026, 11, 28, 21, 35, tzinfo=UTC)


@pytest.fixture
def shown(tmp_path: Path) -> list[str]:
    (tmp_path / "police.toml").write_text(GOOD)
    agreed = agreement(Settings(partners=tmp_path, counties=parse("norrbotten:25")), "police")
    found = [
        ReadingPosition("police.post", "vasternorrland.shared.trainings.v1", 12, 0, READ, 4_000, math.inf),
        ReadingPosition("", "norrbotten.shared.actors.v1", 3, 0, None, 200_000, 600),
        ReadingPosition("police.1", "jamtland.shared.actors.v1", 0, 0, READ, 0, math.inf),
        ReadingPosition("police.1", "jamtland.partners.police.amber.shipment-signals.v1", 5, 2, None, 5, -60),
    ]
    return list(lines(agreed, date(2027, 11, 20), found))


def test_a_partner_is_shown_with_the_days_that_are_left(shown: list[str]) -> None:
    assert shown[0] == "police: Polismyndigheten, polisregion Nord, until 2027-11-30 (10 days left)"
    assert max(map(len, shown)) <= 80


def test_each_group_is_shown_with_its_lag_and_what_it_loses(shown: list[str]) -> None:
    assert [line.split()[3:] for line in shown[2:]] == [
        ["11-28", "21:35", "12", "1", "h", "never"],
        ["never", "3", "2", "d", "10", "min"],
        ["11-28", "21:35", "0", "0", "s", "never"],
        ["begun", "5+2", "5", "s", "-1", "min"],
    ]
