import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
COUNTY = os.environ["WEBHOOK_ORIGIN"]  # the host of the county's public address
newest: dict[tuple[str, str], tuple[int, int]] = {}
one_at_a_time = Lock()


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    identity, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (sent_at.isascii() and sent_at.isdigit()) or abs(time.time() - int(sent_at)) > 300:
        return False
    digest = hmac.digest(KEY, f"{identity}.{sent_at}.".encode() + body, hashlib.sha256)
    expected = "v1," + base64.b64encode(digest).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected.encode(), each.encode()) for each in given)


def take(body: bytes) -> None:
    """Keep what is newer than what is there. ValueError, KeyError or TypeError if it is no event."""
    event = json.loads(body)
    aggregate = event["source"], event["subject"]
    age = int(event["epoch"]), int(event["aggregateversion"])
    name = event["data"].get("name", "")
    if not event["type"].startswith("se.norrsam.actors.Actor"):
        return  # a type that this program does not know
    with one_at_a_time:
        if age > newest.get(aggregate, (0, 0)):
            newest[aggregate] = age
            print(event["type"], name, flush=True)


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_OPTIONS(self) -> None:
        wanted = self.headers.get("WebHook-Request-Origin") == COUNTY
        self.answer(204 if wanted else 403, COUNTY if wanted else "")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > 1_000_000:
            self.close_connection = True
            self.answer(413 if length.isdigit() else 411)
            return
        body = self.rfile.read(int(length))
        if not is_signed({name.lower(): value for name, value in self.headers.items()}, body):
            self.answer(401)
            return
        try:
            take(body)
        except (AttributeError, KeyError, TypeError, ValueError):
            self.answer(400)
            return
        self.answer(204)

    def answer(self, status: int, allowed: str = "") -> None:
        self.send_response(status)
        if allowed:
            self.send_header("WebHook-Allowed-Origin", allowed)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver).serve_forever()
