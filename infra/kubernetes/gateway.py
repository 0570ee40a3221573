"""The gateway's configuration in a cluster: `python -m infra.kubernetes.gateway FOLDER`, before nginx starts.

The locations are those of docker-compose.yml. Services have an address that lasts here, so each name is looked up once;
and a second server is before the workspace, whose origin is its own.
"""

import json
import sys
from pathlib import Path

from infra.gateway import all_services, render
from infra.openapi import joined

_RESOLVER = """\
    # Names are looked up anew, so that a service may be replaced while the gateway runs.
    resolver 127.0.0.11 valid=5s;
"""
_WORKSPACE = """\
server {
    # For people. What is asked of the workspace is written down nowhere.
    listen 8444 ssl http2;
    ssl_certificate /run/secrets/workspace.pem;
    ssl_certificate_key /run/secrets/workspace.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_tickets off;
    server_tokens off;
    access_log off;
    error_log /dev/null crit;
    client_body_buffer_size 1m;
    location = /metrics {
        return 404;
    }
    location / {
        proxy_pass http://workspace;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_buffering off;
        proxy_connect_timeout 3s;
    }
}
"""


def configuration() -> str:
    """The text of nginx.conf."""
    names = [*(service.name for service in all_services()), "workspace"]
    groups = "".join(f"upstream {name} {{ server {name}:8000; }}\n" for name in names)
    text = render(all_services())
    assert _RESOLVER in text
    return (
        text.replace(_RESOLVER, "")
        .replace(':8000";', '";')
        .replace("server {\n", groups + _WORKSPACE + "server {\n", 1)
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "nginx.conf").write_text(configuration(), "utf-8")
    (folder / "openapi.json").write_text(json.dumps(joined(all_services())), "utf-8")
