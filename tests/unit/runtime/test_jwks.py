import asyncio
import json
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog
from joserfc.jwk import ECKey, OctKey, RSAKey

from shared.rejected import Rejected
from shared.runtime import jwks
from shared.runtime.jwks import Keys, parse
from tests.support.waiting import DEADLINE, eventually

FIRST, SECOND = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))


class Issuer:
    """Serves `document` over HTTP and counts the requests; None is an error of the server."""

    def __init__(self) -> None:
        self.document: bytes | None = published(FIRST)
        self.asked = 0
        self.trickles = threading.Event()  # until it is set, spaces are sent instead of the last byte
        self.trickles.set()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(200 if issuer.document else 500)
                self.end_headers()
                self.wfile.write((issuer.document or b"")[:-1])
                with suppress(OSError):  # the client has given up
                    while not issuer.trickles.wait(0.05):
                        self.wfile.write(b" ")
                        self.wfile.flush()
                    self.wfile.write((issuer.document or b"")[-1:])

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/jwks.json"


def published(*keys: ECKey) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    thread = threading.Thread(target=issuer.server.serve_forever, args=(0.01,))
    thread.start()
    yield issuer
    issuer.trickles.set()
    issuer.server.shutdown()
    issuer.server.server_close()
    thread.join()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow keys to be fetched again at once."""
    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 0)


async def test_a_known_key_is_found_without_asking_the_issuer(issuer: Issuer) -> None:
    keys = Keys(issuer.address)

    found = await asyncio.gather(*(keys.find(FIRST.kid) for _ in range(20)))

    assert all(key is not None for key in found)
    assert issuer.asked == 1


async def test_many_tokens_with_unknown_keys_ask_the_issuer_once(issuer: Issuer) -> None:
    keys = Keys(issuer.address)

    assert [await keys.find(f"unknown-{number}") for number in range(20)] == [None] * 20
    assert issuer.asked == 1


@pytest.mark.usefixtures("impatient")
async def test_a_newly_published_key_is_found(issuer: Issuer) -> None:
    keys = Keys(issuer.address)
    await keys.find(FIRST.kid)

    issuer.document = published(FIRST, SECOND)

    assert await keys.find(SECOND.kid) is not None


async def test_an_unreachable_issuer_is_unavailable_and_not_unknown(issuer: Issuer) -> None:
    issuer.document = None
    keys = Keys(issuer.address)

    for _ in range(2):
        with pytest.raises(Rejected) as caught:
            await keys.find(FIRST.kid)
        assert caught.value.slug == "unavailable"
    assert issuer.asked == 1


async def renewing(keys: Keys) -> AsyncIterator[None]:
    task = asyncio.create_task(keys.renew())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("impatient")
async def test_a_removed_key_is_forgotten_without_any_traffic(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "RENEW_SECONDS", 0.01)
    keys = Keys(issuer.address)

    async with asynccontextmanager(renewing)(keys):
        await keys.find(FIRST.kid)

        issuer.document = published(SECOND)

        await eventually(lambda: keys._known(FIRST.kid) is None)
        assert keys._known(SECOND.kid) is not None


@pytest.mark.usefixtures("impatient")
async def test_an_issuer_that_goes_away_leaves_its_keys_in_use(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jwks, "RENEW_SECONDS", 0.01)
    monkeypatch.setattr(jwks, "RETRY_SECONDS", 0.01)
    keys = Keys(issuer.address)

    async with asynccontextmanager(renewing)(keys):
        await keys.find(FIRST.kid)

        issuer.document = None
        asked = issuer.asked

        await eventually(lambda: issuer.asked > asked + 2)
        assert await keys.find(FIRST.kid) is not None


@pytest.mark.usefixtures("impatient")
async def test_a_key_that_is_too_old_waits_for_the_issuer(issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = Keys(issuer.address)
    await keys.find(FIRST.kid)
    issuer.document = None
    monkeypatch.setattr(jwks, "MAX_AGE_SECONDS", -1)

    with pytest.raises(Rejected, match="cannot be had"):
        await keys.find(FIRST.kid)


async def test_an_issuer_that_sends_a_byte_now_and_then_is_given_up(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "FETCH_SECONDS", 0.2)
    issuer.trickles.clear()

    with pytest.raises(Rejected, match="cannot be had"):
        await asyncio.wait_for(Keys(issuer.address).find(FIRST.kid), DEADLINE)


async def test_without_a_key_id_a_single_key_is_meant(issuer: Issuer) -> None:
    assert await Keys(issuer.address).find(None) is not None

    issuer.document = published(FIRST, SECOND)
    assert await Keys(issuer.address).find(None) is None


@pytest.mark.parametrize(
    "address", ["https://[::1", "https://example.se:port/", "https://exa\x01mple.se/", "ftp://a.se/"]
)
async def test_a_bad_address_is_unavailable_and_ends_no_renewal(address: str) -> None:
    keys = Keys(address)

    async with asynccontextmanager(renewing)(keys):
        with pytest.raises(Rejected) as caught:
            await keys.find("x")
    assert caught.value.slug == "unavailable"


async def test_a_missing_key_file_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        await Keys(str(tmp_path / "none.json")).find("x")
    assert caught.value.slug == "unavailable"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": [1]}', b"\xff", b'{"keys": "x"}'])
def test_a_document_that_is_no_key_set_gives_a_plain_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)


def entry(key: ECKey | RSAKey | OctKey = FIRST, **changes: object) -> dict[str, object]:
    return {**key.as_dict(private=False), "kid": "strange", **changes}


@pytest.fixture(scope="module")
def short() -> RSAKey:
    with warnings.catch_warnings(action="ignore"):
        return RSAKey.generate_key(1024)


STRANGE: dict[str, object] = {
    "a curve that nobody knows": entry(crv="P-999"),
    "a kind that nobody knows": {"kty": "AKP", "kid": "strange"},
    "a damaged coordinate": entry(x="%%%"),
    "a point off the curve": entry(x="AAAA"),
    "a kid that is a number": entry(kid=7),
    "a key to encrypt for": entry(use="enc"),
    "a symmetric key": entry(OctKey.generate_key(256)),
    "a number": 1,
    "null": None,
}


@pytest.mark.parametrize("kind", STRANGE)
def test_one_strange_key_leaves_the_others_in_use(kind: str) -> None:
    document = {"keys": [STRANGE[kind], FIRST.as_dict(private=False)]}

    with structlog.testing.capture_logs() as logs:
        assert list(parse(json.dumps(document).encode())) == [FIRST.kid]

    assert [(line["event"], line["position"]) for line in logs] == [("keys.ignored", 0)]


@pytest.mark.filterwarnings("ignore:Key size")
def test_an_rsa_key_under_2048_bits_is_refused(short: RSAKey) -> None:
    document = {"keys": [entry(short), FIRST.as_dict(private=False)]}

    with structlog.testing.capture_logs() as logs:
        assert list(parse(json.dumps(document).encode())) == [FIRST.kid]

    assert "1024 bits" in logs[0]["error"]


def test_two_keys_with_one_kid_are_both_refused() -> None:
    document = {"keys": [entry(FIRST), entry(SECOND), FIRST.as_dict(private=False)]}

    with structlog.testing.capture_logs() as logs:
        assert list(parse(json.dumps(document).encode())) == [FIRST.kid]

    assert [(line["event"], line["kid"]) for line in logs] == [("keys.ignored", "strange")]


def test_a_key_that_is_listed_twice_counts_once() -> None:
    assert list(parse(published(FIRST, FIRST))) == [FIRST.kid]
