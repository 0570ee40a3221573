"""`norrsam open`: the way to a county's workspace on this machine."""

import os
import sys
import webbrowser
from contextlib import suppress
from typing import Annotated
from urllib.parse import urlencode

import typer

from infra.cli.county import CountyName
from infra.engine.engine import Engine
from infra.engine.errors import EngineError
from infra.engine.settings import EngineConfig
from shared.runtime.settings import SettingsError, load


def open_(
    county: CountyName,
    role: Annotated[
        str | None, typer.Option("--role", help="The example person who is expected at the log-in.")
    ] = None,
) -> None:
    """Print the address of a county's workspace, and open it where there is a browser. Log in there as anybody."""
    from shared.runtime.auth import Role

    if role is not None and role not in Role.__members__:
        raise SettingsError(f"There is no role {role!r}. Roles are {', '.join(Role)}.")
    name = load().county(county).name
    workspace = Engine(EngineConfig.from_environment()).workspace(name)
    if not workspace.is_ready():
        raise EngineError(f"The workspace of {name} does not answer at {workspace.url}: start it with `norrsam up`.")
    address = workspace.url if role is None else f"{workspace.url}/logga-in?{urlencode({'roll': role})}"
    typer.echo(address)
    if sys.stdout.isatty() and (sys.platform == "darwin" or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys()):
        with suppress(webbrowser.Error):
            webbrowser.open(address)
