"""The gateway's routes: each service gets its own, and nothing of a call is kept."""

from dataclasses import replace
from pathlib import Path

from infra import openapi
from infra.gateway import all_services, render
from shared.runtime import edge
from tests.support import toy
from tests.support.yaml import read_yaml

PROJECT = Path(__file__).parents[2]


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
        assert f'"{service.name}:8000"' in block


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
            assert any(f'"{service.name}:8000"' in line for line in found[place])


def test_the_gateway_is_ready_if_every_service_is() -> None:
    found = blocks(render(all_services()))
    asked, place = [], "= /health/ready"

    while place != "@ready":
        (question,) = (line for line in found[place] if line.startswith("auth_request "))
        (step,) = (line for line in found[place] if line.startswith("try_files "))
        asked.append(question.removeprefix("auth_request /health/ready/").removesuffix(";"))
        place = step.split()[-1].removesuffix(";")

    assert asked == [service.name for service in all_services()]


def test_the_gateway_shows_figures_to_nobody() -> None:
    found = blocks(render(all_services()))
    assert not any("proxy_pass" in line for line in found["= /metrics"])
    assert "/metrics" not in openapi.joined(all_services())["paths"]
    mounted = read_yaml(PROJECT / "docker-compose.yml")["services"]["gateway"]["volumes"]
    assert "./docs/openapi/county.json:/etc/nginx/norrsam/openapi.json:ro" in mounted


def test_the_gateway_writes_down_nothing_of_who_asked() -> None:
    gateway = render(all_services())

    assert "\n    access_log off;\n" in gateway.partition("location")[0]
    assert gateway.count("access_log") == 1
