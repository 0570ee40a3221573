"""`norrsam kubernetes`: what a county applies to a cluster."""

from typing import Annotated

import typer

from infra.kubernetes.manifests import read, render


def kubernetes(
    settings: Annotated[typer.FileText, typer.Argument(help="The county's env file; - for standard input.")],
) -> None:
    """Print what `kubectl apply` takes for a county, from its env file. It names secrets, and holds none."""
    typer.echo(render(read(settings.read())), nl=False)
