"""The commands `norrsam partners`: agencies that read a county's Kafka by agreement."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException
from prometheus_client import start_http_server

from infra.access.applying import remove
from infra.access.users import partner_user
from infra.cli.local import operator_settings
from infra.cli.looks import say
from infra.engine.private import write_private
from infra.kafka.clients import said
from infra.kafka.folder import KAFKA, KafkaSecrets
from infra.partners import applying, listing, posting
from infra.partners.agreement import day
from infra.partners.bundle import made
from infra.partners.folder import ENDING, REVOKED, agreement, agreements, is_agency, put_aside, put_aside_ones
from infra.partners.keeping import Keeper, origin_of
from infra.partners.looking import AgencySide
from shared.runtime import logs
from shared.runtime.kafka import administered_kafka, kafka_of
from shared.runtime.setting_values import addresses
from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import KafkaCluster, is_from_kafka

app = typer.Typer(help="Partner agencies, by agreement: who reads what, and how.", no_args_is_help=True)
County = Annotated[str, typer.Option("--county", help="This county.", show_default=False)]
Agency = Annotated[str, typer.Argument(help="The agency, as its file is named.", show_default=False)]
Folder = Annotated[Path, typer.Option("--folder", help="The folder of `norrsam secrets`.")]


@app.command()
def plan(county: County) -> None:
    """Show what `apply` would add and remove, by user."""
    settings = operator_settings()
    with _administered(settings) as kafka:
        agreed = applying.holding(agreements(settings), day(settings.now()))
        _say(applying.plan(kafka, settings.county(county).name, _counties(settings), agreed))


@app.command()
def apply(county: County, folder: Folder = Path("secrets")) -> None:
    """Let in whom an agreement of NORRSAM_PARTNERS lets in today, to what it says, and nobody else of the partners."""
    settings = operator_settings()
    with _administered(settings) as kafka:
        agreed = applying.holding(agreements(settings), day(settings.now()))
        passwords = KafkaSecrets(folder / KAFKA).passwords
        _say(applying.apply(kafka, settings.county(county).name, _counties(settings), agreed, passwords))


@app.command()
def bundle(
    county: County,
    agency: Agency,
    key: Annotated[Path | None, typer.Option("--key", help="The agency's key, as it has sent it.")] = None,
    address: Annotated[str, typer.Option("--address", help="Kafka's client listener; by default NORRSAM_KAFKA.")] = "",
    days: Annotated[int, typer.Option("--days", help="How long the bundle can be opened.", min=1, max=90)] = 14,
    to: Annotated[Path | None, typer.Option("--to", help="The file; by default <county>-for-<agency>.bundle.")] = None,
    folder: Folder = Path("secrets"),
) -> None:
    """Write all that an agency needs to read here, encrypted to its key."""
    settings = operator_settings(county)
    agreed = agreement(settings, agency)
    try:
        reached = addresses(address or settings.kafka)
    except ValueError as error:
        raise SettingsError(f"--address is {address!r}: {error}.") from None
    text, keys = made(
        settings,
        settings.county(county).name,
        agreed,
        secrets=folder,
        key=key,
        address=reached,
        lasts=timedelta(days=days),
    )
    file = to or Path(f"{county}-for-{agency}.bundle")
    try:
        write_private(file, text)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}.") from None
    typer.echo(f"{file}: reads {', '.join(agreed.streams)} at {reached}; to be opened within {days} days")
    typer.echo(f"encrypted to the key of {agency}, fingerprint {keys.fingerprint}")


@app.command("list")
def list_(county: County) -> None:
    """Show each partner: until when it is agreed, up to where each of its groups has read, and when it loses events."""
    settings = operator_settings()
    settings.county(county)
    agreed, today = agreements(settings), day(settings.now())
    with _administered(settings) as kafka:
        for each in agreed:
            positions = listing.positions(
                kafka, each.groups, each.topics(settings.county(county).name, _counties(settings)), settings.now()
            )
            typer.echo("\n".join(listing.lines(each, today, positions)))
            if each.webhook and (count := asyncio.run(listing.parked(kafka, each, settings.county(county).name))):
                typer.echo(f"  its webhook has refused {count}: norrsam partners retry {each.agency}")
    for agency in put_aside_ones(settings):
        typer.echo(f"{agency}: revoked")


@app.command()
def run(
    county: County,
    port: Annotated[int, typer.Option("--port", help="Where figures are, for Prometheus.", min=1, max=65535)] = 9180,
    folder: Folder = Path("secrets"),
) -> None:
    """Show partners the signals that they may see, and end what they have with their agreement, until it is stopped."""
    settings = operator_settings()
    name = settings.county(county).name
    logs.configure(settings.log_level, name)
    keeper = Keeper(settings, name, administered_kafka(settings), KafkaSecrets(folder / KAFKA).passwords)
    start_http_server(port, settings.http_host)
    asyncio.run(keeper.run())


@app.command("test")
def look(county: County, agency: Agency) -> None:
    """Play the agency, with its password: what it may do, and that it may nothing else. Exit status 1 if any is bad.

    With the settings of a service, and NORRSAM_KAFKA as the agency reaches it.
    """
    settings = operator_settings(county)
    county, agreed = settings.county(county).name, agreement(settings, agency)
    others = [each.agency for each in agreements(settings) if each.agency != agency]
    kafka = kafka_of(settings.model_copy(update={"kafka_user": agreed.user(county)}), county, agency)
    if kafka.login is None:
        raise SettingsError("NORRSAM_KAFKA_SECURITY is not SASL_SSL: without it Kafka knows no partners.")
    typer.echo(f"{agency} at {kafka.bootstrap}")
    if asyncio.run(say(AgencySide(county, agreed, kafka, _counties(settings), others).looks())):
        raise typer.Exit(1)


@app.command()
def retry(county: County, agency: Agency, folder: Folder = Path("secrets")) -> None:
    """Send an agency's webhook once more what it has refused. Exit status 1 if anything is not taken."""
    settings = operator_settings()
    name, agreed = settings.county(county).name, agreement(settings, agency)
    if agreed.webhook is None:
        raise SettingsError(f"The agreement with {agency} names no webhook.")
    password = KafkaSecrets(folder / KAFKA).passwords / agreed.user(name)
    with _administered(settings) as kafka:
        if asyncio.run(say(posting.retry(kafka, name, agreed, origin_of(settings, name), password))):
            raise typer.Exit(1)


