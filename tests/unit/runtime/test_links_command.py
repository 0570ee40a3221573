"""`norrsam links` of one county, as an operator of one instance asks it."""

import httpx
import pytest
from typer.testing import CliRunner

from infra.cli.main import _program
from shared.contracts.topics import SERVICES


def test_one_county_is_asked_at_its_gateway_with_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def get(url: str, headers: dict[str, str], **_: object) -> httpx.Response:
        asked.append((url, headers["Authorization"]))
        raise httpx.ConnectError("away")

    monkeypatch.setattr(httpx, "get", get)
    monkeypatch.setenv("NORRSAM_GATEWAY", "http://gateway:8080")

    done = CliRunner().invoke(_program(["links"]), ["links", "--county", "jamtland", "--token", "abc"])

    assert done.exit_code == 1
    assert asked == [(f"http://gateway:8080/links/{service}", "Bearer abc") for service in SERVICES]
