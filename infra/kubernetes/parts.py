"""The parts that a county's workloads are put together from: pods, containers, mounts. All are hardened here, alike."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.counties import County

Manifest = dict[str, Any]
KAFKA, POSTGRES = "kafka", "postgres"
KAFKA_BOOTSTRAP, POSTGRES_HOST = f"{KAFKA}-kafka-bootstrap", f"{POSTGRES}-rw"
"""The names that Strimzi and CloudNativePG give the Services of Kafka, and of the PostgreSQL that is written to."""
USER = 10001
"""The user of both images; Dockerfile."""
NAME, PART_OF = "app.kubernetes.io/name", "app.kubernetes.io/part-of"
OURS = "norrsam"
CONTAINER_SECURITY: Manifest = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


@dataclass(frozen=True, slots=True)
class KubernetesInstance:
    """One county as its env file describes it. ``others`` are the counties that it may join.

    ``settings`` are those of every container of ours, ``workspace`` those of the workspace alone; ``image`` has {name}.
    """

    county: County
    others: tuple[str, ...]
    services: tuple[str, ...]
    image: str
    port: int
    kafka_host: str
    kafka_port: int
    settings: Mapping[str, str]
    workspace: Mapping[str, str]

    def digest(self) -> str:
        """Changes with each setting, so that pods are started anew with it."""
        return hashlib.sha256(json.dumps(dict(self.settings)).encode()).hexdigest()[:16]


def labels(name: str) -> dict[str, str]:
    """The labels of a pod of ours, by which Services and policies find it."""
    return {NAME: name, PART_OF: OURS}


def secret(name: str, items: Mapping[str, str] | None = None, *, optional: bool = False) -> Manifest:
    """A Secret as a source of files: all of its keys, or those in ``items`` with their paths."""
    paths = {"items": [{"key": key, "path": path} for key, path in items.items()]} if items else {}
    return {"secret": {"name": name, **paths, **({"optional": True} if optional else {})}}


CA = secret(f"{KAFKA}-clients-ca-cert", {"ca.crt": "ca.pem"})
"""The certificate of the county's own authority, by which clients know Kafka, and Kafka knows who administers it."""


def files(name: str, *sources: Manifest) -> Manifest:
    """A volume of files that the pod's group may read; what is replaced reaches it without a restart."""
    return {"name": name, "projected": {"defaultMode": 0o440, "sources": list(sources)}}


def empty(name: str) -> Manifest:
    """An empty folder, gone with its pod."""
    return {"name": name, "emptyDir": {"sizeLimit": "256Mi"}}


def container(
    name: str,
    image: str,
    memory: str,
    mounts: Mapping[str, str],
    env: Mapping[str, str] | None = None,
    **more: Any,
) -> Manifest:
    """A container with these mounts, by path. The settings of the county are its environment, below ``env``."""
    return {
        "name": name,
        "image": image,
        **more,
        "envFrom": [{"configMapRef": {"name": "county"}}],
        **({"env": [{"name": key, "value": value} for key, value in env.items()]} if env else {}),
        "resources": {"requests": {"cpu": "50m", "memory": memory}, "limits": {"memory": memory}},
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": [{"name": volume, "mountPath": path} for path, volume in mounts.items()],
    }


def asked(path: str, port: int, failures: int) -> Manifest:
    """A probe over HTTP."""
    look = {"path": path, "port": port}
    return {"httpGet": look, "periodSeconds": 10, "timeoutSeconds": 5, "failureThreshold": failures}


def pod(
    instance: KubernetesInstance, name: str, containers: Sequence[Manifest], volumes: Sequence[Manifest], **more: Any
) -> Manifest:
    """The template of a pod: no user of the machine, no right, and no word to the API server."""
    user = more.pop("user", USER)
    return {
        "metadata": {"labels": labels(name), "annotations": {"norrsam/settings": instance.digest()}},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": user,
                "runAsGroup": user,
                "fsGroup": user,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            **more,
            "containers": list(containers),
            "volumes": list(volumes),
        },
    }


def deployment(name: str, replicas: int, template: Manifest, strategy: Manifest) -> Manifest:
    """Pods of ours that last."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": labels(name)},
        "spec": {
            "replicas": replicas,
            "strategy": strategy,
            "selector": {"matchLabels": labels(name)},
            "template": template,
        },
    }


def reached(name: str, pods: str, ports: Mapping[int, int], **more: Any) -> Manifest:
    """A Service: its ports, and those of the pods behind them."""
    found = [{"name": f"p{port}", "port": port, "targetPort": target} for port, target in ports.items()]
    spec = {**more, "selector": labels(pods), "ports": found}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "labels": labels(pods)}, "spec": spec}


def kept(name: str) -> Manifest:
    """Of two pods one stays while machines are emptied."""
    spec = {"minAvailable": 1, "selector": {"matchLabels": labels(name)}}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": name}, "spec": spec}
