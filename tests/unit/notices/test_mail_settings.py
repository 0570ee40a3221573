"""Where mails go is one setting, and a password goes over TLS alone."""

from pathlib import Path

import pytest

from shared.runtime import mail_server
from shared.runtime.mail_server import MailServer
from shared.runtime.notices.transport import transport_of
from shared.runtime.settings import Settings, SettingsError, load


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NORRSAM_SMTP", "NORRSAM_SMTP_LOGIN", "NORRSAM_MAIL_FROM", "NORRSAM_DATA"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example.se", MailServer("mail.example.se", 587, "starttls")),
        ("smtp://mail.example.se:25", MailServer("mail.example.se", 25, "starttls")),
        ("smtps://mail.example.se", MailServer("mail.example.se", 465, "implicit")),
        ("smtp://mail:1025?tls=off", MailServer("mail", 1025, "off")),
    ],
)
def test_an_address_says_host_port_and_how_it_is_kept_secret(text: str, server: MailServer) -> None:
    assert mail_server.parse(text) == server


@pytest.mark.parametrize(
    "text",
    [
        *("mail.example.se:25", "http://mail", "smtp://", "smtp://mail/inbox", "smtp://mail?tls=on"),
        *("smtps://mail?tls=off", "smtp://user:secret@mail", "smtp://mail?starttls=never"),
    ],
)
def test_a_bad_address_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("NORRSAM_SMTP", text)

    with pytest.raises(SettingsError, match="NORRSAM_SMTP") as caught:
        load()
    assert "secret" not in str(caught.value)


def test_without_a_server_mails_become_files_of_the_county(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    county = settings.county("jamtland")

    assert str(transport_of(settings, county)) == f"files in {tmp_path}/mail/jamtland"
    assert settings.mail_sender(county) == "samverkan@jamtland.example"


def test_a_server_needs_an_address_that_people_answer_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_SMTP", "smtps://mail.example.se")

    with pytest.raises(SettingsError, match="NORRSAM_MAIL_FROM"):
        _ = load().mail_server


def test_each_county_has_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORRSAM_SMTP", "smtps://mail.example.se")
    monkeypatch.setenv("NORRSAM_MAIL_FROM", "samverkan@{county}.example.se")
    settings = load()
    county = settings.county("jamtland")

    assert settings.mail_sender(county) == "samverkan@jamtland.example.se"
    assert str(transport_of(settings, county)) == "smtps://mail.example.se:465"


def test_no_password_goes_without_tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NORRSAM_SMTP", "smtp://mail:1025?tls=off")
    monkeypatch.setenv("NORRSAM_MAIL_FROM", "samverkan@jamtland.example.se")
    monkeypatch.setenv("NORRSAM_SMTP_LOGIN", str(tmp_path / "login"))

    with pytest.raises(SettingsError, match="TLS"):
        _ = load().mail_server


def test_the_login_is_two_lines_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "login"
    file.write_text("samverkan\nhemligt lösen\n", "utf-8")

    assert MailServer("mail", 587, "starttls", file).read_login() == ("samverkan", "hemligt lösen")
    assert MailServer("mail", 587, "starttls").read_login() is None
