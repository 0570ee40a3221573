"""Settings of confluent_kafka's clients for a Kafka: where it is, and how to log in."""

import asyncio

from confluent_kafka import KafkaException

from shared.transport.kafka import KafkaCluster
from shared.transport.login import MECHANISM, LoginRefused

Configuration = dict[str, str | int | bool]


def configuration(kafka: KafkaCluster) -> Configuration:
    """The configuration of a client of ``kafka``. LoginRefused names the setting of a file in error."""
    found: Configuration = {"bootstrap.servers": kafka.bootstrap, "log_level": 0}
    if login := kafka.login:
        login.context()  # names a file that is not right
        found |= {"security.protocol": login.protocol, "ssl.ca.location": str(login.ca)}
        if login.password:
            found |= {"sasl.mechanism": MECHANISM, "sasl.username": login.user, "sasl.password": login.read_password()}
        if login.certificate:
            found |= {"ssl.certificate.location": str(login.certificate), "ssl.key.location": str(login.certificate)}
    return found


def said(kafka: KafkaCluster, error: Exception) -> str:
    """The fault of a client, a sentence without its end: why the log-in is refused, if it is."""
    if isinstance(error, LoginRefused):
        return str(error)
    if kafka.login and (refused := asyncio.run(kafka.login.refusal(kafka.bootstrap))):
        return refused
    if isinstance(error, KafkaException):
        return f"Kafka at {kafka.bootstrap} (NORRSAM_KAFKA) does not do it: {error.args[0].str()}"
    return f"Kafka at {kafka.bootstrap} (NORRSAM_KAFKA) does not answer: {error}"
