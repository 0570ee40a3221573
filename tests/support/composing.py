"""docker-compose.yml as `docker compose` reads it, for a county that nothing in the project knows."""

import os
import subprocess
from pathlib import Path

from infra.compose.composition import compose_program
from shared.contracts.counties import County

PROJECT = Path(__file__).parents[2]
ELSEWHERE = County("gotland", "09")
NEEDED = {
    "NORRSAM_COUNTY": "gotland",
    "NORRSAM_PUBLIC_URL": "https://gotland.example",
    "NORRSAM_PORT": "8109",
    "NORRSAM_KAFKA_HOST": "kafka.gotland.example",
    "NORRSAM_KAFKA_PORT": "19109",
    "NORRSAM_OPERATOR": "1000:1000",
    "NORRSAM_FOLDER": "./counties/gotland",
}


def compose(**settings: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORRSAM_", "COMPOSE_"))}
    return subprocess.run(
        [compose_program(), "--env-file", os.devnull, "--profile", "*", "config", "--format", "json"],
        cwd=PROJECT,
        env=kept | settings,
        capture_output=True,
        text=True,
        check=False,
    )
