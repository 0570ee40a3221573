"""docker-compose.yml is a valid instance of whichever county, least privileged, and its images have what they need."""

import base64
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.gateway import all_services
from infra.kafka import composed
from shared.contracts.counties import DEFAULT, parse
from tests.support.composing import ELSEWHERE, NEEDED, PROJECT, compose

WRITTEN_BY_HAND = {"prometheus", "grafana", "mail"}
"""Their images decide themselves what they need."""
NAMES = [service.name for service in all_services()]


@pytest.fixture(scope="module")
def composition() -> dict[str, Any]:
    done = compose(**NEEDED)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def services(composition: dict[str, Any]) -> dict[str, Any]:
    return dict(composition["services"])


def held(service: Mapping[str, Any]) -> dict[str, str]:
    """The secrets of a service: the key in the composition, by the file's name in the container."""
    return {Path(each.get("target") or each["source"]).name: each["source"] for each in service.get("secrets", ())}


def test_a_county_is_one_env_file(composition: dict[str, Any]) -> None:
    names = [county.name for county in parse(DEFAULT)]
    text = (PROJECT / "docker-compose.yml").read_text("utf-8")
    code = [line.partition("#")[0] for line in text.splitlines() if "NORRSAM_COUNTIES" not in line and ":?" not in line]

    assert composition["name"] == "norrsam_gotland"
    assert [line for line in code if any(name in line for name in names)] == []


def test_each_service_serves_the_county(services: dict[str, Any]) -> None:
    for name in NAMES:
        assert services[name]["command"] == ["serve", "--county", "gotland", name]
        assert services["gateway"]["depends_on"][name]["condition"] == "service_healthy"
        assert services[name]["environment"]["NORRSAM_GATEWAY_TLS"] == "gateway:8443"


def test_the_databases_of_every_service_are_made_and_migrated(services: dict[str, Any]) -> None:
    for job in ("databases", "migrations"):
        assert {*NAMES, "workspace"} <= set(services[job]["command"])
        assert services[job]["command"][1:3] == ["--county", "gotland"]


def test_a_container_has_the_secrets_that_it_needs(services: dict[str, Any]) -> None:
    databases = {name: ELSEWHERE.database(name) for name in [*NAMES, "workspace"]}
    wanted = {name: {"ca.pem", databases[name], f"gotland-{name}"} for name in NAMES}
    wanted |= {
        "kafka": {"ca.pem", "broker.pem"},
        "postgres": {"postgres"},
        "topics": {"ca.pem", "administrator.pem"},
        "access": {"ca.pem", "administrator.pem"},
        "databases": {"postgres", *databases.values()},
        "migrations": {*databases.values()},
        "gateway": {"gateway.pem"},
        "workspace": {"gotland_workspace", "oidc-secret", "login-key"},
        "workspace-gateway": {"gateway.pem"},
        "mirror": {"ca.pem", "gotland-mirror"},
        "partners": {"ca.pem", "administrator.pem"},
    }

    assert {name: set(held(service)) for name, service in services.items() if held(service)} == wanted


def test_how_many_brokers_keep_a_topic_reaches_who_makes_it(services: dict[str, Any]) -> None:
    said = json.loads(compose(**NEEDED, NORRSAM_REPLICATION="3").stdout)["services"]

    for job in ("topics", "admin"):
        assert services[job]["environment"]["NORRSAM_REPLICATION"] == ""  # as the broker says
        assert said[job]["environment"]["NORRSAM_REPLICATION"] == "3"
    assert [name for name in NAMES if "NORRSAM_REPLICATION" in said[name]["environment"]] == []


def test_a_secret_has_the_name_of_its_file(composition: dict[str, Any]) -> None:
    files = {name: Path(secret["file"]).name for name, secret in composition["secrets"].items()}

    for service in composition["services"].values():
        assert {files[source] for source in held(service).values()} == set(held(service))


def test_no_secret_is_in_an_environment(services: dict[str, Any]) -> None:
    for service in services.values():
        given = service.get("environment") or {}
        assert [name for name in given if "PASSWORD" in name and not name.endswith(("_FILE", "_PASSWORDS"))] == []
        assert [value for value in given.values() if re.search(r"//[^/]*:[^/]*@", value or "")] == []


