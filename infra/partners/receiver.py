"""The address of a partner that has a webhook: it is asked, sent to, and waited for."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import structlog
from prometheus_client import Gauge

from infra.partners.agreement import Agreement
from infra.partners.webhook import (
    WebhookAnswer,
    WebhookMessage,
    allowed_rate,
    headers_of,
    meaning,
    pause,
    secret_of,
)

ANSWERS_WITHIN_SECONDS = 20.0
ASKED_AGAIN_SECONDS = 86_400.0
SHORT_BYTES = 8_192

WAITS = Gauge("norrsam_partner_webhook_waits", "Whether a partner's webhook takes nothing", ["county", "partner"])

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WebhookReply:
    """The answer to one request, in words; ``status`` is None if there was none."""

    status: int | None
    said: str
    retry_after: str | None = None

    @property
    def meaning(self) -> WebhookAnswer:
        """Its meaning for the event that was sent."""
        return WebhookAnswer.AGAIN if self.status is None else meaning(self.status)

    @property
    def do(self) -> str:
        """Advice to an operator; empty if the event was taken."""
        return "" if self.meaning is WebhookAnswer.TAKEN else "ask the agency; docs/runbook.md, A webhook takes nothing"


def new_client() -> httpx.AsyncClient:
    """A client that waits a while for each part of an answer, and goes nowhere else."""
    return httpx.AsyncClient(timeout=ANSWERS_WITHIN_SECONDS, follow_redirects=False)


@dataclass(slots=True)
class Webhook:
    """A partner's address, and the client that sends to it. ``origin`` is the county's name for the receiver.

    The client is made anew after each attempt without an answer: httpx 0.28 never gives back the connection of a
    request that is cancelled, and has a hundred of them.
    """

    county: str
    agreed: Agreement
    password: Path
    origin: str
    connect: Callable[[], httpx.AsyncClient] = new_client
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    pause_between: float = 0.0
    asked_at: float | None = None
    client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.connect()

    async def send(self, sent: WebhookMessage) -> WebhookReply:
        """Try once."""
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
                if not await self._is_wanted():
                    return WebhookReply(None, f"it does not allow {self.origin} (WebHook-Allowed-Origin)")
                secret = secret_of(await asyncio.to_thread(self.password.read_text, "ascii"))  # it may be a new one
                answer = await self._ask("POST", headers_of(sent, secret, time.time()), sent.body)
        except (httpx.HTTPError, TimeoutError) as error:
            lost, self.client = self.client, self.connect()
            await lost.aclose()
            return WebhookReply(None, f"no answer: {type(error).__name__}")
        return WebhookReply(answer.status_code, f"it answers {answer.status_code}", answer.headers.get("retry-after"))

    async def deliver(self, sent: WebhookMessage) -> WebhookReply:
        """Send until it is taken or refused."""
        failures, waits = 0, WAITS.labels(self.county, self.agreed.agency)
        while (reply := await self.send(sent)).meaning is WebhookAnswer.AGAIN:
            failures += 1
            if failures == 1:
                log.warning("partners.webhook-waits", partner=self.agreed.agency, reason=reply.said)
            waits.set(1)
            await self.sleep(pause(failures, reply.status, reply.retry_after))
        if failures:
            log.info("partners.webhook-takes", partner=self.agreed.agency, failures=failures)
        waits.set(0)
        await self.sleep(self.pause_between)
        return reply

    async def _is_wanted(self) -> bool:
        """Whether the address wants events from here. It is asked once a day."""
        if self.asked_at is not None and time.monotonic() - self.asked_at < ASKED_AGAIN_SECONDS:
            return True
        answer = await self._ask("OPTIONS", {"webhook-request-origin": self.origin})
        rate = allowed_rate(self.origin, answer.status_code, answer.headers)
        if rate is None:
            return False
        self.pause_between, self.asked_at = 60 / rate, time.monotonic()
        return True

    async def _ask(self, method: str, headers: dict[str, str], body: bytes = b"") -> httpx.Response:
        """The answer's head. Its body is read as far as it is short, so that the connection can be used again."""
        assert self.agreed.webhook
        async with self.client.stream(method, self.agreed.webhook.url, headers=headers, content=body) as answer:
            read = 0
            async for part in answer.aiter_raw():
                if (read := read + len(part)) > SHORT_BYTES:
                    break
            return answer


@asynccontextmanager
async def webhook(county: str, agreed: Agreement, origin: str, password: Path) -> AsyncIterator[Webhook]:
    """The webhook of a partner, with a client of its own. To send raises OSError if its password is not there."""
    made = Webhook(county, agreed, password, origin)
    try:
        yield made
    finally:
        await made.client.aclose()
        WAITS.remove(county, agreed.agency)  # or it would be said to wait for ever
