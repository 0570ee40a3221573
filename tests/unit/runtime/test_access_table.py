"""The table of what is added and removed, and the words for a Kafka that cannot be asked. Cells: tests/secured."""

from pathlib import Path

import pytest
from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, ResourcePatternType, ResourceType

from infra.access import applying, table
from infra.access.applying import WIDTH, Changes
from infra.access.users import MIRROR
from infra.cli import access
from infra.kafka.folder import KafkaSecrets
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.topics import SERVICES
from shared.runtime.settings import SettingsError

COUNTIES = tuple(county.name for county in parse(DEFAULT))


@pytest.mark.parametrize("home", [COUNTIES, COUNTIES[:1], COUNTIES[3:]])
def test_every_line_of_the_table_fits_a_terminal(home: tuple[str, ...]) -> None:
    users, rules = table.users(home, COUNTIES), {applying._rule(each) for each in table.grants(home, COUNTIES)}

    lines = [*Changes(users, [], rules, []).lines(), *Changes([], users, [], rules).lines()]

    assert max(map(len, lines)) <= WIDTH
    assert {line for line in lines if not line.startswith(" ")} == set(users)


def test_a_county_of_its_own_has_its_services_and_all_mirrors() -> None:
    users = table.users(["jamtland"], COUNTIES)

    services = [f"jamtland-{service}" for service in SERVICES]
    assert users == [*services, "jamtland-mirror", *(f"{each}-mirror" for each in COUNTIES if each != "jamtland")]


def test_only_counties_that_are_joined_come_in() -> None:
    joined = table.grants(["jamtland"], COUNTIES, ["norrbotten"])
    every = table.grants(["jamtland"], COUNTIES)

    gone = [f"{each}-mirror" for each in COUNTIES if each not in ("jamtland", "norrbotten")]
    assert [user for user in table.users(["jamtland"], COUNTIES, []) if user.endswith(MIRROR)] == []
    assert set(table.users(["jamtland"], COUNTIES)) - set(table.users(["jamtland"], COUNTIES, ["norrbotten"])) == {
        *gone
    }
    assert not [grant for grant in joined if grant.user in gone]
    assert set(joined) < set(every)
    services = [grant for grant in every if not grant.user.endswith(MIRROR)]
    assert set(services) <= set(joined)  # whoever serves here reads on, whoever is joined
    assert {each.name.partition(".")[0] for each in set(every) - set(joined) if each.user == "jamtland-mirror"} >= {
        "vasterbotten",
        "vasternorrland",
    }


def test_counties_that_share_a_kafka_have_no_mirror() -> None:
    assert not [user for user in table.users(COUNTIES, COUNTIES) if user.endswith(MIRROR)]
    assert MIRROR not in SERVICES


def test_a_rule_that_somebody_made_by_hand_is_shown_whole() -> None:
    rule = AclBinding(
        ResourceType.BROKER,
        "kafka-cluster",
        ResourcePatternType.LITERAL,
        "User:eve",
        "10.0.0.1",
        AclOperation.ALTER,
        AclPermissionType.DENY,
    )

    assert list(Changes([], ["eve"], [], [rule]).lines()) == [
        "eve",
        "  remove  user",
        "  remove  denied broker kafka-cluster from 10.0.0.1: ALTER",
    ]


def test_a_kafka_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secrets = KafkaSecrets(tmp_path)
    secrets.make(["127.0.0.1"], [])
    monkeypatch.setattr(applying, "SECONDS", 0.5)
    for name, value in {
        "NORRSAM_KAFKA": "127.0.0.1:1",
        "NORRSAM_KAFKA_SECURITY": "SSL",
        "NORRSAM_KAFKA_CA": str(secrets.ca),
        "NORRSAM_KAFKA_CERTIFICATE": str(secrets.folder / "administrator.pem"),
    }.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=r"Kafka at 127.0.0.1:1 \(NORRSAM_KAFKA\) does not do it"):
        access.plan()


def test_a_county_that_was_removed_is_in_the_plan(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "peers" / "norrbotten").mkdir(parents=True)
    monkeypatch.setenv("NORRSAM_PEERS", str(tmp_path / "peers"))
    before = table.users(["jamtland"], COUNTIES), table.grants(["jamtland"], COUNTIES)
    has = {applying._rule(grant) for grant in before[1]}

    def plan(_: object, users: list[str], grants: list[table.Grant]) -> Changes:
        wanted = {applying._rule(grant) for grant in grants}
        return Changes([], sorted(set(before[0]) - set(users)), wanted - has, has - wanted)

    monkeypatch.setattr(applying, "plan", plan)
    access.plan(["jamtland"])

    said = capsys.readouterr().out
    assert "vasterbotten-mirror\n  remove  user\n  remove  topic jamtland.shared.*: DESCRIBE_CONFIGS READ\n" in said
    assert "norrbotten-mirror" not in said
    assert "add" not in said


def test_what_goes_with_an_agreement_is_left_to_it() -> None:
    replies = "norrbotten.partners.police.shipment-signals-replies.v1"

    def of_partners(user: str, topic: str, prefixed: bool = False, operation: str = "READ") -> tuple[bool, bool]:
        rule = applying._rule(table.Grant(user, "topic", topic, prefixed, operation))
        return applying._is_of_partners(rule, None), applying._is_of_partners(rule, "norrbotten")

    hears = "norrbotten-shipment-alerts"
    assert of_partners(hears, replies) == of_partners("norrbotten-partner-police", "jamtland.x") == (True, True)
    assert of_partners("jamtland-shipment-alerts", replies.replace("norrbotten", "jamtland")) == (True, False)
    others = [
        of_partners(hears, "norrbotten.partners.", prefixed=True),
        of_partners(hears, replies, operation="WRITE"),
        of_partners("norrbotten-actors", replies),
        of_partners("jamtland-shipment-alerts", replies),
        of_partners(hears, "norrbotten.shared.actors.v1"),
    ]
    assert set(others) == {(False, False)}
