"""Stands in for a county's program: `migrate` succeeds, `serve` answers that it is ready, and says what it was told.

With BROKEN set, `serve` ends at once with that text, as a county does that cannot start.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({name: value for name, value in os.environ.items() if name.startswith("NORRSAM_")}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        if reason := os.environ.get("BROKEN"):
            sys.exit(reason)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        HTTPServer(("127.0.0.1", int(os.environ["NORRSAM_HTTP_PORT"])), Answers).serve_forever()
