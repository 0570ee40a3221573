"""Stands in for a county's program: `migrate` succeeds, `serve` answers that it is ready, and says what it was told.

With BROKEN set, `serve` ends at once with that text, as a county does that cannot start. With DOUBT set, it is not
ready for that reason, as a county whose database was restored; its workspace is.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said: dict[str, object] = {name: value for name, value in os.environ.items() if name.startswith("NORRSAM_")}
        doubt = os.environ.get("DOUBT") if "workspace" not in sys.argv else None
        if doubt:
            said = {"ready": False, "services": {"actors": {"ready": False, "doubt": doubt}}}
        body = json.dumps(said).encode()
        self.send_response(503 if doubt else 200)
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