@app.command()
def revoke(
    county: County,
    agency: Agency,
    folder: Folder = Path("secrets"),
) -> None:
    """Let a partner read no more, from now on, also over connections that are open."""
    settings = operator_settings()
    user = partner_user(settings.county(county).name, agency)
    if not is_agency(agency):
        raise SettingsError(f"{agency!r} is no name of an agency.")
    was_agreed = put_aside(settings, agency)  # first: or the next `apply` would let it in again
    with _administered(settings) as kafka:
        was_there = remove(kafka, user)
        (KafkaSecrets(folder / KAFKA).passwords / user).unlink(missing_ok=True)
    if not (was_agreed or was_there):
        raise SettingsError(f"There is no agreement with {agency!r}, and no user {user}.")
    typer.echo(f"{user} may do nothing any more, and cannot log in")
    if was_agreed:
        typer.echo(f"its agreement is put aside as {agency}{REVOKED}; with the ending {ENDING} it holds again")


def _say(changes: applying.PartnerChanges) -> None:
    lines = list(changes.lines())
    typer.echo("\n".join(lines) if lines else "Partners have what is agreed.")


def _counties(settings: Settings) -> list[str]:
    return [each.name for each in settings.counties]


@contextmanager
def _administered(settings: Settings) -> Iterator[KafkaCluster]:
    """The Kafka as its administrator comes to it; its faults become clear errors."""
    kafka = administered_kafka(settings)
    try:
        yield kafka
    except Exception as error:
        if isinstance(error, OSError) and error.filename:
            raise SettingsError(f"{error.filename}: {error.strerror}.") from None
        if isinstance(error, KafkaException) or is_from_kafka(error):
            raise SettingsError(f"{said(kafka, error)}.") from None
        raise
