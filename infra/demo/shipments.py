"""The story of suspected shipments: the gate, two releases by the police, and a withdrawal that nothing undoes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx

from infra.demo import partner
from infra.demo.county import DemoCounty, wait_until_seen
from infra.demo.police import Police
from infra.demo.stage import Stage, grid
from infra.engine.engine import Engine
from services.shipment_alerts.domain.generaliser import Handling, Observation
from services.shipment_alerts.domain.tables import Indicator
from shared.contracts.shipment_codes import (
    InformationGrade,
    OriginScope,
    ShipmentKind,
    SiteType,
    SourceGrade,
    SuspectedCategory,
    Tlp,
)
from shared.contracts.topics import topic_name
from shared.swedish import day_of

BJURHOLM, SUNDSVALL = "2403", "2281"
SITES = {
    "vasterbotten": {"2480": 8, BJURHOLM: 1, "2460": 2},
    "vasternorrland": {SUNDSVALL: 6, "2262": 3},
}
SNUS = {"dangers": [], "at_work": True, "condition": "WHOLE", "suspicion": "TOBACCO"}
HANDLING = Handling(Tlp.AMBER, SourceGrade.A, InformationGrade.TWO)
SERVICE, STREAM = "shipment-alerts", "shipment-signals"


def ask_the_gate(stage: Stage, counties: Sequence[DemoCounty]) -> None:
    """Ask the gate twice: it answers stop, and 112. Neither question is kept."""
    url = counties[0].url
    with stage.step("At the gate: an agent suspects snus for a minor"):
        answer = _advice(url, SNUS)
        stage.say(" ".join(answer["text"]))
        stage.check(
            "the gate says stop, and nobody is to be called", (answer["outcome"], answer["calls"]) == ("STOP", [])
        )
    with stage.step("At the gate: powder at a terminal"):
        answer = _advice(url, {"dangers": ["POWDER"]})
        stage.say(" ".join(answer["text"]))
        stage.check("112 comes first, before any question", answer["text"][0] == "Ring 112 nu." and not answer["asked"])


def release(
    stage: Stage, engine: Engine, counties: Sequence[DemoCounty], police: Mapping[str, Police]
) -> list[dict[str, Any]]:
    """Release two signals, one from a place too small to be named; the two signals."""
    with stage.step("The police release a signal from Bjurholm, which has one agent, and one from Sundsvall"):
        for county in counties:
            county.open_sites(SITES.get(county.name, {}))
        signals = [
            police["vasterbotten"].release(case(BJURHOLM), HANDLING),
            police["vasternorrland"].release(case(SUNDSVALL), HANDLING),
        ]
        waits = _wait(counties, signals)
        read = {county.name: [county.signals()[signal["id"]]["swedish"] for signal in signals] for county in counties}
        for sentence in read[counties[0].name]:
            stage.say(sentence)
        rows = [(name, *(f"{seconds[name] * 1e3:.0f} ms" for seconds in waits)) for name in read]
        stage.console.print(grid("released, and read in", ("", "Bjurholm's", "Sundsvall's"), rows))
        stage.check("all four read the same", all(each == read[counties[0].name] for each in read.values()))
        (seen,) = partner.read_at(engine, "vasterbotten", [topic_name("vasterbotten", STREAM)]).values()
        told = [(event.get_attributes(), event.get_data()) for event in seen.events]
        named = any(partner.mentions(told, name) for name in (BJURHOLM, "Bjurholm"))
        stage.check("Bjurholm is in no event", bool(told) and not named)
    return signals


def withdraw(
    stage: Stage,
    engine: Engine,
    counties: Sequence[DemoCounty],
    police: Mapping[str, Police],
    signal: Mapping[str, Any],
) -> None:
    """Withdraw a signal, then send its release again: the late duplicate changes nothing."""
    owner = signal["county"]
    with stage.step("It was a false alarm in Sundsvall: the police withdraw the signal"):
        counted = [county.signals_of(owner) for county in counties]
        _wait(counties, [police[owner].withdraw(signal["id"])])
        gone = all(signal["id"] not in county.signals() for county in counties)
        stage.check("it is in no list of the four counties", gone)
        fewer = [county.signals_of(owner) for county in counties] == [number - 1 for number in counted]
        stage.check("and counts no more", fewer)
    with stage.step("Its release comes once more, late"):
        (seen,) = partner.read_at(engine, owner, [topic_name(owner, STREAM)]).values()
        number = next(
            str(int(event.get_extension("sequence"))) for event in seen.events if event.get_subject() == signal["id"]
        )
        stage.say(
            engine.command("republish", number, number, "--county", owner, "--service", SERVICE, "--stream", STREAM)
        )
        _wait(counties, [police[owner].release(case(SUNDSVALL), HANDLING)])  # what was sent before has come too
        shown = [county.signals("ANY") for county in counties]
        stays = all(each[signal["id"]]["status"] == "WITHDRAWN" for each in shown)
        stage.check("it stays withdrawn in all four counties", stays)
        stage.check("and the four show the same signals", all(each == shown[0] for each in shown))


def case(municipality: str) -> Observation:
    """A case as the police know it; it stays with them."""
    return Observation(
        municipality,
        SiteType.AGENT,
        day_of(datetime.now(UTC)),
        SuspectedCategory.NARCOTICS,
        ShipmentKind.LETTER,
        OriginScope.DOMESTIC,
        frozenset({Indicator.EXCESSIVE_TAPE, Indicator.PRINTED_LABEL}),
    )


def _wait(counties: Sequence[DemoCounty], signals: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """Wait until each county knows each signal; the seconds that each took."""
    return [
        wait_until_seen(
            list(counties),
            (signal["county"], signal["id"]),
            signal["version"],
            path=f"/shipment-signals/{signal['county']}/{signal['id']}",
        )
        for signal in signals
    ]


def _advice(url: str, situation: Mapping[str, Any]) -> dict[str, Any]:
    """The gate's answer; it needs no token."""
    return dict(httpx.post(f"{url}/shipment-alerts/advice", json=situation).raise_for_status().json())
