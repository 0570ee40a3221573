"""All that an operator sets for a workspace, beside what every process reads (`shared.runtime.settings`)."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.runtime.settings import PREFIX, SettingsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MIN_SECRET = 32


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write an address, as in https://samverkan.jamtland.example")
    return text.rstrip("/")


def _origin(text: str) -> str:
    found = _address(text)
    if urlsplit(found).path:
        raise ValueError("write an origin without a path, as in https://samverkan.jamtland.example")
    return found


Address = Annotated[str, Field(max_length=300), AfterValidator(_address)]
Origin = Annotated[str, Field(max_length=300), AfterValidator(_origin)]


class WorkspaceSettings(BaseSettings):
    """The settings of a workspace. Frozen: a setting is read once."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, extra="ignore")

    workspace_url: Origin
    api: Address
    oidc_issuer: Address
    oidc_client: Annotated[str, Field(min_length=1, max_length=255)]
    oidc_key_file: Path | None = None
    oidc_secret_file: Path | None = None
    oidc_acr: str | None = None
    login_key_file: Path

    def check(self) -> None:
        """SettingsError if tokens could be read or forged on the way, or the workspace cannot prove who it is.

        Plain http is for one machine: only where the workspace and its provider are both on loopback.
        """
        local = all(urlsplit(each).hostname in LOOPBACK for each in (self.workspace_url, self.oidc_issuer))
        for name in ("workspace_url", "oidc_issuer"):
            if urlsplit(getattr(self, name)).scheme == "http" and not local:
                raise SettingsError(
                    f"{PREFIX}{name.upper()} is {getattr(self, name)!r}: over plain http, log-ins can be taken over. "
                    f"Write an https address. Plain http is for one machine alone, where both are on 127.0.0.1."
                )
        if (self.oidc_key_file is None) == (self.oidc_secret_file is None):
            raise SettingsError(
                f"Set one of {PREFIX}OIDC_KEY_FILE (a private key, better) and {PREFIX}OIDC_SECRET_FILE: the workspace "
                "proves by it to the provider that it is the client."
            )

    def secret(self, name: str) -> str:
        """The text in the file of a setting; SettingsError if it cannot be read, or others than its owner may."""
        file: Path = getattr(self, name)
        setting = PREFIX + name.upper()
        try:
            mode, text = file.stat().st_mode, file.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not ASCII"
            raise SettingsError(f"{setting} is {str(file)!r}: {reason}.") from None
        if mode & 0o007:
            raise SettingsError(f"{setting} is {str(file)!r}: everybody may read it. Run chmod o= on it.")
        if len(text) < MIN_SECRET:
            raise SettingsError(f"{setting} is {str(file)!r}: it needs {MIN_SECRET} characters that nobody can guess.")
        return text
