"""Shared by the operator's commands: the local engine's settings, and clear errors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
from pydantic import SecretStr

from shared.runtime.settings import PREFIX, Settings, SettingsError, load


def operator_settings(county: str | None = None) -> Settings:
    """The settings of the environment; by default those of the local engine, with the Kafka that ``county`` uses."""
    settings = load()
    found: dict[str, object] = {}
    if port := os.environ.get("NORRSAM_KAFKA_PORT"):
        found["kafka"] = f"127.0.0.1:{port}"
    if port := os.environ.get("NORRSAM_POSTGRES_PORT"):
        found["postgres"] = f"postgresql://127.0.0.1:{port}"
    secret = settings.data / "secrets" / "services"
    if os.access(secret, os.R_OK):
        found["database_password"] = SecretStr(secret.read_text(encoding="utf-8").strip())
    given = settings.model_fields_set
    if county and "kafka" not in given:
        from infra.engine import federated  # a county's process does without

        lines = federated.read(federated.settings_file(settings.data, settings.county(county).name))
        own = {name.removeprefix(PREFIX).lower(): value for name, value in lines.items()}
        found |= {name: getattr(Settings.model_validate(own), name) for name in own}
    return settings.model_copy(update={name: value for name, value in found.items() if name not in given})


def administrator(settings: Settings) -> str:
    """PostgreSQL's address as its administrator: NORRSAM_POSTGRES if it names a user, else the local engine's.

    The password is the address's own, or that in NORRSAM_POSTGRES_PASSWORD_FILE.
    """
    parts = urlsplit(settings.postgres)
    secret = settings.data / "secrets" / "postgres-admin"
    if parts.username and (file := settings.postgres_password_file):
        try:
            found = quote(file.read_text(encoding="ascii").strip(), safe="")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"NORRSAM_POSTGRES_PASSWORD_FILE: {file} cannot be read ({error}).") from None
        where = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{parts.username}:{found}@{where}"))
    if parts.username:
        return settings.postgres
    if os.environ.get("NORRSAM_POSTGRES") or not os.access(secret, os.R_OK):
        raise SettingsError(
            "Only an administrator may do this: name one in NORRSAM_POSTGRES, as in postgresql://postgres:…@host:port"
            "/postgres."
        )
    return f"postgresql://postgres:{secret.read_text(encoding='ascii')}@{parts.netloc}/postgres"


@contextmanager
def said_clearly(settings: Settings, database: str) -> Iterator[None]:
    """Turn a failed connection to ``database`` into a SettingsError that names the setting to look at."""
    server = settings.postgres.rpartition("@")[2].removeprefix("postgresql://")
    try:
        yield
    except (OSError, TimeoutError) as error:
        raise SettingsError(f"No PostgreSQL answers at {server} (NORRSAM_POSTGRES): {error}.") from None
    except asyncpg.InvalidCatalogNameError:
        raise SettingsError(f"There is no database {database} at {server}.") from None
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise SettingsError(f"{database} cannot log in ({error}). Check NORRSAM_DATABASE_PASSWORD.") from None
