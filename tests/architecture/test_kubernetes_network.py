"""Who may call whom in a county's namespace, and what is reached from outside: default deny."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.support.kubernetes.county import (
    GIVEN,
    SERVED,
    SERVICES,
    Found,
    by_name,
    containers,
    matches,
    of_kind,
    templates,
)

KAFKA, POSTGRES = ("strimzi.io/cluster", "kafka"), ("cnpg.io/cluster", "postgres")
OURS = "app.kubernetes.io/name"
CALLS: dict[str, set[tuple[Any, int | None]]] = {
    **{
        name: {(KAFKA, 9092), (POSTGRES, 5432), ((OURS, "gateway"), 8443), ("anywhere", 587)}
        for name in SERVICES  # they look at the gateway's certificate
    },
    "workspace": {((OURS, "gateway"), 8080), (POSTGRES, 5432), ("anywhere", 8443)},
    "gateway": {((OURS, name), 8000) for name in SERVED},
    "mirror": {(KAFKA, 9092), ("anywhere", None)},
    "prepare": {(KAFKA, 9093), (POSTGRES, 5432)},
    "tools": {(KAFKA, 9092), (KAFKA, 9093), (POSTGRES, 5432), ((OURS, "gateway"), 8080), ("anywhere", None)},
}
"""Who may call whom, at which port: said once more, by hand."""


@pytest.fixture(scope="module")
def found() -> Found:
    return by_name(GIVEN)


def test_a_service_leads_to_pods_that_listen_there(found: Found) -> None:
    for (kind, name), each in found.items():
        if kind == "Service":
            selector = {"matchLabels": each["spec"]["selector"]}
            behind = [one for one in templates(found).values() if matches(selector, one["metadata"]["labels"])]
            assert len(behind) == 1, name
            open_ports = {port["containerPort"] for one in containers(behind[0]) for port in one.get("ports", ())}
            assert {port["targetPort"] for port in each["spec"]["ports"]} <= open_ports, name


def test_the_gateway_and_kafka_alone_are_published(found: Found) -> None:
    published = {
        name: [port["port"] for port in each["spec"]["ports"]]
        for (kind, name), each in found.items()
        if kind == "Service" and each["spec"].get("type", "ClusterIP") != "ClusterIP"
    }
    listeners = found["Kafka", "kafka"]["spec"]["kafka"]["listeners"]

    assert published == {"public": [8109], "public-workspace": [443]}
    assert [each["port"] for each in listeners if each["type"] != "internal"] == [19109]
    assert all(each["tls"] and each["authentication"] for each in listeners)
    assert found["Kafka", "kafka"]["spec"]["kafka"]["authorization"]["superUsers"] == ["CN=administrator"]
    assert "entityOperator" not in found["Kafka", "kafka"]["spec"]


def peers(rules: list[Mapping[str, Any]], way: str) -> set[Any]:
    """Each peer of the rules with its port."""
    found = set()
    for rule in rules:
        for port in rule.get("ports", [{"port": None}]):
            for peer in rule.get(way, [{"ipBlock": {}}]):
                if "ipBlock" in peer:
                    found.add(("anywhere", port["port"]))
                else:
                    (label,) = (peer.get("podSelector") or peer["namespaceSelector"])["matchLabels"].items()
                    found.add((label, port["port"]))
    return found


def test_who_may_call_whom_is_this_table(found: Found) -> None:
    policies = of_kind(found, "NetworkPolicy")
    listeners = {each["port"]: each for each in found["Kafka", "kafka"]["spec"]["kafka"]["listeners"]}
    let_in = {name: peers(spec.get("ingress", []), "from") for name, spec in policies.items()}

    assert {name: peers(policies[name]["egress"], "to") for name in CALLS} == CALLS
    for name, called in CALLS.items():
        for target, port in called - {each for each in called if each[0] == "anywhere"}:
            if target == KAFKA:
                assert ((OURS, name), port) in peers(
                    [{"from": listeners[port]["networkPolicyPeers"], "ports": [{"port": port}]}], "from"
                )
            else:
                assert ((OURS, name), port) in let_in[target[1]]
    monitoring, cnpg = (("kubernetes.io/metadata.name", name) for name in ("monitoring", "cnpg-system"))
    for name in SERVED:
        assert let_in[name] == {((OURS, "gateway"), 8000), (monitoring, 8000)}
    assert let_in["mirror"] == {(monitoring, 9180)}
    assert let_in["gateway"] == {
        *(((OURS, name), 8443) for name in SERVICES),
        ((OURS, "workspace"), 8080),
        ((OURS, "tools"), 8080),
        ("anywhere", 8443),
        ("anywhere", 8444),
    }
    assert {each for each in let_in["postgres"] if each[0][0] != OURS} == {
        (label, port) for label in (POSTGRES, cnpg) for port in (5432, 8000)
    }


def test_what_no_policy_allows_is_denied(found: Found) -> None:
    policies = of_kind(found, "NetworkPolicy")
    operated = {"key": "app.kubernetes.io/part-of", "operator": "NotIn", "values": ["norrsam"]}

    assert policies.pop("default-deny") == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policies.pop("operated") == {
        "podSelector": {"matchExpressions": [operated]},
        "policyTypes": ["Egress"],
        "egress": [{}],
    }
    assert policies.keys() == {*CALLS, "names", "postgres"}
    for name, template in templates(found).items():
        labels = template["metadata"]["labels"]
        assert labels["app.kubernetes.io/part-of"] == "norrsam"
        assert {each for each, spec in policies.items() if matches(spec["podSelector"], labels)} == {name, "names"}
