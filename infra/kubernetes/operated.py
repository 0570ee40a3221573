"""Run for us by operators: Kafka by Strimzi, PostgreSQL by CloudNativePG, three of each."""

from collections.abc import Iterator

from infra.kubernetes.network import clients
from infra.kubernetes.parts import CONTAINER_SECURITY, KAFKA, NAME, POSTGRES, KubernetesInstance, Manifest

THREE = 3
CONFIG = {
    "auto.create.topics.enable": False,
    "num.partitions": 1,
    "default.replication.factor": THREE,
    "min.insync.replicas": THREE - 1,
    "offsets.topic.replication.factor": THREE,
    "transaction.state.log.replication.factor": THREE,
    "transaction.state.log.min.isr": THREE - 1,
    "share.coordinator.state.topic.replication.factor": THREE,
    "share.coordinator.state.topic.min.isr": THREE - 1,
    "group.initial.rebalance.delay.ms": 0,
}
"""As in infra/kafka/server.properties, but for the number of copies."""


def kafka(instance: KubernetesInstance) -> Iterator[Manifest]:
    """Three brokers that are their own controllers. To clients they show the certificate of `norrsam secrets`.

    Those that Strimzi issues do not name their authority's key, and Python from 3.13 on refuses them. There is no
    entity operator: it would remove the users and rules that `norrsam access` makes of the register.
    """
    group = {"apiVersion": "kafka.strimzi.io/v1"}
    unread = {key: value for key, value in CONTAINER_SECURITY.items() if key != "readOnlyRootFilesystem"}
    secured = {"securityContext": {**unread, "runAsNonRoot": True}}
    yield {
        **group,
        "kind": "KafkaNodePool",
        "metadata": {"name": "brokers", "labels": {"strimzi.io/cluster": KAFKA}},
        "spec": {
            "replicas": THREE,
            "roles": ["controller", "broker"],
            "resources": {"requests": {"cpu": "200m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
            "jvmOptions": {"-Xms": "512m", "-Xmx": "512m"},
            "storage": {
                "type": "jbod",
                "volumes": [
                    {
                        "id": 0,
                        "type": "persistent-claim",
                        "size": "50Gi",
                        "deleteClaim": False,
                        "kraftMetadata": "shared",
                    }
                ],
            },
            "template": {
                "pod": {
                    "terminationGracePeriodSeconds": 60,
                    "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
                },
                "kafkaContainer": secured,
                "initContainer": secured,
            },
        },
    }
    yield {
        **group,
        "kind": "Kafka",
        "metadata": {"name": KAFKA},
        "spec": {
            "clientsCa": {"generateCertificateAuthority": False},
            "kafka": {
                "version": "4.3.1",
                "metadataVersion": "4.3-IV0",
                "authorization": {"type": "simple", "superUsers": ["CN=administrator"]},
                "listeners": [
                    {**_listener("client", 9092, "internal", "scram-sha-512"), **_peers(9092)},
                    {**_listener("admin", 9093, "internal", "tls"), **_peers(9093)},
                    _listener(
                        "public",
                        instance.kafka_port,
                        "loadbalancer",
                        "scram-sha-512",
                        advertisedHostTemplate=f"broker-{{nodeId}}.{instance.kafka_host}",
                    ),
                ],
                "config": CONFIG,
            },
        },
    }


def _listener(name: str, port: int, kind: str, login: str, **more: object) -> Manifest:
    certificate = {"secretName": "broker", "certificate": "tls.crt", "key": "tls.key"}
    return {
        "name": name,
        "port": port,
        "type": kind,
        "tls": True,
        "authentication": {"type": login},
        "configuration": {"brokerCertChainAndKey": certificate, **more},
    }


def _peers(port: int) -> Manifest:
    """Strimzi makes the policy of its pods itself, of these."""
    return {"networkPolicyPeers": [{"podSelector": {"matchLabels": {NAME: name}}} for name in clients(KAFKA, port)]}


def postgres() -> Manifest:
    """One that is written to, and two that follow. A commit is acknowledged when one of these has it too.

    Else the next to lead could lack what other counties have seen, as a restored backup does.
    """
    return {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": POSTGRES},
        "spec": {
            "instances": THREE,
            "imageName": "ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie",
            "enableSuperuserAccess": True,  # for `norrsam databases`
            "superuserSecret": {"name": f"{POSTGRES}-superuser"},
            "postgresql": {
                "parameters": {"max_connections": "300"},
                "synchronous": {"method": "any", "number": 1, "failoverQuorum": True},
            },
            "resources": {"requests": {"cpu": "200m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}},
            "storage": {"size": "50Gi"},
        },
    }
