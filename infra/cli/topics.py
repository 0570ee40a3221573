"""The commands `norrsam topics plan` and `norrsam topics apply`."""

import typer
from confluent_kafka import KafkaException

from infra import topics as register
from shared.runtime import settings as settings_of_process
from shared.runtime.settings import SettingsError

topics = typer.Typer(help="The topics of the register, on this county's Kafka.", no_args_is_help=True)


@topics.command()
def plan() -> None:
    """Show what `apply` would do."""
    from infra import topics as register

    settings = load()
    _print(register.plan(settings.kafka, [county.name for county in settings.counties]), "would be made")


@topics.command()
def apply() -> None:
    """Make every topic of the register, of all counties; do nothing where it is as it should be."""
    from infra import topics as register

    settings = load()
    _print(register.apply(settings.kafka, [county.name for county in settings.counties]), "made")


def _print(changes: Sequence[object], done: str) -> None:
    for change in changes:
        typer.echo(str(change))
    typer.echo(f"{len(changes)} changes {done}." if changes else "Every topic is as the register says.")
