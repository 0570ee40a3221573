"""Commands that work on a service's database directly, beside the running service, share this."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import asyncpg
import typer

from infra.cli.local import operator_settings, said_clearly
from shared.contracts.topics import SERVICES
from shared.links import identity
from shared.links.identity import RestoredDatabase
from shared.messaging.leading import Connect
from shared.messaging.outbox import Writer
from shared.outages import is_outage
from shared.protocol.service_streams import ServiceStreams
from shared.rejected import Rejected
from shared.runtime.db import arguments
from shared.runtime.kafka import kafka_of
from shared.runtime.service import Service, find
from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import KafkaCluster, is_from_kafka
from shared.transport.login import LoginRefused

CountyName = Annotated[str, typer.Option("--county", help="The county whose database is meant.")]
ServiceName = Annotated[str, typer.Option("--service", help=f"The service: {', '.join(SERVICES)}.")]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Open:
    """An open database of a service, and all that belongs to it."""

    conn: asyncpg.Connection
    connect: Connect
    service: Service
    streams: ServiceStreams
    writer: Writer
    kafka: KafkaCluster


def in_database(county: str, service: str, work: Callable[[Open], Awaitable[_T]]) -> _T:
    """Do ``work`` in one transaction and give its result; after an error, nothing has changed.

    ``work`` prints nothing: a closed output pipe must not undo it.
    """

    async def in_transaction(db: Open) -> _T:
        async with db.conn.transaction():
            return await work(db)

    return beside_database(county, service, in_transaction)


def beside_database(
    county_name: str, service_name: str, work: Callable[[Open], Coroutine[Any, Any, _T]], *, doubted: bool = False
) -> _T:
    """Do ``work``, with whatever transactions it makes, and give its result. ``work`` prints nothing.

    A database that may not be the one that published is refused, unless ``doubted``. Raises SettingsError for an
    outage, and typer.Exit once a refusal has been printed.
    """
    settings = operator_settings(county_name)
    county, service = settings.county(county_name), find(service_name)
    kafka = kafka_of(settings, county.name, service.name)

    async def connect(**server_settings: str) -> asyncpg.Connection:
        with said_clearly(settings, county.database(service.name)):
            conn: asyncpg.Connection = await asyncpg.connect(
                **arguments(settings, county, service.name), server_settings=server_settings
            )
        if not doubted:
            await identity.check(conn)
        return conn

    async def run() -> _T:
        conn = await connect()
        streams = service.streams(county.name, [one.name for one in settings.counties])
        writer = Writer(
            county.name, settings.address(county), settings.now, settings.counties, settings.mail_sender(county)
        )
        try:
            return await work(Open(conn, connect, service, streams, writer, kafka))
        finally:
            with suppress(OSError, asyncpg.InterfaceError):
                await conn.close()

    try:
        return asyncio.run(run())
    except Rejected as rejected:
        typer.echo(rejected.message, err=True)
        raise typer.Exit(1) from None
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as error:
        raise SettingsError(
            f"{county.database(service.name)} is not migrated ({error}): run `norrsam migrate`."
        ) from None
    except Exception as error:
        if (said := _said(settings, error)) is None:
            raise
        raise SettingsError(said) from None


def _said(settings: Settings, error: Exception) -> str | None:
    """The outage or doubt that stopped a command, and what to look at; None if it is a defect."""
    if isinstance(error, RestoredDatabase) and str(error) == identity.NEW:
        return f"Of this database: {error}. Start its county first."
    if isinstance(error, RestoredDatabase):
        return f"This may be a restored database: {error}. Run `norrsam recover` first."
    if is_from_kafka(error) and not isinstance(error, asyncpg.PostgresError):
        return f"Kafka at {settings.kafka} (NORRSAM_KAFKA) cannot be used: {_named(error)}. Try again once it answers."
    if is_outage(error):
        return f"PostgreSQL could not do it now: {error}. Nothing was changed; try again."
    return None


def _named(error: Exception) -> str:
    return str(error) if isinstance(error, LoginRefused) else repr(error)
