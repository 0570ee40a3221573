"""Prints what a look at a Kafka has found: a line that is good or bad, and what to do about a bad one."""

from collections.abc import AsyncIterator
from textwrap import wrap

import typer

from infra.mirror.rights import Look

WIDTH = 80


async def say(looks: AsyncIterator[Look]) -> bool:
    """Print a line for each look as it is done; whether one is bad."""
    bad = False
    async for look in looks:
        head = f"  {'bad ' if look.do else 'good'}  {look.what:<25}"
        typer.echo("\n".join(wrap(f"{head}{look.found}", WIDTH, subsequent_indent=" " * len(head))).rstrip())
        if look.do:
            bad = True
            typer.echo("\n".join(wrap(look.do, WIDTH, initial_indent=" " * 8, subsequent_indent=" " * 8)))
    return bad
