"""The commands that a county's process is started with: serve, migrate, token."""

import asyncio
import json
import time
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import asyncpg
import typer

from infra.cli.local import operator_settings, said_clearly
from shared.contracts.counties import County
from shared.runtime.service import AnyService, find_any
from shared.runtime.settings import Settings, SettingsError

CountyName = Annotated[str, typer.Option("--county", help="The county, as NORRSAM_COUNTIES names it.")]
Services = Annotated[list[str], typer.Argument(help="One or several services, such as actors.", show_default=False)]


def serve(services: Services, county: CountyName) -> None:
    """Run services of a county in this process, until SIGTERM or Ctrl-C."""
    from shared.runtime.serve import serve as run

    settings = operator_settings()
    run(_find(services), settings, settings.county(county))


def migrate(
    services: Services,
    county: Annotated[str | None, typer.Option("--county", help="The county whose databases are migrated.")] = None,
    all_counties: Annotated[bool, typer.Option("--all-counties", help="Every county of NORRSAM_COUNTIES.")] = False,
) -> None:
    """Bring the databases of services to the form that this version needs. Safe to repeat, also at once."""
    settings = operator_settings()
    if (county is None) != all_counties:
        raise SettingsError("Name one county with --county, or all with --all-counties.")
    counties = settings.counties if county is None else (settings.county(county),)
    for service in _find(services):
        for one in counties:
            applied = asyncio.run(_migrate(settings, one, service))
            typer.echo(f"{one.database(service.name)}: {', '.join(applied) if applied else 'up to date'}")


async def _migrate(settings: Settings, county: County, service: AnyService) -> list[str]:
    from shared.runtime import migrations
    from shared.runtime.db import arguments

    async def connect(**server_settings: str) -> asyncpg.Connection:
        return await asyncpg.connect(**arguments(settings, county, service.name), server_settings=server_settings)

    with said_clearly(settings, county.database(service.name)):
        return await migrations.migrate(connect, migrations.of_service(service))


def token(
    county: CountyName,
    role: Annotated[list[str], typer.Option("--role", help="A role; may be given several times.")],
    sub: Annotated[str, typer.Option("--sub", help="Who holds the token.")] = "local-user",
    hours: Annotated[float, typer.Option("--hours", help="For how long it is valid.", min=0.01)] = 12,
    function: Annotated[str | None, typer.Option("--function", help="The holder's function.")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="The holder's organisation.")] = None,
    municipality: Annotated[str | None, typer.Option("--municipality", help="The holder's municipality code.")] = None,
) -> None:
    """Print a token for a local county, signed with the key of the local engine."""
    from shared.runtime.auth import Role

    settings = operator_settings()
    if unknown := [one for one in role if one not in Role.__members__]:
        raise SettingsError(f"There is no role {unknown[0]!r}. Roles are {', '.join(Role)}.")
    claims: dict[str, object] = {"aud": settings.county(county).name, "sub": sub, "roles": role}
    more = {"function": function, "organisation": organisation, "municipality": municipality}
    claims |= {name: value for name, value in more.items() if value is not None}
    typer.echo(_signed(settings.data, settings.issuer, claims, hours))


def local_token(data: Path, county: str, roles: list[str], **more: str) -> str:
    """A token of these roles for a county of the local engine in ``data``, valid for an hour; with ``more`` claims."""
    claims: dict[str, object] = {"aud": county, "sub": "local-user", "roles": roles}
    return _signed(data, operator_settings().issuer, {**claims, **more}, 1)


def _signed(data: Path, issuer: str, claims: dict[str, object], hours: float) -> str:
    from joserfc import jwk, jwt

    from infra.engine.keys import ensure_keys

    file = ensure_keys(data).with_name("private.json")
    key = jwk.import_key(json.loads(file.read_text(encoding="ascii")))
    now = int(time.time())
    times = {"iat": now, "exp": now + int(hours * 3600), "jti": str(uuid4())}
    algorithm = {"EC": "ES256", "OKP": "Ed25519", "RSA": "RS256"}[key.key_type]
    return jwt.encode({"alg": algorithm, "kid": key.kid}, {"iss": issuer, **claims, **times}, key, [algorithm])


def _find(names: list[str]) -> list[AnyService]:
    return [find_any(name) for name in dict.fromkeys(names)]
