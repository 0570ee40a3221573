"""Settings of confluent_kafka's clients for a Kafka: where it is, and how to log in."""

import asyncio
import time

from confluent_kafka import Consumer, KafkaException, TopicPartition

from shared.transport.kafka import KafkaCluster
from shared.transport.login import MECHANISM, LoginRefused

Configuration = dict[str, str | int | bool]
WITHOUT_LEADER = {"_UNKNOWN_PARTITION", "LEADER_NOT_AVAILABLE", "NOT_LEADER_FOR_PARTITION"}
"""Said of a partition whose Kafka has just started, or has stood still and is not yet back."""


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


def watermarks(consumer: Consumer, topic: str, seconds: float) -> tuple[int, int]:
    """The offset of the topic's first record, and the one that its next will have.

    A partition without a leader is asked again until ``seconds`` have passed; then KafkaException.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            first, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=seconds)
        except KafkaException as error:
            if error.args[0].name() not in WITHOUT_LEADER or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return first, end
