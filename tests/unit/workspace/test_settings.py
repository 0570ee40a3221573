"""The settings of a workspace: each that is missing or bad is named, and log-ins never go over plain http."""

from pathlib import Path
from typing import Any

import pytest

from infra.engine.login import private_key
from services.workspace.settings import WorkspaceSettings
from shared.contracts.counties import DEFAULT, parse
from shared.runtime.settings import SettingsError, read
from tests.support.workspace import own_settings

JAMTLAND = next(county for county in parse(DEFAULT) if county.name == "jamtland")
AWAY, HERE = "https://samverkan.jamtland.example", "http://127.0.0.1:8223"


@pytest.mark.parametrize(
    ("url", "issuer", "named"),
    [
        (HERE, "http://127.0.0.1:8200", None),
        (HERE, "https://login.jamtland.example", "NORRSAM_WORKSPACE_URL"),
        (AWAY, "http://127.0.0.1:8200", "NORRSAM_OIDC_ISSUER"),
        (AWAY, "http://login.jamtland.example", "NORRSAM_OIDC_ISSUER"),
        ("http://samverkan.jamtland.example", "http://127.0.0.1:8200", "NORRSAM_WORKSPACE_URL"),
        (AWAY, "https://login.jamtland.example", None),
    ],
)
def test_plain_http_is_for_one_machine_alone(tmp_path: Path, url: str, issuer: str, named: str | None) -> None:
    own = own_settings(tmp_path, JAMTLAND, workspace_url=url, oidc_issuer=issuer)

    if named is None:
        own.check()
    else:
        with pytest.raises(SettingsError, match=named):
            own.check()


@pytest.mark.parametrize("files", [{"oidc_secret_file": None}, {"oidc_key_file": Path("key.json")}])
def test_the_workspace_proves_in_one_way_who_it_is(tmp_path: Path, files: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="NORRSAM_OIDC_KEY_FILE"):
        own_settings(tmp_path, JAMTLAND, **files).check()


def test_every_setting_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in WorkspaceSettings.model_fields:
        monkeypatch.delenv(f"NORRSAM_{name.upper()}", raising=False)

    with pytest.raises(SettingsError) as missing:
        read(WorkspaceSettings)

    for name in ("WORKSPACE_URL", "API", "OIDC_ISSUER", "OIDC_CLIENT", "LOGIN_KEY_FILE"):
        assert f"NORRSAM_{name} is not set." in str(missing.value)


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [("x" * 40, 0o644, "everybody may read it"), ("short", 0o600, "32 characters"), ("å" * 40, 0o600, "not ASCII")],
)
def test_a_secret_is_long_and_for_one_alone(tmp_path: Path, text: str, mode: int, reason: str) -> None:
    own = own_settings(tmp_path, JAMTLAND)
    own.login_key_file.write_text(text, "utf-8")
    own.login_key_file.chmod(mode)

    with pytest.raises(SettingsError, match=reason):
        own.secret("login_key_file")


def test_the_development_log_in_needs_a_key_of_one_alone(tmp_path: Path) -> None:
    assert private_key(tmp_path).is_file()

    private_key(tmp_path).chmod(0o640)

    with pytest.raises(PermissionError, match="chmod 600"):
        private_key(tmp_path)
