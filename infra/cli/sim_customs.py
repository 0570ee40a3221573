"""`norrsam sim customs`: customs, or another partner agency, answer the signals that they were shown."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from infra.access.users import partner_user
from infra.cli.local import operator_settings
from infra.demo import agency as side
from infra.kafka.clients import configuration, said
from infra.partners.own_topic import own_topic
from infra.partners.table import REPLIES_KEPT, replies_topic
from shared.contracts.partner_replies import ReplyCode
from shared.contracts.shipment_codes import Tlp
from shared.runtime.kafka import kafka_of
from shared.runtime.settings import SettingsError
from shared.transport.kafka import KafkaCluster, is_from_kafka

app = typer.Typer(help="Customs answer the signals that they were shown.", no_args_is_help=True)


@app.callback()
def customs() -> None:
    """Customs answer the signals that they were shown."""


@app.command()
def answer(
    county: Annotated[str, typer.Option("--county", help="The county that shows the signals.")],
    code: Annotated[str, typer.Option("--code", help=f"One of {', '.join(ReplyCode.codes())}.")] = "ACKNOWLEDGED",
    signal: Annotated[UUID | None, typer.Option("--signal", help="One signal; all that hold if none is named.")] = None,
    agency: Annotated[str, typer.Option("--agency", help="The agency, as its agreement is named.")] = "customs",
) -> None:
    """Answer as the agency. A Kafka without log-ins, as that of `norrsam up`, is first made to show it the signals."""
    if code not in ReplyCode.codes():
        raise SettingsError(f"--code is one of {', '.join(ReplyCode.codes())}.")
    settings = operator_settings(county)
    name = settings.county(county).name
    user = partner_user(name, agency)
    kafka = kafka_of(settings.model_copy(update={"kafka_user": user}), name, agency)
    try:
        if kafka.login is None:
            _make_topics(kafka, name, agency)
            asyncio.run(side.show(kafka, name, agency, [each.name for each in settings.counties]))
        answered = asyncio.run(side.answer(kafka, name, agency, ReplyCode(code), signal))
    except Exception as error:
        if isinstance(error, KafkaException) or is_from_kafka(error):
            raise SettingsError(f"{said(kafka, error)}.") from None
        raise
    for each in answered:
        typer.echo(f"{agency} {code} {each} version {each.version}")
    if not answered:
        typer.echo(f"{agency} was shown no such signal that holds.")


def _make_topics(kafka: KafkaCluster, county: str, agency: str) -> None:
    wanted = {own_topic(county, agency, Tlp.AMBER): {}, replies_topic(county, agency): REPLIES_KEPT}
    admin = AdminClient(configuration(kafka))
    there = admin.list_topics(timeout=10).topics
    made = [NewTopic(topic, 1, 1, config=dict(kept)) for topic, kept in wanted.items() if topic not in there]
    for future in admin.create_topics(made).values() if made else ():
        future.result()
