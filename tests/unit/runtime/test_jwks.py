import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, OctKey

from shared.rejected import Rejected
from shared.runtime import jwks
from shared.runtime.jwks import Keys, parse
from tests.support.waiting import eventually

FIRST, SECOND = (ECKey.generate_key("P-256", auto_kid=True) for _ in range(2))


class Issuer:
    """Serves `document` over HTTP and counts how often it is asked; None is an error of the server."""

    def __init__(self) -> None:
        self.document: bytes | None = published(FIRST)
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked += 1
                self.send_response(200 if issuer.document else 500)
                self.end_headers()
                self.wfile.write(issuer.document or b"")

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
    issuer.server.shutdown()
    issuer.server.server_close()
    thread.join()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys may be fetched again at once."""
    monkeypatch.setattr(jwks, "REFETCH_SECONDS", 0)


async def test_given_a_key_is_known_when_looked_for_again_then_nobody_is_asked(issuer: Issuer) -> None:
    keys = Keys(issuer.address)
    found = await asyncio.gather(*(keys.find(FIRST.kid) for _ in range(20)))
    assert all(key is not None for key in found)
    assert issuer.asked == 1


async def test_given_many_tokens_with_unknown_keys_when_looked_for_then_the_issuer_is_asked_once(
    issuer: Issuer,
) -> None:
    keys = Keys(issuer.address)
    assert [await keys.find(f"unknown-{number}") for number in range(20)] == [None] * 20
    assert issuer.asked == 1


@pytest.mark.usefixtures("impatient")
async def test_given_a_new_key_is_published_when_a_token_names_it_then_it_is_found(issuer: Issuer) -> None:
    keys = Keys(issuer.address)
    await keys.find(FIRST.kid)
    issuer.document = published(FIRST, SECOND)
    assert await keys.find(SECOND.kid) is not None


async def test_given_the_issuer_is_away_when_a_key_is_looked_for_then_unavailable_and_not_unknown(
    issuer: Issuer,
) -> None:
    issuer.document = None
    keys = Keys(issuer.address)
    for _ in range(2):
        with pytest.raises(Rejected) as caught:
            await keys.find(FIRST.kid)
        assert caught.value.slug == "unavailable"
    assert issuer.asked == 1


@pytest.mark.usefixtures("impatient")
async def test_given_keys_are_old_when_one_is_looked_for_then_it_is_found_at_once_and_new_ones_are_fetched_behind(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Keys(issuer.address)
    await keys.find(FIRST.kid)
    issuer.document = published(SECOND)
    monkeypatch.setattr(jwks, "STALE_SECONDS", -1)
    assert await keys.find(FIRST.kid) is not None
    monkeypatch.setattr(jwks, "STALE_SECONDS", 600)

    async def is_gone() -> bool:
        return await keys.find(FIRST.kid) is None

    await eventually(is_gone)


@pytest.mark.usefixtures("impatient")
async def test_given_the_issuer_goes_away_when_a_known_key_is_looked_for_then_it_is_found(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Keys(issuer.address)
    await keys.find(FIRST.kid)
    issuer.document = None
    monkeypatch.setattr(jwks, "STALE_SECONDS", -1)
    await keys.find(FIRST.kid)
    await eventually(lambda: issuer.asked == 2)
    assert await keys.find(FIRST.kid) is not None


async def test_given_no_key_id_when_there_is_one_key_then_it_is_meant_and_of_two_none(issuer: Issuer) -> None:
    assert await Keys(issuer.address).find(None) is not None
    issuer.document = published(FIRST, SECOND)
    assert await Keys(issuer.address).find(None) is None


async def test_given_no_such_file_when_a_key_is_looked_for_then_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        await Keys(str(tmp_path / "none.json")).find("x")
    assert caught.value.slug == "unavailable"


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": [1]}', b"\xff", b'{"keys": "x"}'])
def test_given_something_else_when_parsed_then_a_plain_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(data)


def test_given_a_symmetric_key_among_them_when_parsed_then_it_is_left_out() -> None:
    symmetric = OctKey.generate_key(256, auto_kid=True)
    document = {"keys": [symmetric.as_dict(), FIRST.as_dict(private=False)]}
    assert list(parse(json.dumps(document).encode())) == [FIRST.kid]
