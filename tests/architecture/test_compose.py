"""docker-compose.yml is a valid composition, and names every county."""

import json
import os
import subprocess
import sys
from pathlib import Path

from shared.contracts.counties import DEFAULT, parse

PROJECT = Path(__file__).parents[2]
SECRETS = {"NORRSAM_POSTGRES_PASSWORD": "a", "NORRSAM_DATABASE_PASSWORD": "b", "NORRSAM_JWKS_FILE": "./jwks.json"}


def compose(**settings: str) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("docker-compose")
    return subprocess.run(
        [program, "config", "--format", "json"],
        cwd=PROJECT,
        env=dict(os.environ) | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_given_the_secrets_when_read_then_each_county_has_a_service_and_a_gateway_on_its_port() -> None:
    done = compose(**SECRETS)
    assert done.returncode == 0, done.stderr
    services = json.loads(done.stdout)["services"]
    for county in parse(DEFAULT):
        assert f"{county.name}-actors" in services
        assert services[county.name]["ports"][0]["published"] == f"81{county.code}"


def test_given_no_secrets_when_read_then_the_error_names_what_is_missing() -> None:
    done = compose()
    assert done.stdout == ""
    assert "required variable NORRSAM_" in done.stderr
