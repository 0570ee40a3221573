"""The commands `norrsam topics plan` and `norrsam topics apply`."""

import typer
from confluent_kafka import KafkaException

from infra import topics as register
from infra.cli.local import operator_settings
from shared.runtime.settings import SettingsError

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
    work = register.apply if apply else register.plan
    try:
        differences = work(settings.kafka, [county.name for county in settings.counties])
    except KafkaException as error:
        raise SettingsError(
            f"Kafka at {settings.kafka} (NORRSAM_KAFKA) does not do it: {error.args[0].str()}."
        ) from None
    for each in differences:
        typer.echo(each)
    if not differences:
        typer.echo("All topics are as the register says.")
