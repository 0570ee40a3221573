"""A county's manifests for a cluster: valid by published schemas, without rights, and as docker-compose.yml has it.

No cluster is run.
"""

import copy
import json
import re
from typing import Any

import pytest
import yaml

from infra.kubernetes.gateway import configuration
from infra.kubernetes.manifests import manifests, read, render
from infra.kubernetes.operated import CONFIG
from shared.contracts.counties import DEFAULT, parse
from shared.runtime.settings import SettingsError
from tests.support.composing import NEEDED, PROJECT, compose
from tests.support.kubernetes.county import GIVEN, SERVED, SERVICES, Found, by_name, containers, of_kind, templates
from tests.support.kubernetes.schemas import errors

NO_FILE = {"NORRSAM_JOINED"}
"""Pods share no file: their counties are those of NORRSAM_COUNTIES."""
OPTIONAL = ("NORRSAM_COUNTIES", "NORRSAM_SMTP", "NORRSAM_SMTP_LOGIN_FILE", "NORRSAM_MAIL_FROM")


@pytest.fixture(scope="module")
def found() -> Found:
    return by_name(GIVEN)


def test_each_manifest_is_valid_by_its_published_schema(found: Found) -> None:
    assert {key: errors(each) for key, each in found.items() if errors(each)} == {}


@pytest.mark.parametrize(
    ("kind", "name", "path", "value"),
    [
        ("Kafka", "kafka", ("spec", "kafka", "listeners", 2, "type"), "balancer"),
        ("Kafka", "kafka", ("spec", "kafka", "listeners", 2, "configuration", "advertisedHost"), "one"),
        ("KafkaNodePool", "brokers", ("spec", "roles", 0), "zookeeper"),
        ("Cluster", "postgres", ("spec", "postgresql", "synchronous", "method"), "some"),
        ("Cluster", "postgres", ("metadata", "labels"), ["one"]),
        ("Deployment", "actors", ("spec", "replicas"), "two"),
        ("Deployment", "mirror", ("spec", "template", "spec", "containers", 0, "mounts"), []),
        ("Job", "prepare", ("spec", "template", "spec", "securityContext", "runAsRoot"), False),
        ("Service", "public", ("spec", "ports", 0, "port"), None),
        ("NetworkPolicy", "default-deny", ("spec", "policyTypes"), "Ingress"),
        ("PodDisruptionBudget", "gateway", ("spec", "minimum"), 1),
    ],
)
def test_a_field_that_is_wrong_is_seen(
    found: Found, kind: str, name: str, path: tuple[str | int, ...], value: object
) -> None:
    broken: Any = copy.deepcopy(found[kind, name])
    place = broken
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    assert len(errors(broken)) > 0


def test_the_file_holds_each_manifest_as_it_is_meant() -> None:
    text = render(GIVEN)

    assert list(yaml.safe_load_all(text)) == list(manifests(GIVEN))
    assert "&id" not in text
    assert text.splitlines()[2] == "---"


def test_what_looks_like_a_number_to_kubectl_is_in_quotes() -> None:
    text = render({**GIVEN, "NORRSAM_FIRST_CONTACT_SECONDS": "1e3"})

    assert "NORRSAM_FIRST_CONTACT_SECONDS: '1e3'\n" in text
    assert [line for line in text.splitlines() if re.search(r"norrsam/settings: \d", line)] == []


def test_a_county_is_one_env_file_here_too() -> None:
    text = render(GIVEN)

    assert [county.name for county in parse(DEFAULT) if county.name in text] == []
    assert {each["metadata"].get("namespace") for each in manifests(GIVEN)} == {None, "norrsam-gotland"}


@pytest.mark.parametrize("missing", sorted(GIVEN.keys() - {*OPTIONAL}))
def test_a_missing_setting_of_the_env_file_is_named(missing: str) -> None:
    text = "\n".join(f"{name}={value}" for name, value in GIVEN.items() if name != missing)

    with pytest.raises(SettingsError, match=f"^{missing} is not set: write "):
        read(text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NORRSAM_COUNTY", "oland"),
        ("NORRSAM_COUNTIES", "gotland"),
        ("NORRSAM_PORT", "https"),
        ("NORRSAM_KAFKA_PORT", "9093"),
        ("NORRSAM_SMTP", "mail.gotland.example"),
        ("NORRSAM_REPLICATION", "0"),
        ("NORRSAM_REPLICATION", "4"),
    ],
)
def test_a_bad_setting_of_the_env_file_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is '{value}': "):
        render({**GIVEN, name: value})


def test_a_setting_with_a_comment_or_none_is_read() -> None:
    text = "# a comment\n\n" + "\n".join(f"{name}={value}" for name, value in GIVEN.items() if name not in OPTIONAL)

    found = {each["metadata"]["name"]: each for each in manifests({**read(text), "NORRSAM_COUNTIES": "gotland:09"})}
    assert found["county"]["data"].keys().isdisjoint({"NORRSAM_SMTP", "NORRSAM_SMTP_LOGIN", "NORRSAM_ISSUER"})
    assert "smtp-login" not in str(found["actors"])


def test_how_many_brokers_keep_a_topic_reaches_who_makes_it() -> None:
    said = by_name({**GIVEN, "NORRSAM_REPLICATION": "3"})
    makes = {each["name"]: each for name in ("prepare", "tools") for each in containers(templates(said)[name])}

    assert said["ConfigMap", "county"]["data"]["NORRSAM_REPLICATION"] == "3"
    for name in ("topics", "tools"):
        assert makes[name]["envFrom"] == [{"configMapRef": {"name": "county"}}]


