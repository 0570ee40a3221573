"""Secrets of a county on Kubernetes: named and never written, least for each pod, made by the page of the operator."""

import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from infra import authority
from infra.cli.secrets import app as secrets_command
from infra.kubernetes.manifests import read
from tests.support.composing import PROJECT
from tests.support.kubernetes.county import GIVEN, SERVED, SERVICES, Found, by_name, containers, sources, templates

PAGE = (PROJECT / "docs" / "kubernetes.md").read_text("utf-8")
BLOCKS = [
    re.sub("(?m)^ {3}", "", each) for each in re.findall(r"^ {3}```sh\n(.*?)^ {3}```", PAGE, re.DOTALL | re.MULTILINE)
]
KUBECTL = """#!/bin/sh
case "$*" in *apply*) exec cat > /dev/null ;; esac
echo "$@" >> "$RECORD"
for each; do case $each in --from-file=*)
    file=${each##*=}
    [ -f "$file" ] || echo "missing: $file" >> "$RECORD"
    sed -n "s/^-----BEGIN/$(basename "$file") begins/p" "$file" >> "$RECORD"
esac done
"""
"""Says what it is asked to make, and how each file begins."""


@pytest.fixture(scope="module")
def found() -> Found:
    return by_name(GIVEN)


def test_a_secret_is_named_and_never_written(found: Found) -> None:
    assert "Secret" not in {kind for kind, _ in found}
    given = dict(found["ConfigMap", "county"]["data"])
    for template in templates(found).values():
        for each in containers(template):
            given |= {one["name"]: one["value"] for one in each.get("env", ())}
            assert [one for one in each["envFrom"] if "configMapRef" not in one] == []
    for name, value in given.items():
        if any(word in name for word in ("PASSWORD", "SECRET", "KEY", "LOGIN", "CERTIFICATE")):
            assert value.startswith(("/run/", "/county/")), name
        assert not re.search(r"//[^/]*:[^/]*@", value), name


def test_a_pod_has_the_secrets_that_it_needs(found: Found) -> None:
    held = {
        (name, volume): {one["secret"]["name"] for one in many if "secret" in one}
        for name, template in templates(found).items()
        for volume, many in sources(template).items()
    }
    ca = "kafka-clients-ca-cert"

    assert held == {
        **{(name, "secrets"): {ca, name, "smtp-login"} for name in SERVICES},
        **{(name, "tokens"): set() for name in SERVED},
        ("workspace", "secrets"): {ca, "workspace"},
        ("gateway", "secrets"): {"gateway"},
        ("mirror", "secrets"): {ca, "mirror"},
        ("mirror", "peers"): {"peer-halland"},
        ("prepare", "admin"): {ca, "administrator"},
        ("prepare", "logins"): {*SERVICES, "mirror", "mirrors"},
        ("prepare", "roles"): {*SERVED},
        ("prepare", "postgres"): {"postgres-superuser"},
        ("prepare", "peers"): {"peer-halland"},
    }


def test_the_job_is_given_one_password_of_each_secret(found: Found) -> None:
    given = {
        volume: {item["path"] for one in many for item in one["secret"].get("items", ())}
        for volume, many in sources(templates(found)["prepare"]).items()
    }

    assert given["logins"] == {f"gotland-{name}" for name in (*SERVICES, "mirror")}
    assert given["roles"] == {f"gotland_{name}".replace("-", "_") for name in SERVED}


def test_a_county_is_joined_as_soon_as_its_secret_is_there(found: Found) -> None:
    for name in ("mirror", "prepare"):
        (source,) = sources(templates(found)[name])["peers"]
        kinds = ("address", "ca.pem", "password", "topics.json")
        assert source["secret"] == {
            "name": "peer-halland",
            "items": [{"key": kind, "path": f"halland/{kind}"} for kind in kinds],
            "optional": True,
        }


def test_each_volume_is_mounted_and_each_mount_is_a_volume(found: Found) -> None:
    for name, template in templates(found).items():
        mounted = {mount["name"] for each in containers(template) for mount in each["volumeMounts"]}
        assert mounted == {volume["name"] for volume in template["spec"]["volumes"]}, name


