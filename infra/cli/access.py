"""The commands `norrsam access plan` and `norrsam access apply`."""

from pathlib import Path
from typing import Annotated

import typer
from confluent_kafka import KafkaException

from infra.access import applying, table
from infra.cli.local import operator_settings
from infra.kafka.clients import said
from infra.kafka.folder import KAFKA, KafkaSecrets
from infra.mirror.peers import joined
from shared.runtime.kafka import administered_kafka
from shared.runtime.settings import SettingsError
from shared.transport.login import LoginRefused

app = typer.Typer(help="Who may do what on a secured Kafka, as the register says.", no_args_is_help=True)
Counties = Annotated[
    list[str] | None, typer.Option("--county", help="A county whose services use this Kafka; by default all.")
]
Folder = Annotated[Path, typer.Option("--folder", help="The folder of `norrsam secrets`.")]


@app.command()
def plan(county: Counties = None) -> None:
    """Show what `apply` would add and remove, by user."""
    _run(county, None)


@app.command()
def apply(county: Counties = None, folder: Folder = Path("secrets")) -> None:
    """Make the users and allow what the register says. Whatever else is allowed, or logs in, is removed.

    With NORRSAM_PEERS, mirrors of those counties alone that are joined come in.
    """
    _run(county, KafkaSecrets(folder / KAFKA).passwords)


def _run(county: list[str] | None, passwords: Path | None) -> None:
    settings = operator_settings()
    every = [each.name for each in settings.counties]
    home = [settings.county(name).name for name in county or every]
    peers = joined(settings) if settings.peers else None
    users, grants = table.users(home, every, peers), table.grants(home, every, peers)
    kafka = administered_kafka(settings)
    try:
        if passwords is None:
            changes = applying.plan(kafka, users, grants)
        else:
            changes = applying.apply(kafka, users, grants, passwords)
    except (KafkaException, LoginRefused) as error:
        raise SettingsError(f"{said(kafka, error)}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"A new user has no password to be read ({error}): run `norrsam secrets init`.") from None
    lines = list(changes.lines())
    typer.echo("\n".join(lines) if lines else "Access is as the register says.")
