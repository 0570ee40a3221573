"""The commands `norrsam mirror config` and `norrsam mirror run`."""

from importlib.util import find_spec
from typing import Annotated

import typer
from prometheus_client import start_http_server

from infra.cli.local import operator_settings
from infra.mirror.peers import mirror_configuration, peering
from shared.runtime import logs
from shared.runtime.settings import SettingsError

app = typer.Typer(help="The mirror, which brings what other counties share to a county's own Kafka.")
County = Annotated[str, typer.Option("--county", help="The county that the mirror brings it to.", show_default=False)]


@app.command()
def config(county: County) -> None:
    """Print the configuration of MirrorMaker 2, from the settings. It names files of passwords, and holds none."""
    typer.echo(mirror_configuration(operator_settings(county), county), nl=False)


@app.command()
def run(
    county: County,
    stdout: Annotated[bool, typer.Option("--stdout", help="The mirror's own log goes to standard output.")] = False,
    figures: Annotated[
        int | None, typer.Option("--figures", help="Where figures are, for Prometheus.", min=1, max=65535)
    ] = None,
) -> None:
    """Run the mirror and watch what arrives, until SIGTERM or Ctrl-C. What fails is started again.

    A county that is joined or removed meanwhile is taken up within seconds, and a password that is replaced.
    Its Java and Kafka's jars are those of `norrsam up`.
    """
    if find_spec("psutil") is None:
        raise SettingsError("This needs the packages of the local engine: install norrsam[engine].")
    from infra.engine.jars import fetch_jars  # the image of the services does without them
    from infra.engine.mirror import Mirror
    from infra.engine.settings import user_cache
    from infra.engine.signals import ended_by_sigterm
    from infra.mirror.watching import Watchdog

    settings = operator_settings(county)
    logs.configure(settings.log_level, county)
    jars = fetch_jars(user_cache(), lambda done, total: None)
    todo = peering(settings, county)
    mirror = Mirror(county, todo.configuration, settings.data, lambda: jars)
    if stdout:
        mirror.log_to_stdout()
    if figures:
        start_http_server(figures, settings.http_host)
    with ended_by_sigterm():
        Watchdog(mirror, todo).run(settings)
