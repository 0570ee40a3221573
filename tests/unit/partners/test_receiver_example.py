"""The receiver of webhooks that the page for subscribers shows, against what the county posts."""

import threading
import time
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import pytest

from infra.partners.folder import agreement
from infra.partners.receiver import Webhook
from infra.partners.webhook import WebhookMessage, headers_of, message, secret_of, secret_text
from shared.contracts.counties import parse
from shared.contracts.topics import topic_name
from shared.protocol.envelope import numbered
from shared.runtime.settings import Settings
from tests.unit.partners.test_agreements import GOOD
from tests.unit.partners.test_own_topic import event

ORIGIN, TYPE = "norrbotten.example", b"se.norrsam.actors.ActorChanged.v1"
DOCS = Path(__file__).parents[3] / "docs"
SECRET = secret_of("a password")


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = spec_from_file_location("receive_webhook", DOCS / "examples" / "receive_webhook.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEBHOOK_SECRET", secret_text(SECRET))
        patch.setenv("WEBHOOK_ORIGIN", ORIGIN)
        spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def url(example: ModuleType) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), example.Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/norrsam"
        server.shutdown()
        thread.join()


def sent(version: int, name: str) -> WebhookMessage:
    """An actor of Jämtland as the county posts it."""
    _, headers, key, _ = event(version, "AMBER")
    changed = {"ce_source": b"/counties/jamtland/actors", "ce_type": TYPE}
    known = {name: changed.get(name, value) for name, value in headers if name not in ("ce_epoch", "ce_sequence")}
    named = numbered(list(known.items()), 1, version)
    topic, value = topic_name("jamtland", "actors"), f'{{"name": "{name}"}}'.encode()
    made = message(SimpleNamespace(topic=topic, headers=named, key=key, value=value), "norrbotten")
    assert made
    return made


def test_the_page_shows_the_receiver_that_is_tested() -> None:
    assert (DOCS / "examples" / "receive_webhook.py").read_text().strip() in (DOCS / "subscribing.md").read_text()


async def test_a_county_is_let_in_and_the_newest_wins(
    url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "password").write_text("a password")
    (tmp_path / "police.toml").write_text(f'{GOOD}[webhook]\nurl = "{url}"\n')
    agreed = agreement(Settings(partners=tmp_path, counties=parse("norrbotten:25")), "police")
    async with httpx.AsyncClient(trust_env=False) as client:
        to = Webhook("norrbotten", agreed, tmp_path / "password", ORIGIN, lambda: client)
        replies = [await to.send(sent(*each)) for each in ((1, "Skola"), (3, "Nya skolan"), (2, "Skolan"), (3, "Åter"))]
        stranger = await Webhook("norrbotten", agreed, tmp_path / "password", "other.example", lambda: client).send(
            sent(4, "x")
        )

    assert [each.status for each in replies] == [204] * 4
    assert stranger.status is None
    assert capfd.readouterr().out.splitlines() == [f"{TYPE.decode()} Skola", f"{TYPE.decode()} Nya skolan"]


@pytest.mark.parametrize(
    ("changes", "body", "status"),
    [
        ({}, b"[]", 400),
        ({}, b"{", 400),
        ({"webhook-signature": "v1,AAAA"}, b"{}", 401),
        ({"webhook-signature": "v1,\u00e5"}, b"{}", 401),
        ({"webhook-id": "other"}, b"{}", 401),
        ({"webhook-timestamp": "soon"}, b"{}", 401),
    ],
)
def test_what_is_not_signed_or_no_event_is_refused(url: str, changes: dict[str, Any], body: bytes, status: int) -> None:
    headers = {**headers_of(WebhookMessage("jamtland.1", body), SECRET, time.time()), **changes}
    named = {name: value.encode("latin-1") for name, value in headers.items()}
    assert httpx.post(url, content=body, headers=named, trust_env=False).status_code == status


def test_an_old_signature_is_refused(url: str) -> None:
    headers = headers_of(WebhookMessage("jamtland.1", b"{}"), SECRET, time.time() - 400)
    assert httpx.post(url, content=b"{}", headers=headers, trust_env=False).status_code == 401
