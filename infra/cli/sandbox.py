"""The command `norrsam sandbox`: one invented county, for whoever writes a subscriber (docs/subscribing.md)."""

import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from textwrap import fill
from typing import Annotated

import typer
from confluent_kafka import Producer
from rich.console import Console

from infra import topics
from infra.cli.console import console as new_console
from infra.cli.engine import StepReport, explained
from infra.cli.looks import WIDTH
from infra.engine import temporary_engine
from infra.engine.errors import EngineError
from infra.engine.settings import EngineConfig
from infra.kafka.clients import configuration
from infra.sandbox.county import SandboxCounty
from infra.sandbox.report import not_compared, reported
from infra.sandbox.story import SandboxStep, story
from infra.sandbox.truth import SandboxTruth, differences, keep, kept
from shared.contracts.reference import MUNICIPALITIES
from shared.transport.kafka import KafkaCluster

app = typer.Typer(help="An invented county to try a subscriber on, and whether it got everything right.")
SHOWN = 20


@app.callback(invoke_without_command=True)
@explained()
def sandbox(
    context: typer.Context,
    pace: Annotated[float, typer.Option("--pace", help="Seconds from one step to the next.", min=0, max=600)] = 1.0,
    changes: Annotated[int, typer.Option("--changes", help="Ordinary changes within.", min=0, max=100_000)] = 20,
    seed: Annotated[int, typer.Option("--seed", help="The same seed invents the same.", min=0)] = 1,
) -> None:
    """Start a Kafka with one invented county, tell its story, and leave Kafka running until Ctrl-C."""
    if context.invoked_subcommand:
        return
    config, console = EngineConfig.from_environment(), new_console()
    if config.counties[0].code not in {each.county for each in MUNICIPALITIES.values()}:
        raise EngineError(
            f"The sandbox invents a county of the reference data, which {config.counties[0].name} is not."
        )
    keep(truth_file(config), SandboxTruth(0, over=False, states=()))
    county = SandboxCounty(config.counties[0], Random(seed), lambda: datetime.now(UTC))  # noqa: S311 (no secret)
    report = StepReport(console)
    report.doing("starting Kafka")
    try:
        with temporary_engine(
            [county.county], postgres=False, kafka_port=config.kafka_port, progress=report.downloaded
        ) as engine:
            report.close()
            topics.apply(engine.kafka, [each.name for each in config.counties])
            console.print(f"{county.county.name} publishes at {engine.kafka}, without a log-in\n")
            tell(engine.kafka, county, story(county, changes), truth_file(config), console, pace)
            console.print(
                "\nThe story is told. Compare your subscriber: norrsam sandbox check FILE\nCtrl-C ends Kafka."
            )
            with suppress(KeyboardInterrupt):
                while True:
                    time.sleep(3600)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        report.close()


@app.command()
@explained()
def check(
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(help="The subscriber's states in JSON; - reads them from stdin.")
    ],
) -> None:
    """Compare what a subscriber has with what it should have. Exit status 1 if anything differs."""
    report, truth = reported(file.read()), kept(truth_file(EngineConfig.from_environment()))
    if not truth.over:
        typer.echo(f"The story is at step {truth.steps}, and goes on: a subscriber may be behind.")
    wrong = differences(truth.states, report)
    for line in wrong[:SHOWN]:
        typer.echo(fill(line, WIDTH, initial_indent="  ", subsequent_indent="    "))
    if left_out := not_compared(report):
        typer.echo(f"Not in the report, so not compared: {', '.join(left_out)}.")
    if wrong:
        more = f", of which {SHOWN} are shown" if len(wrong) > SHOWN else ""
        typer.echo(f"{len(wrong)} difference{'s' * (len(wrong) > 1)}{more}")
        raise typer.Exit(1)
    typer.echo(f"All {len(report)} states are right.")


def truth_file(config: EngineConfig) -> Path:
    """Where the truth of the last sandbox is kept."""
    return config.data / "sandbox.json"


def tell(
    bootstrap: str,
    county: SandboxCounty,
    steps: Iterable[SandboxStep],
    file: Path,
    console: Console,
    pace: float,
) -> None:
    """Send the records of each step and say what a subscriber does; ``file`` has the truth before the records come."""
    producer = Producer({**configuration(KafkaCluster(bootstrap)), "enable.idempotence": True})
    number = 0
    for number, step in enumerate(steps, 1):
        keep(file, SandboxTruth(number, over=False, states=county.states))
        for each in step.records:
            producer.produce(
                each.topic, key=each.key, value=each.value, headers=list(each.headers), timestamp=each.time
            )
        if producer.flush(30):
            raise EngineError(f"Kafka at {bootstrap} has not taken the records within 30 s.")
        console.print(f"[bold]{number:>3}  {step.what}[/]", highlight=False)
        console.print(fill(step.do, WIDTH, initial_indent=" " * 5, subsequent_indent=" " * 5), highlight=False)
        time.sleep(pace)
    keep(file, SandboxTruth(number, over=True, states=county.states))
