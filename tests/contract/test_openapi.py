"""The OpenAPI documents: valid, of every service, and the same whoever generates them."""

import ast
import json
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from infra import generate, openapi
from infra.gateway import all_services
from shared.runtime.service import OPEN, Service

every_service = pytest.mark.parametrize("service", all_services(), ids=lambda service: service.name)


@every_service
def test_a_service_s_document_is_valid_by_the_specification(service: Service) -> None:
    committed = json.loads((generate.ROOT / generate.OPENAPI / f"{service.name}.json").read_bytes())

    assert committed["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(committed).iter_errors()] == []


def test_given_a_document_with_a_wrong_part_then_it_is_not_valid() -> None:
    broken = openapi.document(all_services()[0])
    broken["paths"] = {"/x": {"get": {"responses": {"200": {}}}}}

    assert not OpenAPIV31SpecValidator(broken).is_valid()


@every_service
def test_a_service_s_document_has_every_route_and_its_operation(service: Service) -> None:
    paths = openapi.document(service)["paths"]
    operations = {
        (path, method.upper()): one["operationId"] for path, each in paths.items() for method, one in each.items()
    }

    for route in service.routes():
        assert {operations[route.path, method] for method in route.methods} == {route.name}


@every_service
def test_a_generated_client_is_told_what_is_sent_and_answered(service: Service) -> None:
    for operations in openapi.document(service)["paths"].values():
        for operation in operations.values():
            sent = operation.get("requestBody", {}).get("content", {})
            answered = [each.get("content", {}) for each in operation["responses"].values()]
            for media_type, one in [pair for each in (sent, *answered) for pair in each.items()]:
                assert "schema" in one, (operation["operationId"], media_type)
            assert all("contentMediaType" not in one["schema"] or "format" in one["schema"] for one in sent.values())


def test_given_other_settings_then_the_document_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    service = all_services()[0]
    before = openapi.document(service)
    monkeypatch.setenv("NORRSAM_COUNTIES", "halland:13")

    monkeypatch.setenv("NORRSAM_PUBLIC_URL", "https://halland.example")

    assert openapi.document(service) == before
    assert "norrbotten" not in before["info"]["title"]


def functions_with(service: Service, *calls: str) -> set[str]:
    """The routes in the service's api room whose code has one of these calls, or calls a helper there that has."""
    api = generate.ROOT / "services" / service.name.replace("-", "_") / "api"
    functions = {
        node.name: ast.unparse(node)
        for file in sorted(Path(api).glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.AsyncFunctionDef)
    }
    found = {name for name, code in functions.items() if any(call in code for call in calls)}
    helpers = tuple(f" {name}(" for name in found if name.startswith("_"))
    found |= {name for name, code in functions.items() if any(each in code for each in helpers)}
    return {name for name in found if not name.startswith("_")}


def commands(service: Service) -> dict[str, set[str]]:
    """The parameters of each command of the service that is not open, by its name."""
    opened = {name for name, right in service.rights.items() if right is OPEN}
    return {
        one["operationId"]: {each["name"] for each in one.get("parameters", ())}
        for operations in openapi.document(service)["paths"].values()
        for method, one in operations.items()
        if method != "get" and one["operationId"] not in opened
    }


@every_service
def test_only_a_command_that_keeps_its_answer_takes_a_key(service: Service) -> None:
    keyless = {name for name, taken in commands(service).items() if "Idempotency-Key" not in taken}
    assert keyless == functions_with(service, "command(keep_answer=False)")


@every_service
def test_only_a_command_that_locks_a_version_takes_if_match(service: Service) -> None:
    versioned = {name for name, taken in commands(service).items() if "If-Match" in taken}
    assert versioned == functions_with(
        service, "lock(tx", "lock_known(tx", "lock_with_picture(tx", "merge(tx", "check_version(tx"
    )


def test_the_commands_that_keep_no_answer_are_found() -> None:
    found = [functions_with(each, "command(keep_answer=False)") for each in all_services()]
    assert set().union(*found) == {"name_person", "open_calendar", "open_meeting_calendar", "open_function_calendar"}
