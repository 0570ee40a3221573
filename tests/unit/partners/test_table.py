"""Rules and quotas are made of agreements; what differs from them on a Kafka is set, or taken away."""

from pathlib import Path

import pytest

from infra.access.table import Grant
from infra.partners import table
from infra.partners.agreement import Agreement
from infra.partners.applying import _differing
from infra.partners.folder import agreements
from shared.contracts.counties import parse
from shared.runtime.settings import Settings
from tests.unit.partners.test_agreements import GOOD

COUNTIES = ["norrbotten", "jamtland"]
LIMITS = '[quotas]\nconnections_per_second = {}\naddresses = ["192.0.2.10"]\n'
POLICE = ("user", "norrbotten-partner-police")


@pytest.fixture
def agreed(tmp_path: Path) -> list[Agreement]:
    """Customs read trainings, and police signals too, from one address."""
    (tmp_path / "customs.toml").write_text(GOOD.replace('"actors", ', "") + LIMITS.format(3))
    (tmp_path / "police.toml").write_text(
        GOOD.replace('"actors", "trainings"', '"shipment-signals"') + LIMITS.format(20)
    )
    return agreements(Settings(partners=tmp_path, counties=parse("norrbotten:25,jamtland:23")))


def test_a_partner_reads_what_is_agreed_and_writes_its_canary(agreed: list[Agreement]) -> None:
    customs = [grant for grant in table.grants("norrbotten", agreed, COUNTIES) if "customs" in grant.user]

    user, canary = "norrbotten-partner-customs", "norrbotten.partners.customs.canary.v1"
    assert customs == [
        Grant(user, "group", "customs.", True, "READ"),
        Grant(user, "topic", "jamtland.shared.trainings.v1", False, "READ"),
        Grant(user, "topic", canary, False, "READ"),
        Grant(user, "topic", canary, False, "WRITE"),
        Grant(user, "topic", "norrbotten.shared.trainings.v1", False, "READ"),
    ]


def test_who_is_shown_signals_alone_writes_its_replies(agreed: list[Agreement]) -> None:
    replies = "norrbotten.partners.police.shipment-signals-replies.v1"
    found = [each for each in table.grants("norrbotten", agreed, COUNTIES) if "replies" in each.name]

    assert found == [
        Grant("norrbotten-partner-police", "topic", replies, False, "WRITE"),
        Grant("norrbotten-shipment-alerts", "topic", replies, False, "READ"),
    ]
    kept = table.topics("norrbotten", agreed)[replies]
    assert (kept["message.timestamp.type"], kept["max.message.bytes"]) == ("LogAppendTime", "10000")


def test_the_service_reads_of_partners_what_is_shown_and_answered(agreed: list[Agreement]) -> None:
    service = "norrbotten-shipment-alerts"
    assert [each for each in table.grants("norrbotten", agreed, COUNTIES) if each.user == service] == [
        Grant(service, "topic", "norrbotten.partners.police.amber.shipment-signals.v1", False, "READ"),
        Grant(service, "topic", "norrbotten.partners.police.shipment-signals-replies.v1", False, "READ"),
    ]
    assert [each for each in table.grants("norrbotten", agreed[:1], COUNTIES) if each.user == service] == []


def test_nobody_reads_the_counties_topics_of_signals(agreed: list[Agreement]) -> None:
    names = {grant.name for grant in table.grants("norrbotten", agreed, COUNTIES) if grant.kind == "topic"}

    assert {name for name in names if name.endswith(".shipment-signals.v1")} == {
        "norrbotten.partners.police.amber.shipment-signals.v1"
    }


def test_where_two_have_one_address_the_lower_limit_holds(agreed: list[Agreement]) -> None:
    for order in (agreed, agreed[::-1]):
        assert table.quotas("norrbotten", order)["ip", "192.0.2.10"] == {"connection_creation_rate": 3}


def test_what_differs_is_set_or_taken_and_others_are_left() -> None:
    wanted = {POLICE: {"a": 1.0, "b": 2.0}}
    known = {
        POLICE: {"b": 3.0, "c": 4.0},
        ("user", "norrbotten-partner-customs"): {"a": 1.0},
        ("user", "norrbotten-actors"): {"a": 1.0},
        ("user", "jamtland-partner-police"): {"a": 1.0},
        ("ip", "192.0.2.11"): {"connection_creation_rate": 1.0},
    }

    assert _differing(wanted, known, "norrbotten") == {
        POLICE: ({"a": 1.0, "b": 2.0}, {"c"}),
        ("user", "norrbotten-partner-customs"): ({}, {"a"}),
        ("ip", "192.0.2.11"): ({}, {"connection_creation_rate"}),
    }
    assert _differing(wanted, wanted, "norrbotten") == {}
