"""Everything that a county applies to a cluster, in one file: made from its env file and the register of streams.

Strimzi runs Kafka and CloudNativePG runs PostgreSQL. What is ours is what docker-compose.yml runs: the same images,
commands, settings and files of secrets. A secret is named here and never written.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from infra.gateway import all_services
from infra.kubernetes import operated, workloads
from infra.kubernetes.network import policies
from infra.kubernetes.parts import KAFKA_BOOTSTRAP, POSTGRES_HOST, KubernetesInstance, Manifest
from shared.contracts.counties import DEFAULT, parse
from shared.runtime import mail_server
from shared.runtime.settings import SettingsError

_HEAD = """\
# Generated from counties/{county}.env by `norrsam kubernetes`: change that file, and make this one anew.
# docs/kubernetes.md says what must be there before it is applied.
"""
_NEEDED = {
    "NORRSAM_COUNTY": "the county, as in norrbotten",
    "NORRSAM_PUBLIC_URL": "the address that others reach this county at, as in https://norrbotten.example.se",
    "NORRSAM_PORT": "the port of the gateway, as in 443",
    "NORRSAM_KAFKA_HOST": "the host that others reach this Kafka at, as in kafka.norrbotten.example.se",
    "NORRSAM_KAFKA_PORT": "the port of Kafka, as in 19125",
    "NORRSAM_IMAGES": "where the cluster finds both images, as in registry.example.se/norrsam",
    "NORRSAM_VERSION": "the version of both images",
    "NORRSAM_WORKSPACE_URL": "the origin of the workspace, as in https://samverkan.norrbotten.example.se",
    "NORRSAM_OIDC_ISSUER": "the identity broker's address",
    "NORRSAM_OIDC_CLIENT": "the name by which the identity broker knows the workspace",
}
_PASSED_ON = ("NORRSAM_ISSUER", "NORRSAM_SMTP", "NORRSAM_MAIL_FROM", "NORRSAM_REPLICATION")
"""Settings of docker-compose.yml that may be missing."""


class _Plain(yaml.SafeDumper):
    """For people: what occurs twice is written twice, and what is short on one line."""

    def ignore_aliases(self, _: object) -> bool:
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        return super().represent_mapping(tag, mapping, False if len(mapping) > 5 else flow_style)

    def represent_str(self, text: str) -> yaml.ScalarNode:
        """In quotes where kubectl could read a number: to its parser 1e3 is one, to this one not."""
        return self.represent_scalar("tag:yaml.org,2002:str", text, "'" if text[:1].isdigit() else None)


_Plain.add_representer(str, _Plain.represent_str)


def read(text: str) -> dict[str, str]:
    """The settings in an env file. SettingsError names every one that is missing."""
    lines = (line.strip() for line in text.splitlines())
    given = dict(line.split("=", 1) for line in lines if line and line[0] != "#" and "=" in line)
    if missing := [f"{name} is not set: write {what}." for name, what in _NEEDED.items() if not given.get(name)]:
        raise SettingsError("\n".join(missing))
    return given


def render(given: Mapping[str, str]) -> str:
    """The file that is applied, as YAML. SettingsError names a setting that is bad."""
    documents = yaml.dump_all(
        manifests(given), Dumper=_Plain, default_flow_style=None, sort_keys=False, allow_unicode=True, width=120
    )
    return _HEAD.format(county=given["NORRSAM_COUNTY"]) + "---\n" + documents


def manifests(given: Mapping[str, str]) -> Iterator[Manifest]:
    """The same, object by object."""
    instance = _instance(given)
    namespace = f"norrsam-{instance.county.name}"
    guarded = {"pod-security.kubernetes.io/enforce": "restricted"}
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace, "labels": guarded}}
    yield from (
        {**each, "metadata": {"namespace": namespace, **each["metadata"]}}
        for each in (
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "county"}, "data": dict(instance.settings)},
            *operated.kafka(instance),
            operated.postgres(),
            workloads.prepare(instance),
            *(each for name in instance.services for each in workloads.service(instance, name)),
            *workloads.workspace(instance),
            *workloads.gateway(instance),
            workloads.mirror(instance),
            workloads.tools(instance),
            *policies(instance),
        )
    )


def _instance(given: Mapping[str, str]) -> KubernetesInstance:
    listed, county = given.get("NORRSAM_COUNTIES") or DEFAULT, given["NORRSAM_COUNTY"]
    try:
        counties = {each.name: each for each in parse(listed)}
    except ValueError as error:
        raise SettingsError(f"NORRSAM_COUNTIES is {listed!r}: {error}.") from None
    if county not in counties:
        raise SettingsError(f"NORRSAM_COUNTY is {county!r}: NORRSAM_COUNTIES lists {', '.join(counties)}.")
    try:
        mail_server.parse(given.get("NORRSAM_SMTP") or "smtp://none")
    except ValueError as error:
        raise SettingsError(f"NORRSAM_SMTP is {given['NORRSAM_SMTP']!r}: {error}.") from None
    if given.get("NORRSAM_REPLICATION"):
        _number(given, "NORRSAM_REPLICATION", "a number of brokers", 1, operated.THREE)
    login = bool(given.get("NORRSAM_SMTP_LOGIN_FILE"))
    settings = {
        "NORRSAM_COUNTIES": listed,
        "NORRSAM_PUBLIC_URL": given["NORRSAM_PUBLIC_URL"],
        "NORRSAM_FIRST_CONTACT_SECONDS": given.get("NORRSAM_FIRST_CONTACT_SECONDS") or "60",
        "NORRSAM_PARTNER_ANSWER_HOURS": given.get("NORRSAM_PARTNER_ANSWER_HOURS") or "24",
        "NORRSAM_KAFKA": f"{KAFKA_BOOTSTRAP}:9092",
        "NORRSAM_KAFKA_SECURITY": "SASL_SSL",
        "NORRSAM_KAFKA_CA": "/run/secrets/ca.pem",
        "NORRSAM_KAFKA_PASSWORDS": "/run/secrets",
        "NORRSAM_POSTGRES": f"postgresql://{POSTGRES_HOST}:5432",
        "NORRSAM_SECRETS": "/run/secrets",
        "NORRSAM_JWKS": "/run/norrsam/jwks.json",
        "NORRSAM_GATEWAY_TLS": "gateway:8443",
        **{name: given[name] for name in _PASSED_ON if given.get(name)},
        **({"NORRSAM_SMTP_LOGIN": "/run/secrets/smtp-login"} if login else {}),
    }
    return KubernetesInstance(
        county=counties[county],
        others=tuple(name for name in counties if name != county),
        services=tuple(service.name for service in all_services()),
        image=f"{given['NORRSAM_IMAGES']}/{{name}}:{given['NORRSAM_VERSION']}",
        port=_number(given, "NORRSAM_PORT", "a port", 1, 65535),
        kafka_host=given["NORRSAM_KAFKA_HOST"],
        kafka_port=_number(given, "NORRSAM_KAFKA_PORT", "a port", 9094, 65535),
        settings=settings,
        workspace={name: given[name] for name in _NEEDED if name.startswith(("NORRSAM_WORKSPACE", "NORRSAM_OIDC"))},
    )


def _number(given: Mapping[str, str], name: str, what: str, least: int, most: int) -> int:
    text = given[name]
    if not (text.isdecimal() and least <= int(text) <= most):
        raise SettingsError(f"{name} is {text!r}: write {what} from {least} to {most}.")
    return int(text)
