"""The workspace in docker-compose.yml: only with a broker, on an origin of its own, and nothing is written down."""

import json
import re
from typing import Any

import pytest

from infra.kubernetes import gateway as kubernetes
from services.workspace.settings import WorkspaceSettings
from shared.runtime.settings import PREFIX, read
from tests.support.composing import NEEDED, PROJECT, compose

CONF = (PROJECT / "infra" / "compose" / "workspace.conf").read_text("utf-8")


def composed(**settings: str) -> dict[str, Any]:
    done = compose(**NEEDED, **settings)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout)["services"])


def of_example() -> dict[str, str]:
    """The settings from the workspace on in the example of an env file, also those that are comments."""
    lines = (PROJECT / "counties" / "example.env").read_text("utf-8").partition("# Pages for people")[2].splitlines()
    return dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?[A-Z_]+=", line))


def test_without_a_broker_nothing_of_it_starts() -> None:
    services = composed()
    alone = {name for name, service in services.items() if service.get("profiles") == ["workspace"]}

    assert alone == {"workspace", "workspace-gateway"}
    for name, service in services.items():
        assert name in alone or not set(service.get("depends_on", ())) & alone, name


def test_its_settings_are_those_that_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    example = of_example()
    services = composed(**example)
    given: dict[str, str] = services["workspace"]["environment"]
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings = read(WorkspaceSettings)

    settings.check()
    assert {PREFIX + name.upper() for name in WorkspaceSettings.model_fields} - given.keys() == {
        "NORRSAM_OIDC_KEY_FILE"  # one of the two
    }
    assert settings.workspace_url == "https://samverkan.norrbotten.example"
    assert settings.api == "http://gateway:8080"
    assert {str(settings.oidc_secret_file), str(settings.login_key_file)} == {
        f"/run/secrets/{name}" for name in ("oidc-secret", "login-key")
    }
    assert example["COMPOSE_PROFILES"] == "workspace"
    assert services["workspace-gateway"]["ports"][0]["published"] == "443"


def test_its_secrets_are_read_by_their_owner() -> None:
    services = composed()

    assert services["workspace"]["user"] == NEEDED["NORRSAM_OPERATOR"]


def test_its_gateway_writes_nothing_down_and_buffers_nothing() -> None:
    advice = CONF.partition("location /rad/ {")[2].partition("}")[0]

    assert CONF.count("access_log") == CONF.count("    access_log off;\n") == 1
    assert "error_log /dev/null crit;" in advice
    for conf in (CONF, kubernetes.configuration().partition("listen 8444")[2].partition("listen 8443")[0]):
        assert "    location = /metrics {\n        return 404;\n    }\n" in conf
    for line in ("proxy_buffering off;", "proxy_request_buffering off;", "proxy_set_header Host $http_host;"):
        assert f"\n    {line}\n" in CONF
    assert CONF.count("proxy_set_header") == CONF.count("server {") == 1
    assert "listen 8443 ssl http2;" in CONF
