"""`norrsam demo`: the main job, from nothing to proof."""

from contextlib import ExitStack
from typing import Annotated

import typer


def demo(
    federated: Annotated[
        bool, typer.Option("--federated", help="With a Kafka and a mirror of its own for each county.")
    ] = False,
) -> None:
    """Play the story of four counties on an engine of its own; exit 0 only if all came true."""
    from infra.cli.county import local_token
    from infra.cli.engine import StepReport
    from infra.cli.import_ import shipped
    from infra.demo import follow_ups, initiatives, meetings, reports, shipments, story, trainings
    from infra.demo.county import DemoCounty
    from infra.demo.mail import with_mailboxes
    from infra.demo.police import Police
    from infra.demo.stage import Stage
    from infra.engine import temporary_engine

    stage = Stage()
    with ExitStack() as stack:
        with stage.step("Kafka and PostgreSQL start, in a folder of their own"):
            report = StepReport(stage.console)
            engine = stack.enter_context(temporary_engine(federated=federated, fsync=True, progress=report.downloaded))
            report.close()

        def new_county(name: str, url: str) -> DemoCounty:
            county = DemoCounty(name, url, local_token(engine.config.data, name, ["COUNTY_COORDINATOR"]))
            stack.callback(county.close)
            return county

        codes = {county.name: county for county in engine.config.counties}

        def new_police(county: DemoCounty) -> Police:
            token = local_token(engine.config.data, county.name, ["POLICE"])
            police = Police(codes[county.name], county.url, token)
            stack.callback(police.close)
            return police

        counties = story.set_up(stage, engine, new_county)
        story.import_directories(
            stage,
            counties,
            {county.name: with_mailboxes(shipped(county.name).read_bytes(), county.name) for county in counties},
        )
        story.measure(stage, counties)
        story.read_as_partner(stage, engine, counties)
        police = {county.name: new_police(county) for county in counties}
        shipments.ask_the_gate(stage, counties)
        *_, signal = shipments.release(stage, engine, counties, police)
        shipments.withdraw(stage, engine, counties, police, signal)
        trainings.tell(stage, engine, counties)
        meetings.tell(stage, engine, counties)
        follow_ups.tell(stage, counties)
        initiatives.tell(stage, engine, counties)
        reports.tell(stage, counties)
        story.kill_a_county(stage, engine, counties)
        story.stop_kafka(stage, engine, counties)
        story.trace(stage, engine, counties)
        story.compare(stage, counties)
    stage.console.print(
        "\nOn a screen: `make up`, then `.venv/bin/norrsam open --county jamtland --role COUNTY_COORDINATOR`; the "
        "workspaces are at http://127.0.0.1:8222 to 8225."
    )
    if not stage.end():
        raise typer.Exit(1)
