from pathlib import Path

import pytest

from shared.outages import is_outage
from shared.runtime.db import arguments
from shared.runtime.settings import SettingsError, load


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("NORRSAM_")]:
        monkeypatch.delenv(name)


def test_without_settings_the_local_engine_is_meant() -> None:
    settings = load()

    assert (settings.kafka, settings.postgres) == ("127.0.0.1:19092", "postgresql://127.0.0.1:15432")
    assert [settings.port(county) for county in settings.counties] == [8125, 8124, 8123, 8122]
    assert settings.address(settings.county("jamtland")) == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("NORRSAM_KAFKA", "nowhere", "host:port"),
        ("NORRSAM_KAFKA", "host:99999", "host:port"),
        ("NORRSAM_POSTGRES", "mysql://x", "postgresql://127.0.0.1:15432"),
        ("NORRSAM_COUNTIES", "norrbotten", "name:code"),
        ("NORRSAM_COUNTIES", "a:25,b:25", "more than one county"),
        ("NORRSAM_PUBLIC_URL", "norrbotten.se", "https://"),
        ("NORRSAM_PUBLIC_URL", f"https://{'n' * 120}.se", "120 characters"),
        ("NORRSAM_JWKS", "http://idp.example.se/jwks", "https"),
        ("NORRSAM_HTTP_PORT", "70000", "65535"),
        ("NORRSAM_LOG_LEVEL", "LOUD", "INFO"),
    ],
)
def test_a_bad_setting_is_named_with_value_and_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as caught:
        load()
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)
    assert said in str(caught.value)


def test_two_bad_settings_are_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_KAFKA", "x")
    monkeypatch.setenv("NORRSAM_HTTP_PORT", "x")

    with pytest.raises(SettingsError, match=r"NORRSAM_KAFKA(.|\n)*NORRSAM_HTTP_PORT"):
        load()


def test_a_bad_address_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_POSTGRES", "http://admin:hemligt@db")

    with pytest.raises(SettingsError) as caught:
        load()
    assert "hemligt" not in str(caught.value)


def test_an_unlisted_county_is_told_with_those_listed() -> None:
    with pytest.raises(SettingsError, match=r"'dalarna'.*norrbotten, vasterbotten"):
        load().county("dalarna")


def test_printed_settings_show_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_DATABASE_PASSWORD", "hemligt")

    assert "hemligt" not in repr(load())


def test_a_database_s_password_is_read_at_each_connection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NORRSAM_SECRETS", str(tmp_path))
    norrbotten = load().county("norrbotten")
    with pytest.raises(SettingsError, match="norrbotten_actors"):
        arguments(load(), norrbotten, "actors")
    (tmp_path / "norrbotten_actors").write_text("old")
    password = arguments(load(), norrbotten, "actors")["password"]

    (tmp_path / "norrbotten_actors").write_text("new")

    assert password() == "new"
    (tmp_path / "norrbotten_actors").unlink()
    with pytest.raises(OSError, match="norrbotten_actors") as caught:
        password()
    assert is_outage(caught.value)


def test_commands_ask_the_gateway_if_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_PUBLIC_URL", "https://norrbotten.example")
    norrbotten = load().county("norrbotten")

    assert load().asked(norrbotten) == "https://norrbotten.example"
    monkeypatch.setenv("NORRSAM_GATEWAY", "http://gateway:8080")
    assert load().asked(norrbotten) == "http://gateway:8080"
    assert load().address(norrbotten) == "https://norrbotten.example"
