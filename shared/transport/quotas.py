"""Reads and sets Kafka's quotas, which none of our administration clients can (KIP-546).

Both requests are of version 0, without the tagged fields of later ones: Kafka 4 answers it, and aiokafka has that of
reading. The one that sets is described here as Kafka's AlterClientQuotasRequest.json has it.
"""

from collections.abc import Mapping
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from shared.transport.kafka import KafkaCluster

Entity = tuple[str, str]
"""A user or an address, as ("user", "norrbotten-partner-police") or ("ip", "192.0.2.10")."""
Quotas = dict[Entity, dict[str, float]]
"""The quotas of each, by Kafka's names: consumer_byte_rate, request_percentage, connection_creation_rate, ...."""

ASK_MS = 15_000
_ANY = 2
"""Of a kind, all that have a name (match_type)."""
_ENTITY = Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8")))


class _AlterResponse(Response):
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("entries", Array(("error_code", Int16), ("error_message", String("utf-8")), ("entity", _ENTITY))),
    )


class _AlterStruct(RequestStruct):
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _AlterResponse
    SCHEMA = Schema(
        (
            "entries",
            Array(
                ("entity", _ENTITY), ("ops", Array(("key", String("utf-8")), ("value", Float64), ("remove", Boolean)))
            ),
        ),
        ("validate_only", Boolean),
    )


class _Alter(Request[_AlterStruct]):
    API_KEY = 49

    def __init__(self, entries: list[Any]) -> None:
        self._entries = entries

    def build(self, request_struct_class: type[_AlterStruct]) -> _AlterStruct:
        return request_struct_class(self._entries, False)


async def quotas(kafka: KafkaCluster) -> Quotas:
    """All quotas of users and of addresses. KafkaError or OSError if it does not answer, or refuses."""
    found: Quotas = {}
    for kind in ("user", "ip"):
        answer = await _ask(kafka, DescribeClientQuotasRequest([(kind, _ANY, None)], True))
        _raise(answer.error_code, answer.error_message)
        for entity, values in answer.entries or []:
            found[kind, str(entity[0][1] or "<default>")] = {name: float(value) for name, value in values}
    return found


async def set_quotas(kafka: KafkaCluster, entity: Entity, wanted: Mapping[str, float], gone: set[str]) -> None:
    """Set these quotas of one user or address, and take those away that are ``gone``. Errors as above."""
    operations = [(name, value, False) for name, value in wanted.items()] + [(name, 0.0, True) for name in gone]
    answer = await _ask(kafka, _Alter([([entity], operations)]))
    for code, message, _ in answer.entries:
        _raise(code, message)


async def _ask(kafka: KafkaCluster, request: Request[Any]) -> Any:
    host, _, port = kafka.bootstrap.split(",")[0].strip().rpartition(":")
    arguments = kafka.login.arguments() if kafka.login else {}
    conn = await create_conn(host.strip("[]"), int(port), request_timeout_ms=ASK_MS, **arguments)
    try:
        return await conn.send(request)
    finally:
        await conn.close()


def _raise(code: int, message: str | None) -> None:
    kind: type[KafkaError] = for_code(code)
    if code:
        raise kind(message or "quotas")
