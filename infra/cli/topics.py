"""The commands `norrsam topics plan` and `norrsam topics apply`."""

import typer
from confluent_kafka import KafkaException

from infra import topics as register
from infra.cli.local import operator_settings
from infra.kafka.clients import said
from shared.runtime.kafka import administered_kafka
from shared.runtime.settings import SettingsError
from shared.transport.login import LoginRefused

app = typer.Typer(help="The topics of the register, on this county's Kafka.", no_args_is_help=True)


@app.command()
def plan() -> None:
    """Show what `apply` would make or change, and what else is not as the register says."""
    _run(apply=False)


@app.command()
def apply() -> None:
    """Make every topic of the register, of all counties, and set its settings. Nothing is ever deleted."""
    _run(apply=True)


def _run(*, apply: bool) -> None:
    settings = operator_settings()
    kafka = administered_kafka(settings)
    work = register.apply if apply else register.plan
    try:
        names = [county.name for county in settings.counties]
        differences = work(kafka.bootstrap, names, kafka.login, settings.replication)
    except (KafkaException, LoginRefused) as error:
        raise SettingsError(f"{said(kafka, error)}.") from None
    for each in differences:
        typer.echo(each)
    if not differences:
        typer.echo("All topics are as the register says.")
