"""`norrsam sim`: a partner's side, for demo and drill. What the police know of a case is typed here, and stays here."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any

import httpx
import typer

from infra.cli import sim_customs
from infra.cli.county import local_token
from infra.cli.local import operator_settings
from infra.demo.police import Police
from services.shipment_alerts.domain.generaliser import Handling, Observation
from services.shipment_alerts.domain.tables import Danger, Indicator
from shared.contracts import shipment_codes as codes
from shared.contracts.event import OpenEnum
from shared.rejected import Rejected
from shared.swedish import day_of

sim = typer.Typer(help="A partner's side, for demo and drill.", no_args_is_help=True)
police = typer.Typer(help="The police release, correct and withdraw signals of a county.", no_args_is_help=True)
sim.add_typer(police, name="police")
sim.add_typer(sim_customs.app, name="customs")

CountyName = Annotated[str, typer.Option("--county", help="The county of the case.")]
Url = Annotated[str | None, typer.Option("--url", help="The county's address, if it is not on this machine.")]
Token = Annotated[
    str | None, typer.Option("--token", envvar="NORRSAM_TOKEN", help="A token; made with the local key if none.")
]
Id = Annotated[str, typer.Argument(help="The id of the signal, as `release` printed it.")]


def _code(kind: type[OpenEnum], name: str, meaning: str) -> Any:
    """An option that takes one of the codes that may be written."""
    codes_of = kind.codes()

    def parse(text: str) -> OpenEnum:
        if text not in codes_of:
            raise typer.BadParameter(f"it is one of {', '.join(codes_of)}")
        return kind(text)

    return typer.Option(name, help=f"{meaning}: {', '.join(codes_of)}.", metavar="CODE", parser=parse)


Municipality = Annotated[str, typer.Option("--municipality", help="The SCB code of the case's municipality.")]
SiteType = Annotated[codes.SiteType, _code(codes.SiteType, "--site-type", "Where it was found")]
Observed = Annotated[
    datetime | None, typer.Option("--observed", help="The day; today if none is named.", formats=["%Y-%m-%d"])
]
Category = Annotated[codes.SuspectedCategory, _code(codes.SuspectedCategory, "--category", "What is suspected")]
Kind = Annotated[codes.ShipmentKind, _code(codes.ShipmentKind, "--kind", "What kind of shipment")]
Origin = Annotated[codes.OriginScope, _code(codes.OriginScope, "--origin", "How far it has come")]
Signs = Annotated[
    list[Indicator] | None,
    typer.Option("--indicator", metavar="CODE", help=f"A sign, may be repeated: {', '.join(Indicator)}."),
]
Dangers = Annotated[
    list[Danger] | None,
    typer.Option("--danger", metavar="CODE", help=f"A danger, may be repeated: {', '.join(Danger)}."),
]
Label = Annotated[codes.Tlp, _code(codes.Tlp, "--tlp", "The label of TLP 2.0")]
Source = Annotated[codes.SourceGrade, _code(codes.SourceGrade, "--source", "How far the source can be trusted")]
Information = Annotated[codes.InformationGrade, _code(codes.InformationGrade, "--information", "How sure it is")]
Exercise = Annotated[bool, typer.Option("--exercise", help="A drill: it flows, and is never counted.")]


@police.command()
def release(
    county: CountyName,
    municipality: Municipality,
    observed: Observed = None,
    site_type: SiteType = codes.SiteType.AGENT,
    category: Category = codes.SuspectedCategory.NARCOTICS,
    kind: Kind = codes.ShipmentKind.LETTER,
    origin: Origin = codes.OriginScope.NOT_KNOWN,
    indicator: Signs = None,
    danger: Dangers = None,
    tlp: Label = codes.Tlp.AMBER,
    source: Source = codes.SourceGrade.X,
    information: Information = codes.InformationGrade.FOUR,
    exercise: Exercise = False,
    url: Url = None,
    token: Token = None,
) -> None:
    """Generalise a case here, and release what may leave as a signal of the county."""
    seen = frozenset(indicator or ()), frozenset(danger or ())
    case = Observation(municipality, site_type, _day(observed), category, kind, origin, *seen)
    handling = Handling(tlp, source, information, exercise)
    _do(county, url, token, lambda side: side.release(case, handling))


@police.command()
def correct(
    identity: Id,
    county: CountyName,
    municipality: Municipality,
    observed: Observed = None,
    site_type: SiteType = codes.SiteType.AGENT,
    category: Category = codes.SuspectedCategory.NARCOTICS,
    kind: Kind = codes.ShipmentKind.LETTER,
    origin: Origin = codes.OriginScope.NOT_KNOWN,
    indicator: Signs = None,
    danger: Dangers = None,
    tlp: Label = codes.Tlp.AMBER,
    source: Source = codes.SourceGrade.X,
    information: Information = codes.InformationGrade.FOUR,
    exercise: Exercise = False,
    url: Url = None,
    token: Token = None,
) -> None:
    """Say again what a signal is about; it keeps its id."""
    seen = frozenset(indicator or ()), frozenset(danger or ())
    case = Observation(municipality, site_type, _day(observed), category, kind, origin, *seen)
    handling = Handling(tlp, source, information, exercise)
    _do(county, url, token, lambda side: side.correct(identity, case, handling))


@police.command()
def withdraw(identity: Id, county: CountyName, url: Url = None, token: Token = None) -> None:
    """Withdraw a signal, for instance after a false alarm. It does not come back."""
    _do(county, url, token, lambda side: side.withdraw(identity))


def _day(observed: datetime | None) -> date:
    return observed.date() if observed else day_of(datetime.now(UTC))


def _do(county_name: str, url: str | None, token: str | None, act: Callable[[Police], dict[str, Any]]) -> None:
    """Do ``act`` and print its result; exit status 1 if it is refused."""
    settings = operator_settings()
    county = settings.county(county_name)
    address = url or settings.asked(county)
    side = Police(county, address, token or local_token(settings.data, county.name, ["POLICE"]))
    try:
        signal = act(side)
    except Rejected as rejected:
        said = rejected.message
    except httpx.HTTPStatusError as error:
        said = _problem(error.response)
    except httpx.TransportError as error:
        said = f"nothing answers at {address} ({error}). Is it up? See `norrsam status`."
    else:
        typer.echo(f"{signal['id']} {signal['status']}: {signal['swedish']}")
        return
    finally:
        side.close()
    typer.echo(f"{county.name}: {said}", err=True)
    raise typer.Exit(1)


def _problem(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.request.url} does not answer as a county does ({answer.status_code})."
