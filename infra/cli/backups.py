"""`norrsam backup` and `norrsam restore`: dumps of the services' databases, and the way back."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import typer

from infra import age
from infra.backups import BackupError, Login, dump, inspect
from infra.cli.database import CountyName, ServiceName
from infra.cli.local import administrator, operator_settings, said_clearly
from infra.engine.errors import EngineError
from infra.engine.signals import ended_by_sigterm
from infra.restoring import restore as put_back
from shared.contracts.counties import County
from shared.contracts.topics import SERVICES
from shared.runtime.db import arguments
from shared.runtime.service import find
from shared.runtime.settings import Settings, SettingsError

ALL = "all"


def backup(
    county: Annotated[str, typer.Option("--county", help=f"The county, or `{ALL}`.")],
    service: Annotated[list[str] | None, typer.Option("--service", help="Only this service; several times.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="The folder; by itself `backups` in NORRSAM_DATA.")] = None,
    recipients: Annotated[
        Path | None, typer.Option("--recipients", help="A file of public keys: who alone can read the dumps.")
    ] = None,
) -> None:
    """Dump databases of services, each as it is at one moment. The services may run. Exit status 1 if one failed."""
    settings = operator_settings()
    keys = age.read_recipients(recipients) if recipients else []
    counties = settings.counties if county == ALL else (settings.county(county),)
    services = [find(name).name for name in service or SERVICES]
    failed = False
    with ended_by_sigterm():
        for one in counties:
            for name in services:
                failed = not _dump(settings, one, name, to or settings.data / "backups", keys) or failed
    if failed:
        raise typer.Exit(1)


def backup_key(file: Annotated[Path, typer.Argument(help="Where the private key goes.")]) -> None:
    """Make a key that backups can be encrypted to, and print its public half. Keep the file where nothing else is."""
    typer.echo(age.make_key(file))


def restore(
    file: Annotated[Path, typer.Argument(help="The dump.", exists=True, dir_okay=False, readable=True)],
    county: CountyName,
    service: ServiceName,
    identity: Annotated[
        Path | None, typer.Option("--identity", help="The file with the private key of an encrypted dump.")
    ] = None,
) -> None:
    """Put a dump in the place of a database, which is kept under another name. The county's services are stopped."""
    settings = operator_settings()
    name = settings.county(county).database(find(service).name)
    admin = administrator(settings)
    with said_clearly(settings, "the administrator"):
        version = asyncio.run(_version(dsn=admin, timeout=10))
    login = Login(name, name, settings.postgres, settings.password(name), version)
    with ended_by_sigterm(), age.decrypted(file, identity) as readable:
        contents = inspect(readable, version)
        if contents.database != name:
            raise BackupError(f"{file} is a dump of {contents.database}, not of {name}.")
        kept = put_back(admin, login, readable)
    typer.echo(f"{name} is as it was at {contents.made_at:%Y-%m-%d %H:%M:%S} UTC.")
    if kept:
        typer.echo(f"What it was until now is kept as {kept}.")
    typer.echo(f"Next: run `norrsam recover --county {county} --service {service}`, then start the services.")


def _dump(settings: Settings, county: County, service: str, folder: Path, keys: Sequence[age.BackupKey]) -> bool:
    """Make and print one dump; False if it failed, once the reason has been printed."""
    began, name, known = time.monotonic(), county.database(service), arguments(settings, county, service)
    try:
        with said_clearly(settings, name):
            version = asyncio.run(_version(**known))
        place = dump(Login(name, name, settings.postgres, settings.password(name), version), folder, keys)
    except (EngineError, SettingsError, asyncpg.PostgresError, OSError) as error:
        typer.echo(f"{name}: {error}", err=True)
        return False
    typer.echo(f"{name}: {place}, {place.stat().st_size / 1e6:.2f} MB, {time.monotonic() - began:.1f} s")
    return True


async def _version(**known: Any) -> int:
    """The server's major version."""
    connection: asyncpg.Connection = await asyncpg.connect(**known)
    try:
        return int(connection.get_server_version().major)
    finally:
        await connection.close()
