"""Who may call whom: nobody, but for what stands here."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from infra.kubernetes.parts import KAFKA, NAME, OURS, PART_OF, POSTGRES, KubernetesInstance, Manifest, labels
from shared.contracts.topics import SERVICES
from shared.runtime.mail_server import parse

_SERVED = (*SERVICES, "workspace")
FLOWS = (
    *(("gateway", name, 8000) for name in _SERVED),
    *((name, KAFKA, 9092) for name in (*SERVICES, "mirror", "tools")),
    *((name, KAFKA, 9093) for name in ("prepare", "tools")),
    *((name, POSTGRES, 5432) for name in (*_SERVED, "prepare", "tools")),
    *((name, "gateway", 8443) for name in SERVICES),  # they look at its certificate
    ("workspace", "gateway", 8080),
    ("tools", "gateway", 8080),
)
"""Who calls whom, at which port of the pod."""
_PUBLIC = (8443, 8444)
_ANYWHERE = [{"ipBlock": {"cidr": "0.0.0.0/0"}}, {"ipBlock": {"cidr": "::/0"}}]
_SELECTORS = {KAFKA: {"strimzi.io/cluster": KAFKA}, POSTGRES: {"cnpg.io/cluster": POSTGRES}}
_MONITORING, _CNPG, _DNS = "monitoring", "cnpg-system", "kube-system"
"""Namespaces of a cluster's own, by their usual names."""


def clients(target: str, port: int) -> list[str]:
    """Who calls ``target`` at this port."""
    return [source for source, called, at in FLOWS if (called, at) == (target, port)]


def policies(instance: KubernetesInstance) -> Iterator[Manifest]:
    """The policies of a county's namespace: default deny, and one for each of our pods and for PostgreSQL.

    Those of Kafka are Strimzi's own. Pods of operators may call whom they like: they need the API server, whose
    address no policy can name.
    """
    yield _policy("default-deny", {}, policyTypes=["Ingress", "Egress"])
    operated = {"matchExpressions": [{"key": PART_OF, "operator": "NotIn", "values": [OURS]}]}
    yield _policy("operated", operated, egress=[{}], policyTypes=["Egress"])
    dns = {"to": [_namespace(_DNS)], "ports": [{"protocol": kind, "port": 53} for kind in ("UDP", "TCP")]}
    yield _policy("names", {"matchLabels": {PART_OF: OURS}}, egress=[dns], policyTypes=["Egress"])
    broker = urlsplit(instance.workspace["NORRSAM_OIDC_ISSUER"]).port or 443
    outside: dict[str, int | None] = {"mirror": None, "tools": None, "workspace": broker}
    if smtp := instance.settings.get("NORRSAM_SMTP"):
        outside |= dict.fromkeys(SERVICES, parse(smtp).port)
    for name in sorted({source for source, _, _ in FLOWS}):
        calls = [_rule("to", [_pods(called)], at) for source, called, at in FLOWS if source == name]
        called_by = [_rule("from", [_pods(source)], at) for source, called, at in FLOWS if called == name]
        if name in outside:
            calls.append(_rule("to", _ANYWHERE, outside[name]))
        if name in (*_SERVED, "mirror"):
            called_by.append(_rule("from", [_namespace(_MONITORING)], 9180 if name == "mirror" else 8000))
        if name == "gateway":
            called_by.append({"ports": [{"port": port} for port in _PUBLIC]})
        yield _policy(name, {"matchLabels": labels(name)}, ingress=called_by, egress=calls)
    same = [_pods(POSTGRES), _namespace(_CNPG)]
    inside = [_rule("from", [_pods(source)], at) for source, called, at in FLOWS if called == POSTGRES]
    inside += [_rule("from", same, port) for port in (5432, 8000)]
    yield _policy(POSTGRES, {"matchLabels": _SELECTORS[POSTGRES]}, ingress=inside, policyTypes=["Ingress"])


def _pods(name: str) -> Manifest:
    return {"podSelector": {"matchLabels": _SELECTORS.get(name, {NAME: name})}}


def _namespace(name: str) -> Manifest:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _rule(way: str, peers: list[Manifest], port: int | None) -> Manifest:
    """Without a port: at every one."""
    return {way: peers, **({"ports": [{"port": port}]} if port else {})}


def _policy(name: str, pods: Mapping[str, object], **spec: object) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {"podSelector": dict(pods), "policyTypes": ["Ingress", "Egress"], **spec},
    }