def test_the_gateways_and_kafka_alone_are_reached_from_outside(services: dict[str, Any]) -> None:
    published = {
        name: [(port["host_ip"], port["published"]) for port in service["ports"]]
        for name, service in services.items()
        if service.get("ports") and name not in WRITTEN_BY_HAND
    }

    assert published == {
        "gateway": [("127.0.0.1", "8109")],
        "workspace-gateway": [("127.0.0.1", "8443")],
        "kafka": [("127.0.0.1", "19109")],
    }
    for name in WRITTEN_BY_HAND:
        assert {port["host_ip"] for port in services[name]["ports"]} == {"127.0.0.1"}


def test_no_container_gains_a_right(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["read_only"] is True, name
        assert int(service["mem_limit"]) > 0, name
        assert service["logging"]["driver"] == "local", name


def test_what_lasts_is_looked_at_and_stopped_in_good_order(services: dict[str, Any]) -> None:
    lasting = {name: each for name, each in services.items() if each.get("restart") and name not in WRITTEN_BY_HAND}

    pages = {"workspace", "workspace-gateway"}
    assert set(lasting) == {"kafka", "postgres", "gateway", "mirror", "partners", *NAMES, *pages}
    for name, service in lasting.items():
        assert service["stop_grace_period"], name
        if name not in ("mirror", "partners"):  # they look themselves at what arrives, and have alarms
            look = service["healthcheck"]
            assert look["timeout"]
            assert look["start_period"]
            assert int(look["retries"]) <= 3


def test_commands_are_not_started_with_the_county(services: dict[str, Any]) -> None:
    aside = {name for name, service in services.items() if service.get("profiles")}

    pages = {"workspace", "workspace-gateway"}
    assert aside == {"secrets", "tools", "admin", "partners", "sandbox", *pages, *WRITTEN_BY_HAND}


def test_the_sandbox_has_nothing_of_the_county(services: dict[str, Any]) -> None:
    sandbox = services["sandbox"]

    assert sandbox["environment"] == {"NORRSAM_DATA": "/tmp/sandbox", "NORRSAM_KAFKA_PORT": "19092"}
    assert sandbox["network_mode"] == "host"  # it listens at 127.0.0.1 alone
    assert {"volumes", "secrets", "networks", "ports"} & sandbox.keys() == set()
    assert sandbox["image"] == services["tools"]["image"]  # the one with Kafka in it


def test_kafka_listens_where_it_is_advertised(services: dict[str, Any]) -> None:
    kafka, settings = (
        services["kafka"],
        dict(line.split("=", 1) for line in composed.server().splitlines() if "=" in line),
    )
    inside = kafka["environment"]["PUBLIC_HOST"], int(kafka["environment"]["PUBLIC_PORT"])

    assert settings["advertised.listeners"].split(",")[0] == "CLIENT://${env:PUBLIC_HOST}:${env:PUBLIC_PORT}"
    assert inside == ("kafka.gotland.example", 19109)
    assert {"kafka.internal", inside[0]} <= set(kafka["networks"]["default"]["aliases"])
    assert (kafka["ports"][0]["target"], kafka["ports"][0]["published"]) == (inside[1], str(inside[1]))
    for name in NAMES:
        assert services[name]["environment"]["NORRSAM_KAFKA"] == "kafka.gotland.example:19109"


def test_each_setting_of_kafka_is_there_once() -> None:
    keys = [line.partition("=")[0] for line in composed.server().splitlines() if line and not line.startswith("#")]

    assert len(keys) == len(set(keys))
    assert "PLAINTEXT" not in composed.server()


def test_a_new_volume_of_kafka_is_a_new_kafka(services: dict[str, Any], tmp_path: Path) -> None:
    *shell, program = services["kafka"]["command"]
    data, start = tmp_path / "meta.properties", tmp_path / "run"
    start.write_text('#!/bin/sh\necho "$CLUSTER_ID"\n')
    start.chmod(0o755)
    program = program.replace("$$", "$").replace("/etc/kafka/docker/run", str(start))
    command = [*shell, program.replace("/var/lib/kafka/data/meta.properties", str(data))]

    def identity() -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    new = {identity() for _ in range(20)}
    assert len(new) == 20
    assert all(len(base64.urlsafe_b64decode(each + "==")) == 16 and each[0] != "-" for each in new)
    data.write_text("version=1\ncluster.id=oAriOMEZ2JyUpFazBA1APA\nnode.id=1\n")
    assert identity() == "oAriOMEZ2JyUpFazBA1APA"
