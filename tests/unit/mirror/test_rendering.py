"""The configuration of a mirror: what it brings, from where, and what it never says."""

import re
from pathlib import Path

import pytest

from infra.kafka.properties import escaped
from infra.mirror.rendering import render
from shared.contracts.topics import STREAMS, topic_name
from shared.transport.kafka import KafkaCluster
from shared.transport.login import KafkaLogin

COUNTIES = ("norrbotten", "jamtland", "vaster-norrland")
HOME, *OTHERS = COUNTIES


def kafka(county: str, folder: Path = Path("/secrets")) -> KafkaCluster:
    login = KafkaLogin(folder / county / "ca.pem", f"{HOME}-mirror", folder / county / "password")
    return KafkaCluster(f"kafka.{county}.test:19092", login)


def rendered(**kafkas: KafkaCluster) -> dict[str, str]:
    found = {county: kafka(county) for county in COUNTIES} | kafkas
    return read(render(HOME, found[HOME], {county: found[county] for county in OTHERS}))


def read(text: str) -> dict[str, str]:
    """A .properties file as Java reads it, comments left out."""
    text.encode("latin-1")
    lines = [line.split(" = ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    assert len({key for key, _ in lines}) == len(lines), "a setting is there twice"
    unescaped = re.compile(r"\\(u([0-9a-f]{4})|(.))")
    return {key: unescaped.sub(lambda m: chr(int(m[2], 16)) if m[2] else m[3], value) for key, value in lines}


def test_only_what_others_share_is_brought() -> None:
    patterns = {key: value for key, value in rendered().items() if key.endswith(".topics")}
    topics = [topic_name(county, stream) for county in COUNTIES for stream in STREAMS]
    topics += [
        "jamtland.partners.police.sealed-alerts.v1",
        "norrbotten.jamtland.shared.actors.v1",
        "jamtlandXsharedXactors.v1",
        "mm2-offsets.jamtland.internal",
    ]

    brought = {key: [topic for topic in topics if re.fullmatch(value, topic)] for key, value in patterns.items()}

    assert brought == {
        f"{county}->{HOME}.topics": [topic_name(county, stream) for stream in STREAMS] for county in OTHERS
    }


def test_every_flow_leads_to_the_own_county() -> None:
    flows = {key.rpartition(".")[0] for key in rendered() if "->" in key}

    assert flows == {f"{county}->{HOME}" for county in OTHERS}


def test_each_kafka_has_its_own_log_in() -> None:
    found = rendered()

    assert found["clusters"].split(", ") == list(COUNTIES)
    for county in COUNTIES:
        assert found[f"{county}.bootstrap.servers"] == f"kafka.{county}.test:19092"
        assert found[f"{county}.security.protocol"] == "SASL_SSL"
        assert found[f"{county}.ssl.truststore.location"] == f"/secrets/{county}/ca.pem"
        jaas = found[f"{county}.sasl.jaas.config"]
        assert jaas.endswith(f'required username="{HOME}-mirror" password="${{dir:/secrets/{county}:password}}";')


def test_every_password_may_be_read_and_no_other_file() -> None:
    folders = rendered()["config.providers.dir.param.allowed.paths"].split(",")

    assert sorted(folders) == sorted(f"/secrets/{county}" for county in COUNTIES)


def test_nothing_is_written_to_the_other_county() -> None:
    found = rendered()

    copied = ("sync.topic.acls", "emit.offset-syncs", "emit.heartbeats", "emit.checkpoints", "sync.group.offsets")
    assert {found[f"{name}.enabled"] for name in copied} == {"false"}


def test_settings_of_the_process_have_the_county_before_them() -> None:
    found = rendered()

    assert found[f"{HOME}.scheduled.rebalance.max.delay.ms"] == "0"
    assert found[f"{HOME}.plugin.discovery"] == "service_load"


def test_a_kafka_without_security_has_no_log_in() -> None:
    found = rendered(jamtland=KafkaCluster("127.0.0.1:1"))

    assert [key for key in found if key.startswith("jamtland.")] == ["jamtland.bootstrap.servers"]


def test_a_path_with_swedish_letters_is_read_as_it_is() -> None:
    path = Path("/län/Å b\\c")

    found = rendered(jamtland=kafka("jamtland", path))

    assert found["jamtland.ssl.truststore.location"] == str(path / "jamtland" / "ca.pem")
    assert f"dir:{path / 'jamtland'}:password" in found["jamtland.sasl.jaas.config"]
    assert escaped("å\\") == "\\u00e5\\\\"


@pytest.mark.parametrize("sign", [",", ":", "}", '"'])
def test_a_path_that_kafka_would_cut_off_is_refused(sign: str) -> None:
    with pytest.raises(ValueError, match="in its path"):
        rendered(jamtland=kafka("jamtland", Path(f"/sec{sign}rets")))


def test_no_kafka_is_mirrored_to_itself() -> None:
    with pytest.raises(ValueError, match="at the same address"):
        rendered(jamtland=kafka(HOME))
