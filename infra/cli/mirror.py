"""The command `norrsam mirror config`."""

from typing import Annotated

import typer

from infra.cli.local import operator_settings
from infra.mirror.peers import mirror_configuration

app = typer.Typer(help="The mirror, which brings what other counties share to a county's own Kafka.")
County = Annotated[str, typer.Option("--county", help="The county that the mirror brings it to.", show_default=False)]


@app.callback()
def _group() -> None:
    pass


@app.command()
def config(county: County) -> None:
    """Print the configuration of MirrorMaker 2, from the settings. It names files of passwords, and holds none."""
    typer.echo(mirror_configuration(operator_settings(), county), nl=False)
