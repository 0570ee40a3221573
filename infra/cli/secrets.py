"""`norrsam secrets`: a password for each login role, for docker-compose.yml."""

from pathlib import Path
from typing import Annotated

import typer

from infra.cli.county import Services
from infra.engine.private import make_passwords
from shared.runtime.service import find
from shared.runtime.settings import load


def secrets(
    services: Services,
    to: Annotated[Path, typer.Option("--to", help="The folder, which only you can enter.")] = Path("secrets"),
) -> None:
    """Make a password for the login role of services in every county, each in a file of its own. It changes none."""
    found = [find(name) for name in dict.fromkeys(services)]
    names = [county.database(service.name) for service in found for county in load().counties]
    made = make_passwords(to, names)
    for name in names:
        typer.echo(f"{name}: {'made' if name in made else 'already there'}")
