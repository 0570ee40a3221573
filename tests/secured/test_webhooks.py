"""A partner without Kafka: what it may read comes to its address, whatever that answers in between."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.engine import Engine
from infra.engine.ports import free_ports
from infra.kafka.clients import configuration
from infra.kafka.folder import KafkaSecrets
from infra.partners import bundle, keeping, receiver
from infra.partners.folder import agreement
from infra.partners.keeping import Keeper
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.topics import topic_name
from shared.runtime.settings import Settings
from tests.secured.partnership import HOLDS, HOME, POLICE, run
from tests.support.serving import served
from tests.support.waiting import DEADLINE, eventually
from tests.unit.partners.test_own_topic import TOPIC as SHARED_SIGNALS
from tests.unit.partners.test_own_topic import event

PARKED = f"{HOME}.partners.police.parked.v1"


class Address:
    """An agency's program, which checks each signature. It answers 500 to the first try of each, 422 to ``refused``."""

    def __init__(self) -> None:
        self.secret, self.refused = b"", set[str]()
        self.tries, self.taken = Counter[str](), list[dict[str, Any]]()
        self.app = Starlette(routes=[Route("/events", self._answer, methods=["POST", "OPTIONS"])])

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(headers={"WebHook-Allowed-Origin": request.headers["webhook-request-origin"]})
        body, given = await request.body(), request.headers
        signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + body
        signature = base64.b64encode(hmac.new(self.secret, signed, hashlib.sha256).digest()).decode()
        assert given["webhook-signature"] == f"v1,{signature}"
        self.tries[given["webhook-id"]] += 1
        if self.tries[given["webhook-id"]] == 1:
            return Response(status_code=500)
        said = json.loads(body)
        if said["subject"] in self.refused:
            return Response(status_code=422)
        self.taken.append(said)
        return Response(status_code=204)

    def versions(self, *signals: UUID) -> list[tuple[str, str]]:
        """(subject, version) of what was taken of these signals, in order."""
        wanted = [str(each) for each in signals]
        return [(each["subject"], each["aggregateversion"]) for each in self.taken if each["subject"] in wanted]


def agree(file: Path, text: str) -> None:
    """The agreement is as ``text`` says."""
    file.write_text(text)


@asynccontextmanager
async def kept(settings: Settings, secured: Engine, secrets: KafkaSecrets) -> AsyncIterator[None]:
    """`norrsam partners run` is at work."""
    assert secured.own_kafka
    work = asyncio.create_task(Keeper(settings, HOME, secured.own_kafka.administered, secrets.passwords).run())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.wait([work])


async def test_a_webhook_takes_all_in_order_and_parks_what_it_refuses(
    agreed: dict[str, str], secured: Engine, secrets: KafkaSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "pause", lambda *_: 0.01)
    monkeypatch.setattr(keeping, "EVERY", 0.2)
    (port,), address = free_ports(1), Address()
    file, url = Path(agreed["NORRSAM_PARTNERS"], "police.toml"), f"http://127.0.0.1:{port}/events"
    agree(file, f'{HOLDS}[webhook]\nurl = "{url}"\n')
    said = await asyncio.to_thread(run, agreed, secrets, "apply")
    assert f"add     topic {PARKED}\n" in said
    assert secured.own_kafka
    settings = Settings(partners=file.parent, counties=parse(DEFAULT))
    files = bundle.files(settings, HOME, agreement(settings, "police"), "a:1", (secrets.passwords / POLICE).read_text())
    address.secret = base64.b64decode(files["webhook-secret"].removeprefix("whsec_"))
    assert url in files["avtal.txt"]
    first, second, refused, secret = (uuid4() for _ in range(4))
    address.refused.add(str(refused))
    producer = Producer(configuration(secured.own_kafka.administered))

    def publish(version: int, label: str, signal: UUID) -> None:
        topic, headers, key, payload = event(version, label, signal=signal)
        producer.produce(topic, payload, key, headers=headers)
        assert producer.flush(DEADLINE) == 0

    async def all_is_committed() -> None:
        assert secured.own_kafka
        kafka, agreed_on = secured.own_kafka.administered, agreement(settings, "police")
        topic = agreed_on.own_topic(HOME) or ""
        assert (await kafka.committed(f"{agreed_on.groups}post")).get(topic) == (await kafka.ends([topic]))[topic]

    for version in (1, 2, 3):
        publish(version, "AMBER", first)
    publish(1, "AMBER+STRICT", secret)
    publish(1, "AMBER", refused)
    async with kept(settings, secured, secrets):
        await asyncio.sleep(0.5)  # nobody answers yet
        async with served(address.app, port):
            publish(1, "GREEN", second)
            expected = [(str(first), each) for each in "123"] + [(str(second), "1")]
            await eventually(lambda: address.versions(first, second) == expected)
            await eventually(all_is_committed)  # cut off before, it would send again, and park again

    publish(2, "GREEN", second)
    async with served(address.app, port), kept(settings, secured, secrets):
        await eventually(lambda: address.versions(second)[-1:] == [(str(second), "2")])

    assert address.versions(secret, refused) == []
    assert "its webhook has refused 1: norrsam partners retry police" in await asyncio.to_thread(
        run, agreed, secrets, "list"
    )
    address.refused.clear()
    async with served(address.app, port):
        again = await asyncio.to_thread(run, agreed, secrets, "retry", "police")
    assert again.count("it answers 204") == 1
    assert address.versions(refused) == [(str(refused), "1")]
    assert {each["source"] for each in address.taken if each["subject"] == str(first)} == {
        "/counties/jamtland/shipment-signals"
    }
    assert "refused" not in await asyncio.to_thread(run, agreed, secrets, "list")

    agree(file, HOLDS)
    assert f"delete  topic {PARKED}\n" in await asyncio.to_thread(run, agreed, secrets, "apply")
    admin = AdminClient(configuration(secured.own_kafka.administered))
    await eventually(lambda: PARKED not in admin.list_topics(timeout=DEADLINE).topics)  # Kafka deletes a little later
    assert topic_name("jamtland", "shipment-signals") == SHARED_SIGNALS
