"""`norrsam databases`: login roles and databases, on a PostgreSQL that somebody else runs."""

import asyncio
from typing import Annotated

import asyncpg
import typer

from infra.cli.county import Services
from infra.cli.local import administrator
from infra.engine.databases import create_databases
from shared.runtime.service import find_any
from shared.runtime.settings import SettingsError, load


def databases(
    services: Services,
    county: Annotated[list[str] | None, typer.Option("--county", help="A county; by default all.")] = None,
) -> None:
    """Make login role and database of services. NORRSAM_POSTGRES is an administrator's URL.

    Its password may be in the file NORRSAM_POSTGRES_PASSWORD_FILE.
    """
    settings = load()
    found = [find_any(name) for name in dict.fromkeys(services)]
    counties = [settings.county(name) for name in county] if county else settings.counties
    names = [each.database(service.name) for service in found for each in counties]
    passwords = {name: settings.password(name) for name in names}
    if not all(passwords.values()):
        raise SettingsError(
            "Neither NORRSAM_SECRETS nor NORRSAM_DATABASE_PASSWORD is set. The services log in with it."
        )
    server = settings.postgres.rpartition("@")[2].removeprefix("postgresql://")
    try:
        made = asyncio.run(create_databases(administrator(settings), passwords))
    except (OSError, TimeoutError) as error:
        raise SettingsError(f"No PostgreSQL answers at {server} (NORRSAM_POSTGRES): {error}.") from None
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise SettingsError(f"The administrator cannot log in at {server} (NORRSAM_POSTGRES): {error}.") from None
    except asyncpg.InvalidCatalogNameError as error:
        raise SettingsError(f"{error}. Name one in NORRSAM_POSTGRES, as in …@{server}/postgres.") from None
    for name in names:
        typer.echo(f"{name}: {'made' if name in made else 'already there'}")
