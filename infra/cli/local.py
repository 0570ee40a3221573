"""The settings of an operator's command: the environment's, else those of the local engine."""

import os

from shared.runtime.settings import Settings, load


def operator_settings() -> Settings:
    """The environment's settings, with the local engine's database password where none is given."""
    settings = load()
    secret = settings.data / "secrets" / "services"
    if settings.database_password.get_secret_value() or not secret.exists() or not os.access(secret, os.R_OK):
        return settings
    return settings.model_copy(
        update={"database_password": type(settings.database_password)(secret.read_text().strip())}
    )
