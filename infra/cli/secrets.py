"""`norrsam secrets`: passwords of databases; authority, certificates and passwords of a secured Kafka."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import asyncpg
import typer
from confluent_kafka import KafkaException

from infra.access import table
from infra.access.applying import set_password
from infra.authority import ADMINISTRATOR, BROKER
from infra.cli.local import administrator, operator_settings
from infra.compose.certificate import GATEWAY, POSTGRES, WORKSPACE, WORKSPACE_SECRETS, InstanceSecrets
from infra.engine.databases import run_apart, set_role_password
from infra.engine.private import make_passwords, new_password
from infra.kafka.clients import said
from infra.kafka.folder import KAFKA, KafkaSecrets
from shared.contracts.topics import SERVICES
from shared.runtime.kafka import administered_kafka
from shared.runtime.service import find_any
from shared.runtime.settings import SettingsError, load
from shared.transport.login import SOON, LoginRefused

app = typer.Typer(help="Passwords and certificates, each in a file of its own.", no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--folder", help="The folder, which only you can enter.")]


@app.command()
def init(
    services: Annotated[list[str] | None, typer.Argument(help="The services; by default all.")] = None,
    county: Annotated[list[str] | None, typer.Option("--county", help="A county; by default all.")] = None,
    kafka: Annotated[
        list[str] | None, typer.Option("--kafka", help="A name or address of a secured Kafka; may be repeated.")
    ] = None,
    gateway: Annotated[
        list[str] | None,
        typer.Option("--gateway", help="A public address of a composition; may be repeated, an empty one is none."),
    ] = None,
    folder: Folder = Path("secrets"),
) -> None:
    """Make what is missing, and change nothing that is there.

    A password for the login role of each service in each county. With --kafka also what the Kafka of these counties
    needs: its authority, a certificate for the broker and one for who administers it, and a password for each
    user. With --gateway what docker-compose.yml needs beside: the password of PostgreSQL's administrator, a
    certificate for trials with the names in these addresses, the two secrets of the workspace, the folder
    NORRSAM_PEERS, and that of NORRSAM_JOINED.
    """
    settings = load()
    chosen = [settings.county(name) for name in county] if county else list(settings.counties)
    found = [find_any(name) for name in dict.fromkeys(services or [*SERVICES, WORKSPACE])]
    names = [each.database(service.name) for service in found for each in chosen]
    _say(names, make_passwords(folder, names))
    if kafka:
        users = table.users([each.name for each in chosen], [each.name for each in settings.counties])
        made = KafkaSecrets(folder / KAFKA).make(kafka, users)
        _say(["ca.pem", "broker", "administrator", *users], made)
    if gateway:
        _say([POSTGRES, GATEWAY, *WORKSPACE_SECRETS], InstanceSecrets(folder).make(_hosts(gateway)))
        if settings.peers:
            settings.peers.mkdir(mode=0o700, parents=True, exist_ok=True)
        if settings.joined:
            settings.joined.parent.mkdir(mode=0o755, parents=True, exist_ok=True)


@app.command("list")
def list_(folder: Folder = Path("secrets")) -> None:
    """Show when each certificate of Kafka, and of the gateway, ends. Exit status 1 if one ends within 30 days."""
    soon, instance = False, InstanceSecrets(folder)
    try:
        found = list(KafkaSecrets(folder / KAFKA).ends())
        found += [("gateway.pem", instance.ends())] if instance.certificate.exists() else []
    except (OSError, ValueError) as error:
        raise SettingsError(f"There is no certificate to read in {folder / KAFKA}: {error}.") from None
    for name, end in found:
        left = end - datetime.now(UTC)
        soon = soon or left < SOON
        typer.echo(f"{name:<18} {end:%Y-%m-%d}  {left.days:>5} days")
    if soon:
        raise typer.Exit(1)


@app.command()
def rotate(
    name: Annotated[
        str,
        typer.Argument(
            help="A user of Kafka, a role of PostgreSQL, or `broker`, `administrator` or `gateway`.", show_default=False
        ),
    ],
    folder: Folder = Path("secrets"),
) -> None:
    """Replace one secret while everything runs: a password there and here, or a certificate here.

    Connections that are open go on; new ones need the new secret, and read it from its file.
    """
    secrets, instance = KafkaSecrets(folder / KAFKA), InstanceSecrets(folder)
    try:
        if name in (BROKER, ADMINISTRATOR):
            secrets.issue_again(name)
        elif name == GATEWAY:
            instance.issue_again()
        elif name in instance.roles():
            password = new_password()
            run_apart(set_role_password, administrator(operator_settings()), name, password)
            instance.keep(name, password)
        elif name in secrets.names_in_use():
            kafka = administered_kafka(operator_settings())
            password = new_password()
            set_password(kafka, name, password)
            secrets.keep(name, password)
        else:
            raise SettingsError(f"There is no secret of {name!r} in {folder / KAFKA}.")
    except (KafkaException, LoginRefused) as error:
        raise SettingsError(f"{said(kafka, error)}.") from None
    except asyncpg.PostgresError as error:
        raise SettingsError(f"PostgreSQL (NORRSAM_POSTGRES) does not do it: {error}.") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{name} cannot be replaced: {error}.") from None
    next_start = {BROKER: "; Kafka takes it at its next start", GATEWAY: "; the gateway takes it at its next start"}
    typer.echo(f"{name}: replaced{next_start.get(name, '')}")


def _say(names: list[str], made: list[str]) -> None:
    for name in names:
        typer.echo(f"{name}: {'made' if name in made else 'already there'}")


def _hosts(addresses: list[str]) -> list[str]:
    """The host of each address, once; SettingsError if one has none."""
    given = [(address, urlsplit(address).hostname) for address in addresses if address]
    if bad := [address for address, host in given if not host]:
        raise SettingsError(f"--gateway is {bad[0]!r}: write an address, as in https://norrbotten.example.se.")
    return list(dict.fromkeys(host for _, host in given if host))
