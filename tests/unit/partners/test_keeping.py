"""The keeper ends what has ended, gives nothing, and goes on with what it has read when a file is damaged."""

import asyncio
import math
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from infra.partners import keeping
from infra.partners.agreement import Agreement
from infra.partners.keeping import Keeper
from infra.partners.listing import ReadingPosition
from shared.contracts.counties import parse
from shared.runtime.settings import Settings
from shared.transport.kafka import KafkaCluster
from tests.support.waiting import eventually
from tests.unit.partners.test_agreements import GOOD

TOPIC = "jamtland.shared.actors.v1"


@pytest.fixture
def removed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The users that were removed from Kafka. Each was there."""
    found: list[str] = []

    def remove(_: KafkaCluster, user: str) -> bool:
        found.append(user)
        return True

    monkeypatch.setattr(keeping, "remove", remove)
    monkeypatch.setattr(
        keeping,
        "positions",
        lambda *_: [ReadingPosition("police.1", TOPIC, 3, 2, None, 60.0, math.inf)],
    )
    return found


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    (tmp_path / "police.toml").write_text(GOOD)
    settings = Settings(partners=tmp_path, counties=parse("norrbotten:25,jamtland:23"))
    return Keeper(settings, "norrbotten", KafkaCluster("127.0.0.1:1"), tmp_path)


def at(keeper: Keeper, day: str) -> Keeper:
    """Let it be that day."""
    clock = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) - datetime.now(UTC)
    keeper.settings = keeper.settings.model_copy(update={"clock": clock + timedelta(hours=12)})
    return keeper


def figure(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"county": "norrbotten", **labels})


def test_on_its_last_day_a_partner_has_all_and_then_nothing(keeper: Keeper, removed: list[str], tmp_path: Path) -> None:
    password = tmp_path / "norrbotten-partner-police"
    password.write_text("secret")

    at(keeper, "2027-11-30").turn()
    on_the_last_day = list(removed)
    at(keeper, "2027-12-01").turn()

    assert (on_the_last_day, removed) == ([], ["norrbotten-partner-police"])
    assert not password.exists()
    assert figure("norrsam_partner_agreement_days", partner="police") == -1


def test_a_damaged_file_alarms_and_its_agreement_still_ends(keeper: Keeper, removed: list[str], tmp_path: Path) -> None:
    at(keeper, "2027-11-29").turn()
    (tmp_path / "police.toml").write_text("name")

    at(keeper, "2027-11-30").turn()
    before, unchecked = list(removed), figure("norrsam_partners_unchecked")
    at(keeper, "2027-12-01").turn()

    assert (before, unchecked) == ([], 1)
    assert "police.toml is not TOML" in keeper.reason
    assert removed == ["norrbotten-partner-police"]


@pytest.mark.usefixtures("removed")
def test_figures_say_where_a_partner_stands(keeper: Keeper) -> None:
    at(keeper, "2027-11-20").turn()

    of_group = {"partner": "police", "group": "police.1", "topic": TOPIC}
    assert figure("norrsam_partner_behind_events", **of_group) == 5
    assert figure("norrsam_partner_behind_seconds", **of_group) == 60
    assert figure("norrsam_partner_loss_seconds", **of_group) == math.inf
    assert figure("norrsam_partner_agreement_days", partner="police") == 10
    assert figure("norrsam_partners_unchecked") == 0


@pytest.mark.usefixtures("removed")
def test_a_partner_that_is_no_more_has_no_figures(keeper: Keeper, tmp_path: Path) -> None:
    at(keeper, "2027-11-20").turn()
    (tmp_path / "police.toml").unlink()

    keeper.turn()

    assert figure("norrsam_partner_behind_events", partner="police", group="police.1", topic=TOPIC) is None
    assert figure("norrsam_partner_agreement_days", partner="police") is None


@pytest.mark.usefixtures("removed")
async def test_nothing_is_sent_once_the_keeper_has_ended(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work: set[str] = set()

    async def forward(_: KafkaCluster, __: str, agreed: Agreement, ___: object) -> None:
        at_work.add(agreed.agency)
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # as a client of Kafka takes its time to stop
            at_work.remove(agreed.agency)

    monkeypatch.setattr(keeping, "EVERY", 0.0)
    monkeypatch.setattr(keeping, "keep_forwarding", forward)
    signals = GOOD.replace("streams = [", 'streams = ["shipment-signals", ')
    (keeper.settings.partners or Path()).joinpath("police.toml").write_text(signals)
    work = asyncio.create_task(at(keeper, "2026-12-01").run())
    await eventually(lambda: at_work == {"police"})

    work.cancel()
    await asyncio.wait([work])

    assert at_work == set()