def recorded(folder: Path) -> list[str]:
    """Told by another kubectl, with which the page's commands are run."""
    init, make = BLOCKS
    done = CliRunner().invoke(secrets_command, shlex.split(init.replace("\\\n", ""))[2:])
    assert done.exit_code == 0, done.output
    secrets, record, program = folder / "counties" / "norrbotten" / "secrets", folder / "record", folder / "kubectl"
    program.write_text(KUBECTL)
    program.chmod(0o755)
    for name in ("jwks.json", "oidc-key", "login-key", "workspace.pem", "smtp-login"):
        (secrets / name).touch()
    path = {"PATH": f"{folder}:/usr/bin:/bin", "RECORD": str(record)}
    subprocess.run(["sh", "-ec", make], cwd=folder, env=path, check=True)

    return record.read_text().splitlines()


def made_of(lines: list[str]) -> dict[str, set[str]]:
    """The keys of each Secret and ConfigMap."""
    found = [match for line in lines if (match := re.search(r" create (?:secret generic|configmap) (\S+)(.*)", line))]
    files = {match[1]: re.findall(r"--from-file=(\S+)", match[2]) for match in found}
    return {name: {each.partition("=")[0].rpartition("/")[2] for each in many} for name, many in files.items()}


def test_the_commands_of_the_page_make_what_pods_are_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = recorded(tmp_path)
    made = made_of(lines)
    given = read((PROJECT / "counties" / "example.env").read_text("utf-8")) | {"NORRSAM_SMTP_LOGIN_FILE": "there"}
    named: dict[str, set[str]] = {name: set() for name in made}
    for template in templates(by_name(given)).values():
        for one in (each for many in sources(template).values() for each in many):
            source: Mapping[str, Any] = one.get("secret") or one["configMap"]
            if not source.get("optional"):
                named[source["name"]] |= {item["key"] for item in source.get("items", ())}

    assert {name: keys - made[name] for name, keys in named.items() if keys - made[name]} == {}
    assert {name for name, keys in named.items() if not keys} == {
        *("administrator", "gateway", "mirrors", "smtp-login"),
        *("broker", "kafka-clients-ca"),
    }
    assert [line for line in lines if line.startswith("missing")] == []
    assert (
        sum("label --overwrite secret kafka-clients-ca-cert kafka-clients-ca strimzi.io" in line for line in lines) == 1
    )
    assert [line for line in lines if line.startswith("tls")] == [
        "tls.key begins PRIVATE KEY-----",
        "tls.crt begins CERTIFICATE-----",
    ]
    assert made["kafka-clients-ca"] == {"ca.key"}
    assert made["gateway"] == {"gateway.pem", "workspace.pem"}
    assert made["mirrors"] == {"vasterbotten-mirror", "jamtland-mirror", "vasternorrland-mirror"}
    assert made["administrator"] == {"administrator.pem"}
    assert made["workspace"] == {"norrbotten_workspace", "oidc-key", "login-key"}


def test_kafka_s_certificate_is_for_each_name_that_clients_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recorded(tmp_path)
    found = by_name(read((PROJECT / "counties" / "example.env").read_text("utf-8")))
    *_, public = found["Kafka", "kafka"]["spec"]["kafka"]["listeners"]
    inside = found["ConfigMap", "county"]["data"]["NORRSAM_KAFKA"].partition(":")[0]
    # As Strimzi names a broker of the pool `brokers` of the Kafka `kafka`.
    broker = f"kafka-brokers-0.kafka-kafka-brokers.{found['Kafka', 'kafka']['metadata']['namespace']}.svc"
    outside = public["configuration"]["advertisedHostTemplate"].replace("{nodeId}", "2")

    hosts = authority.hosts_of(Path("counties/norrbotten/secrets/kafka/broker.pem"))
    assert ("KafkaNodePool", "brokers") in found
    for name in (inside, broker, outside, "kafka.norrbotten.example"):
        assert {name, f"*.{name.partition('.')[2]}"} & {*hosts}, name
