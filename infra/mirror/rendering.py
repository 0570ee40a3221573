"""Renders the configuration of a county's mirror. The reason for each setting is in infra/kafka/mirror.properties."""

import string
from collections.abc import Iterator, Mapping
from pathlib import Path

from infra.kafka.properties import escaped
from shared.transport.kafka import KafkaCluster
from shared.transport.login import MECHANISM, KafkaLogin

_TEMPLATE = Path(__file__).parent.parent / "kafka" / "mirror.properties"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"


def render(county: str, own: KafkaCluster, others: Mapping[str, KafkaCluster]) -> str:
    """The .properties file of the mirror of ``county``, which brings the shared topics of ``others`` to ``own``.

    A password is named by its file; the file itself is not read. ValueError if a path cannot be named so, or if two
    counties have one Kafka: it would be mirrored to itself.
    """
    kafkas = {county: own, **others}
    if len({kafka.bootstrap for kafka in kafkas.values()}) < len(kafkas):
        raise ValueError("two of these counties have a Kafka at the same address")
    folders = sorted(
        {_folder(kafka.login.password) for kafka in kafkas.values() if kafka.login and kafka.login.password}
    )
    text = string.Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        county=county, clusters=", ".join(kafkas), folders=escaped(",".join(folders))
    )
    lines = [line for name, kafka in kafkas.items() for line in ("", f"# {name}", *_kafka(name, kafka))]
    lines += [line for other in others for line in ("", *_flow(other, county))]
    return "\n".join([text.rstrip(), *lines, ""])


def _flow(source: str, target: str) -> Iterator[str]:
    """The shared topics of ``source`` alone. Dots are in brackets, for one backslash would be lost."""
    yield f"{source}->{target}.enabled = true"
    yield f"{source}->{target}.topics = {source}[.]shared[.].*"


def _kafka(name: str, kafka: KafkaCluster) -> Iterator[str]:
    yield f"{name}.bootstrap.servers = {kafka.bootstrap}"
    if kafka.login:
        yield from (f"{name}.{key} = {escaped(value)}" for key, value in _login(kafka.login))


def _login(login: KafkaLogin) -> Iterator[tuple[str, str]]:
    yield "security.protocol", login.protocol
    yield "ssl.truststore.type", "PEM"
    yield "ssl.truststore.location", str(login.ca.absolute())
    if login.password:
        secret = f"${{dir:{_folder(login.password)}:{login.password.name}}}"
        yield "sasl.mechanism", MECHANISM
        yield "sasl.jaas.config", f'{_SCRAM} required username="{login.user}" password="{secret}";'


def _folder(password: Path) -> str:
    """The folder of a password. ValueError if its path has a character that ends it in a reference or in a list."""
    found = str(password.parent.absolute())
    if wrong := {*found, *password.name} & set(',:}"'):
        raise ValueError(f"{password} has {wrong.pop()!r} in its path: Kafka cannot read a password there")
    return found
