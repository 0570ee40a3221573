"""A webhook: the events as they are sent, the meaning of its answers, and the pauses after a bad one."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from infra.partners import receiver
from infra.partners.agreement import Agreement
from infra.partners.folder import agreement
from infra.partners.own_topic import own_topic
from infra.partners.receiver import Webhook
from infra.partners.webhook import (
    LONGEST_PAUSE_SECONDS,
    WebhookAnswer,
    WebhookMessage,
    allowed_rate,
    headers_of,
    meaning,
    message,
    pause,
    secret_of,
    secret_text,
)
from shared.contracts.counties import parse
from shared.contracts.shipment_codes import Tlp
from shared.runtime.settings import Settings
from tests.unit.partners.test_agreements import GOOD
from tests.unit.partners.test_own_topic import event

URL = "https://events.police.example/norrsam"
HOME, ORIGIN = "norrbotten", "norrbotten.example"
SENT = WebhookMessage("jamtland.1", b"{}")
SECRET = secret_of("a password")
Answering = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def agreed(tmp_path: Path) -> Agreement:
    (tmp_path / "password").write_text("a password")
    (tmp_path / "police.toml").write_text(f'{GOOD}[webhook]\nurl = "{URL}"\n')
    return agreement(Settings(partners=tmp_path, counties=parse("norrbotten:25")), "police")


def record(**changed: Any) -> Any:
    topic, headers, key, payload = event(3, "AMBER")
    return SimpleNamespace(**{"topic": topic, "headers": headers, "key": key, "value": payload, **changed})


def test_an_event_is_a_whole_cloudevent() -> None:
    given = record()
    sent = message(given, HOME)

    assert sent
    body, headers = json.loads(sent.body), {name: value.decode() for name, value in given.headers}
    assert body.pop("data") == json.loads(given.value)
    assert body == {
        "specversion": "1.0",
        "datacontenttype": "application/json",
        **{name.removeprefix("ce_"): value for name, value in headers.items() if name.startswith("ce_")},
    }
    assert sent.id == f"{given.topic.split('.')[0]}.{headers['ce_id']}"


def test_an_event_on_the_partners_own_topic_is_its_countys() -> None:
    given = record()
    shown = message(SimpleNamespace(**{**vars(given), "topic": own_topic(HOME, "police", Tlp.AMBER)}), HOME)

    assert shown == message(given, HOME)


@pytest.mark.parametrize(
    "changed",
    [
        {"value": b"{"},
        {"value": None},
        {"value": b"[1]"},
        {"value": b'{"name": NaN}'},
        {"value": b'{"name": "\\ud800"}'},
        {"value": b"[" * 100_000},
        {"headers": ()},
        {"topic": "jamtland.shared.actors.v1"},
    ],
)
def test_what_is_no_true_event_is_not_sent(changed: dict[str, Any]) -> None:
    assert message(record(**changed), HOME) is None


def test_the_signature_is_that_of_standard_webhooks() -> None:
    headers = headers_of(SENT, SECRET, 1_795_975_377.9)

    key = base64.b64decode(secret_text(SECRET).removeprefix("whsec_"))
    signed = hmac.new(key, b"jamtland.1.1795975377.{}", hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(signed).decode()}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("jamtland.1", "1795975377")
    assert 24 <= len(key) <= 64


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((200, 202, 204), WebhookAnswer.TAKEN),
        ((400, 409, 413, 415, 422), WebhookAnswer.REFUSED),
        ((301, 302, 307, 401, 403, 404, 408, 410, 429, 500, 503), WebhookAnswer.AGAIN),
    ],
)
def test_a_status_is_about_the_event_or_the_receiver(statuses: tuple[int, ...], expected: WebhookAnswer) -> None:
    assert {meaning(each) for each in statuses} == {expected}


@pytest.mark.parametrize(
    ("failures", "status", "retry_after", "seconds"),
    [
        (1, 500, None, 1),
        (5, None, None, 16),
        (40, 500, None, LONGEST_PAUSE_SECONDS),
        (1, 429, "120", 120),
        (9, 429, "120", 256),
        (1, 503, "Fri, 04 Dec 2026 10:00:00 GMT", 1),
        (1, 503, "-5", 1),
        (1, 429, "9999999999", LONGEST_PAUSE_SECONDS),
        (1, 410, None, LONGEST_PAUSE_SECONDS),
    ],
)
def test_a_pause_grows_to_a_day(failures: int, status: int | None, retry_after: str | None, seconds: float) -> None:
    assert pause(failures, status, retry_after) == seconds


@pytest.mark.parametrize(
    ("status", "headers", "rate"),
    [
        (200, {"webhook-allowed-origin": ORIGIN}, float("inf")),
        (204, {"webhook-allowed-origin": "*", "webhook-allowed-rate": "120"}, 120),
        (200, {"webhook-allowed-origin": "*", "webhook-allowed-rate": "*"}, float("inf")),
        (200, {"webhook-allowed-origin": "*", "webhook-allowed-rate": "0"}, None),
        (200, {"webhook-allowed-origin": "*", "webhook-allowed-rate": "0.5"}, None),
        (200, {"webhook-allowed-origin": "elsewhere.example"}, None),
        (200, {}, None),
        (405, {"webhook-allowed-origin": "*"}, None),
    ],
)
def test_an_address_says_whether_it_wants_events(status: int, headers: dict[str, str], rate: float | None) -> None:
    assert allowed_rate(ORIGIN, status, headers) == rate


class Receiver:
    """A partner's address, which answers each event with the next of its answers; and what it was asked."""

    def __init__(self, agreed: Agreement, folder: Path, *answers: int | Exception | dict[str, str]) -> None:
        self.answers, self.asked, self.pauses = list(answers), list[httpx.Request](), list[float]()
        self.allows = {"webhook-allowed-origin": ORIGIN}
        self.clients: list[httpx.AsyncClient] = []
        self.webhook = Webhook(HOME, agreed, folder / "password", ORIGIN, self._connect, sleep=self._sleep)

    def _connect(self) -> httpx.AsyncClient:
        self.clients.append(httpx.AsyncClient(transport=httpx.MockTransport(self._answer)))
        return self.clients[-1]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.method == "OPTIONS":
            return httpx.Response(200, headers=self.allows, stream=httpx.ByteStream(b"ok"))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, headers = (429, answer) if isinstance(answer, dict) else (answer, {})
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b"ok"))

    async def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.allows["webhook-allowed-origin"] = ORIGIN