def test_each_service_runs_with_the_settings_of_compose(found: Found) -> None:
    composed = json.loads(compose(**NEEDED, NORRSAM_SMTP="smtp://mail", NORRSAM_SMTP_LOGIN_FILE="login").stdout)
    set_here = found["ConfigMap", "county"]["data"].keys() | {"NORRSAM_ISSUER"}

    for name in SERVICES:
        (serve,) = templates(found)[name]["spec"]["containers"]
        service = composed["services"][name]
        assert serve["args"] == ["serve", "--county", "gotland", name] == service["command"]
        assert set_here == service["environment"].keys() - NO_FILE
        assert serve["envFrom"] == [{"configMapRef": {"name": "county"}}]
        assert _bytes(serve["resources"]["limits"]["memory"]) == int(service["mem_limit"])


def test_the_tools_have_the_settings_of_compose(found: Found) -> None:
    composed = json.loads(compose(**NEEDED).stdout)["services"]["tools"]["environment"]
    (wait,) = templates(found)["tools"]["spec"]["containers"]
    own = {each["name"]: each["value"] for each in wait["env"]}

    assert own == {name: composed[name].replace("@postgres:", "@postgres-rw:") for name in own}
    assert {name for name, value in composed.items() if value.startswith("/county")} <= own.keys() | NO_FILE


def _bytes(text: str) -> int:
    return int(text.removesuffix("Mi")) * 2**20


def test_the_jobs_are_those_of_compose(found: Found) -> None:
    job = templates(found)["prepare"]["spec"]
    done = {each["name"]: each["args"] for each in [*job["initContainers"], *job["containers"]]}

    assert list(done) == ["topics", "access", "databases"]
    assert done["topics"] == ["topics", "apply"]
    assert done["access"] == ["access", "apply", "--county", "gotland", "--folder", "/county/secrets"]
    assert done["databases"] == ["databases", "--county", "gotland", *SERVED]
    for name in SERVED:
        (migrate,) = templates(found)[name]["spec"]["initContainers"]
        assert migrate["args"] == ["migrate", "--county", "gotland", name]


def test_versions_are_those_of_compose(found: Found) -> None:
    composed = json.loads(compose(**NEEDED).stdout)["services"]
    (nginx,) = templates(found)["gateway"]["spec"]["containers"]

    assert nginx["image"] == composed["gateway"]["image"]
    assert f"apache/kafka:{found['Kafka', 'kafka']['spec']['kafka']['version']}" == composed["kafka"]["image"]
    postgres = found["Cluster", "postgres"]["spec"]["imageName"].rpartition(":")[2]
    assert postgres.partition(".")[0] == composed["postgres"]["image"].removeprefix("postgres:")


def test_three_brokers_keep_what_one_keeps() -> None:
    lines = (PROJECT / "infra" / "kafka" / "server.properties").read_text("utf-8").splitlines()
    local = dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")
    copies = {name for name in CONFIG if name.endswith(("replication.factor", "min.isr", "insync.replicas"))}

    assert {name: str(value).lower() for name, value in CONFIG.items() if name not in copies} == {
        name: local[name] for name in CONFIG.keys() - copies
    }
    assert copies == {name for name in local if name.endswith(("replication.factor", "min.isr", "insync.replicas"))}
    assert {name: CONFIG[name] for name in copies} == {
        name: 3 if name.endswith("replication.factor") else 2 for name in copies
    }


def test_no_pod_of_ours_gains_a_right(found: Found) -> None:
    for name, template in templates(found).items():
        pod = template["spec"]
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["enableServiceLinks"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for each in containers(template):
            assert each["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
            }, name
            assert each["resources"]["limits"]["memory"].endswith("Mi"), name
            assert "cpu" not in each["resources"]["limits"], name


def test_the_brokers_obey_the_namespace_s_standard(found: Found) -> None:
    pods = found["KafkaNodePool", "brokers"]["spec"]["template"]
    standard = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "runAsNonRoot": True}

    assert found["Namespace", "norrsam-gotland"]["metadata"]["labels"] == {
        "pod-security.kubernetes.io/enforce": "restricted"
    }
    assert pods["pod"]["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert pods["kafkaContainer"]["securityContext"] == pods["initContainer"]["securityContext"] == standard


def test_of_two_pods_one_stays_and_each_is_looked_at(found: Found) -> None:
    deployments, budgets = of_kind(found, "Deployment"), of_kind(found, "PodDisruptionBudget")

    assert {name: each["replicas"] for name, each in deployments.items()} == {
        **dict.fromkeys([*SERVED, "gateway"], 2),
        "mirror": 1,
        "tools": 0,
    }
    assert budgets.keys() == {*SERVED, "gateway"}
    for name, each in budgets.items():
        assert each == {"minAvailable": 1, "selector": deployments[name]["selector"]}
        (main,) = deployments[name]["template"]["spec"]["containers"]
        wait = deployments[name]["template"]["spec"]["terminationGracePeriodSeconds"]
        assert main["livenessProbe"]["httpGet"]["path"] == "/health/live"
        assert main["readinessProbe"]["httpGet"]["path"] in ("/health/ready", "/health/live")
        assert main["lifecycle"]["preStop"]["sleep"]["seconds"] < wait
    for name in ("mirror", "tools"):
        assert deployments[name]["strategy"] == {"type": "Recreate"}


def test_the_gateway_finds_each_service_by_its_name() -> None:
    text = configuration()
    groups = dict(re.findall(r"upstream (\S+) { server (\S+); }", text))

    assert groups == {name: f"{name}:8000" for name in SERVED}
    assert set(re.findall(r'set \$upstream "(.*)";', text)) == set(SERVICES)
    assert "resolver" not in text
    assert text.count("access_log off;") == text.count("\nserver {") == 2
    assert text.count("{") == text.count("}")
