"""The commands `norrsam peers`: join another county, each with a Kafka of its own."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.local import operator_settings
from infra.cli.looks import say
from infra.engine.private import write_private
from infra.mirror.joining import CONTRACT, Joining
from infra.mirror.looking import Joint
from infra.mirror.peers import own_kafka, peers, peers_folder
from shared.contracts.topics import SERVICES
from shared.runtime.kafka import kafka_of
from shared.runtime.setting_values import addresses
from shared.runtime.settings import SettingsError

app = typer.Typer(help="Other counties, each with a Kafka of its own: join them, test, remove.", no_args_is_help=True)
County = Annotated[str, typer.Option("--county", help="This county.", show_default=False)]
Folder = Annotated[Path, typer.Option("--folder", help="The folder of `norrsam secrets`.")]
Key = Annotated[Path | None, typer.Option("--key", help="The other county's key, as its operator has sent it.")]


@app.command()
def key(county: County, folder: Folder = Path("secrets")) -> None:
    """Print this county's public key, which others need; the private one is made if there is none, and stays."""
    keys = _joining(county, folder).keys
    typer.echo(keys.text(), nl=False)
    typer.echo(f"Fingerprint, to be compared by telephone: {keys.fingerprint}", err=True)


@app.command()
def export(
    county: County,
    other: Annotated[str, typer.Option("--for", help="The county that may read here.", show_default=False)],
    key: Key = None,
    address: Annotated[str, typer.Option("--address", help="Kafka's client listener; by default NORRSAM_KAFKA.")] = "",
    days: Annotated[int, typer.Option("--days", help="How long the bundle can be added.", min=1, max=90)] = 14,
    to: Annotated[Path | None, typer.Option("--to", help="The file; by default <county>-for-<other>.bundle.")] = None,
    folder: Folder = Path("secrets"),
) -> None:
    """Write the bundle with which another county's mirror may read what this county shares."""
    joining = _joining(county, folder)
    try:
        reached = addresses(address or joining.settings.kafka)
    except ValueError as error:
        raise SettingsError(f"--address is {address!r}: {error}.") from None
    made, keys = joining.export(other, key, reached, timedelta(days=days))
    file = to or Path(f"{county}-for-{other}.bundle")
    try:
        write_private(file, made)
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}.") from None
    typer.echo(f"{file}: reads {county}.shared.… at {reached}; to be added within {days} days")
    typer.echo(f"encrypted to the key of {other}, fingerprint {keys.fingerprint}")


@app.command()
def add(
    county: County,
    file: Annotated[Path, typer.Argument(help="The bundle.", show_default=False)],
    key: Key = None,
    folder: Folder = Path("secrets"),
) -> None:
    """Join the county that has made the bundle, or take its new one. A mirror that runs takes it up by itself."""
    found, keys, new = _joining(county, folder).add(file, key)
    typer.echo(f"{found.iss} is joined, at {found.address}")
    typer.echo(f"signed with its key, fingerprint {keys.fingerprint}")
    if new:
        typer.echo(
            f"{found.county} is new here: `norrsam topics apply` first. Then each service starts anew by itself."
        )
    typer.echo(
        f"Next: `norrsam access apply --county {county}`, then `norrsam peers test {found.iss} --county {county}`."
    )


@app.command("test")
def look(
    county: County,
    other: Annotated[str | None, typer.Argument(help="The county; by default each that is joined.")] = None,
) -> None:
    """Look at another county's Kafka, what may be done there, and what comes and goes. Exit status 1 if any is bad."""
    settings = operator_settings(county)
    county = settings.county(county).name
    there, mine = peers(settings, county), own_kafka(settings, county)
    if not there or (other and other not in there):
        raise SettingsError(
            f"{other or 'No county'} is {'not ' if other else ''}joined: `norrsam peers add` its bundle."
        )
    served, bad = kafka_of(settings, county, SERVICES[0]), False
    for each in [other] if other else there:
        typer.echo(f"{each} at {there[each].bootstrap}")
        joint = Joint(county, each, there[each], mine, served)
        found = asyncio.run(say(joint.looks(peers_folder(settings) / each / CONTRACT)))
        bad = bad or found
    if bad:
        raise typer.Exit(1)


@app.command()
def remove(
    county: County,
    other: Annotated[str, typer.Argument(help="The county to remove.", show_default=False)],
    folder: Folder = Path("secrets"),
) -> None:
    """Read another county no longer, and take its mirror's password here away."""
    for gone in _joining(county, folder).remove(other):
        typer.echo(f"{gone}: deleted")
    typer.echo(f"What {other} has shared stays in the read models here; nothing new comes.")
    typer.echo(f"Its mirror still reads here until `norrsam access apply --county {county}`; `plan` shows it.")


@app.command("list")
def list_(county: County, folder: Folder = Path("secrets")) -> None:
    """Show the counties that are joined."""
    for line in _joining(county, folder).lines():
        typer.echo(line)


def _joining(county: str, folder: Path) -> Joining:
    settings = operator_settings(county)
    return Joining(settings, settings.county(county).name, folder)