async def test_an_event_is_sent_until_it_is_taken(agreed: Agreement, tmp_path: Path) -> None:
    away = httpx.ConnectError("refused")
    receiver = Receiver(agreed, tmp_path, away, httpx.ReadTimeout("slow"), 500, 302, {"retry-after": "60"}, 204)

    reply = await receiver.webhook.deliver(SENT)

    assert reply.meaning is WebhookAnswer.TAKEN
    assert receiver.pauses == [1, 2, 4, 8, 60, 0]
    asked, *posts = receiver.asked
    assert (asked.method, asked.headers["webhook-request-origin"]) == ("OPTIONS", ORIGIN)
    assert [(each.method, str(each.url), each.content) for each in posts] == [("POST", URL, b"{}")] * 6


async def test_after_no_answer_the_next_try_has_a_connection(agreed: Agreement, tmp_path: Path) -> None:
    receiver = Receiver(agreed, tmp_path, httpx.ReadTimeout("slow"), 500, 204)

    await receiver.webhook.deliver(SENT)

    assert [each.is_closed for each in receiver.clients] == [True, False]


async def test_an_event_that_is_refused_is_sent_once(agreed: Agreement, tmp_path: Path) -> None:
    receiver = Receiver(agreed, tmp_path, 422)

    reply = await receiver.webhook.deliver(SENT)

    assert (reply.meaning, reply.said) == (WebhookAnswer.REFUSED, "it answers 422")
    assert receiver.pauses == [0]


async def test_who_does_not_want_events_is_sent_none(agreed: Agreement, tmp_path: Path) -> None:
    receiver = Receiver(agreed, tmp_path, 200)
    receiver.allows["webhook-allowed-origin"] = "elsewhere.example"

    await receiver.webhook.deliver(SENT)

    assert [each.method for each in receiver.asked] == ["OPTIONS", "OPTIONS", "POST"]
    assert receiver.pauses == [1, 0]


async def test_no_more_come_than_the_receiver_wants(agreed: Agreement, tmp_path: Path) -> None:
    receiver = Receiver(agreed, tmp_path, 200, 200)
    receiver.allows["webhook-allowed-rate"] = "30"

    for each in ("jamtland.1", "jamtland.2"):
        await receiver.webhook.deliver(replace(SENT, id=each))

    assert receiver.pauses == [2, 2]
    assert [each.method for each in receiver.asked] == ["OPTIONS", "POST", "POST"]


async def test_an_answer_without_end_does_not_hold_it_up(
    agreed: Agreement, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "ANSWERS_WITHIN_SECONDS", 0.05)
    address = Receiver(agreed, tmp_path)

    async def hang(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(address.webhook.client, "send", hang)

    reply = await address.webhook.send(SENT)

    assert (reply.meaning, reply.said) == (WebhookAnswer.AGAIN, "no answer: TimeoutError")


def test_each_password_has_its_own_key() -> None:
    assert secret_of("one") != secret_of("another")
    assert secret_of("one\n") == secret_of("one")


async def test_a_new_password_counts_at_once(agreed: Agreement, tmp_path: Path) -> None:
    receiver = Receiver(agreed, tmp_path, 200, 200)
    await receiver.webhook.deliver(SENT)

    (tmp_path / "password").write_text("another")
    await receiver.webhook.deliver(SENT)

    _, *posts = receiver.asked
    times = [float(each.headers["webhook-timestamp"]) for each in posts]
    expected = [
        headers_of(SENT, secret_of(each), at) for each, at in zip(("a password", "another"), times, strict=True)
    ]
    assert [each.headers["webhook-signature"] for each in posts] == [each["webhook-signature"] for each in expected]


async def test_an_address_that_is_agreed_no_more_does_not_wait(agreed: Agreement, tmp_path: Path) -> None:
    labels = {"county": HOME, "partner": "police"}
    async with receiver.webhook(HOME, agreed, ORIGIN, tmp_path / "password"):
        receiver.WAITS.labels(**labels).set(1)

    assert REGISTRY.get_sample_value("norrsam_partner_webhook_waits", labels) is None
