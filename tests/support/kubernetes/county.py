"""A county's manifests for a cluster, by kind and name, for a county that nothing in the project knows."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.gateway import all_services
from infra.kubernetes.manifests import manifests
from tests.support.composing import NEEDED

GIVEN = {
    **{name: NEEDED[name] for name in NEEDED if name not in ("NORRSAM_OPERATOR", "NORRSAM_FOLDER")},
    "NORRSAM_COUNTIES": "gotland:09,halland:13",
    "NORRSAM_IMAGES": "images.example/norrsam",
    "NORRSAM_VERSION": "1.0",
    "NORRSAM_WORKSPACE_URL": "https://samverkan.gotland.example",
    "NORRSAM_OIDC_ISSUER": "https://login.gotland.example:8443",
    "NORRSAM_OIDC_CLIENT": "samverkan",
    "NORRSAM_SMTP": "smtp://mail.gotland.example:587",
    "NORRSAM_SMTP_LOGIN_FILE": "./counties/gotland/smtp-login",
    "NORRSAM_MAIL_FROM": "samverkan@gotland.example",
}
SERVICES = [service.name for service in all_services()]
SERVED = [*SERVICES, "workspace"]
Found = Mapping[tuple[str, str], Mapping[str, Any]]
"""Each manifest, by its kind and name."""


def by_name(given: Mapping[str, str]) -> Found:
    made = list(manifests(given))
    named = {(each["kind"], each["metadata"]["name"]): each for each in made}
    assert len(named) == len(made)
    return named


def of_kind(found: Found, kind: str) -> dict[str, Mapping[str, Any]]:
    """Those of one kind, by name: what each wants."""
    return {name: each["spec"] for (known, name), each in found.items() if known == kind}


def templates(found: Found) -> dict[str, Mapping[str, Any]]:
    """The template of each workload's pods, by the workload's name."""
    return {name: spec["template"] for kind in ("Deployment", "Job") for name, spec in of_kind(found, kind).items()}


def containers(template: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from template["spec"].get("initContainers", ())
    yield from template["spec"]["containers"]


def sources(template: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The sources of each volume that is no empty folder."""
    volumes = template["spec"]["volumes"]
    return {each["name"]: each["projected"]["sources"] for each in volumes if "emptyDir" not in each}


def matches(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    return bool(selector["matchLabels"].items() <= labels.items())
