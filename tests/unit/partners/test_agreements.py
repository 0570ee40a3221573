"""An agreement is read from its file, or refused in words that name the file, the field and what to do."""

from datetime import date
from pathlib import Path

import pytest

from infra.partners.folder import agreement, agreements
from shared.contracts.counties import parse
from shared.runtime.settings import Settings, SettingsError

COUNTIES = parse("norrbotten:25,jamtland:23")
GOOD = """\
name = "Polismyndigheten, polisregion Nord"
contact_function = "Regionala brottsförebyggande funktionen"
legal_ground = "Förordning (2016:1258) 2 §"
diary_number = "BD 2026-1234"
valid_from = 2026-12-01
valid_until = 2027-11-30
streams = ["actors", "trainings"]
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(partners=tmp_path, counties=COUNTIES)


def refusal(settings: Settings, text: str, agency: str = "police") -> str:
    """Why the file is refused."""
    assert settings.partners
    (settings.partners / f"{agency}.toml").write_text(text)
    with pytest.raises(SettingsError) as refused:
        agreements(settings)
    return str(refused.value).replace(str(settings.partners), "partners")


def changed(field: str, value: str) -> str:
    """The good agreement, with another value of a field."""
    lines = [f"{field} = {value}" if line.startswith(f"{field} ") else line for line in GOOD.splitlines()]
    return "\n".join(lines)


def test_an_agreement_is_what_its_file_says(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "police.toml").write_text(GOOD + '[quotas]\nbytes_per_second = 500000\naddresses = ["192.0.2.10"]\n')

    (found,) = agreements(settings)

    assert found == agreement(settings, "police")
    assert (found.agency, found.valid_until, found.streams) == ("police", date(2027, 11, 30), ("actors", "trainings"))
    assert (found.quotas.bytes_per_second, found.quotas.connections_per_second) == (500_000, 10)
    assert found.user("norrbotten") == "norrbotten-partner-police"
    assert found.topics("norrbotten", ["norrbotten", "jamtland"]) == [
        "norrbotten.shared.actors.v1",
        "jamtland.shared.actors.v1",
        "norrbotten.shared.trainings.v1",
        "jamtland.shared.trainings.v1",
    ]


@pytest.mark.parametrize(
    ("day", "holds"),
    [("2026-11-30", False), ("2026-12-01", True), ("2027-11-30", True), ("2027-12-01", False)],
)
def test_an_agreement_holds_from_its_first_to_its_last_day(
    settings: Settings, tmp_path: Path, day: str, holds: bool
) -> None:
    (tmp_path / "police.toml").write_text(GOOD)

    assert agreement(settings, "police").holds(date.fromisoformat(day)) is holds


@pytest.mark.parametrize("stream", ["meetings", "enrolments", "links"])
def test_a_stream_that_partners_never_read_is_refused(settings: Settings, stream: str) -> None:
    said = refusal(settings, changed("streams", f'["actors", "{stream}"]'))

    assert said == (
        f"partners/police.toml: streams: partners never read '{stream}': the register has it for the county "
        "administrative boards alone."
    )


def test_a_stream_with_labels_is_never_read_by_partners(settings: Settings) -> None:
    assert "AMBER+STRICT" in refusal(settings, changed("streams", '["guidance"]'))


@pytest.mark.parametrize(
    ("line", "topic"),
    [
        ("", "norrbotten.partners.police.amber.shipment-signals.v1"),
        ('label = "GREEN"', "norrbotten.partners.police.green.shipment-signals.v1"),
        ('label = "AMBER+STRICT"', "norrbotten.partners.police.amber-strict.shipment-signals.v1"),
    ],
)
def test_signals_come_on_a_topic_of_the_partner_s_own(
    settings: Settings, tmp_path: Path, line: str, topic: str
) -> None:
    (tmp_path / "police.toml").write_text(changed("streams", '["shipment-signals"]') + f"\n{line}")

    assert agreement(settings, "police").topics("norrbotten", ["norrbotten", "jamtland"]) == [topic]


@pytest.mark.parametrize(
    ("label", "said"), [("RED", "label: RED is for persons by name"), ("amber", "label: write the highest that is")]
)
def test_a_label_that_cannot_be_agreed_is_refused(settings: Settings, label: str, said: str) -> None:
    assert said in refusal(settings, changed("streams", f'["shipment-signals"]\nlabel = "{label}"'))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("streams", '["actor"]', "streams: there is no stream 'actor'; partners may read actors, shipment-signals, "),
        ("streams", '["actors", "actors"]', "streams names one of them twice"),
        ("streams", "[]", "streams: Tuple should have at least 1 item"),
        ("valid_until", "2026-11-30", "valid_until is before valid_from"),
        ("valid_until", '"soon"', "valid_until: Input should be a valid date"),
        ("valid_until", "2027-11-30T12:00:00", "valid_until: write a day without a time, as in 2027-11-30"),
        ("contact_function", '"anna.ek@example.se"', "contact_function: it holds an identity number or a mail address"),
        ("name", '""', "name: String should have at least 2 characters"),
        ("diary_number", "1\nquota = 1", "quota: there is no such field"),
        ("diary_number", '"1"\nagency = "tull"', "agency: the name of the file says it already; remove the line"),
        ("diary_number", '"1', "is not TOML: Illegal character '\\n' (at line 4, column 18)"),
    ],
)
def test_a_field_in_error_is_named_with_what_to_do(settings: Settings, field: str, value: str, said: str) -> None:
    found = refusal(settings, changed(field, value))

    assert "partners/police.toml" in found
    assert said in found
    assert "anna" not in found


def test_a_field_that_is_missing_is_named(settings: Settings) -> None:
    said = refusal(settings, GOOD.replace("legal_ground", "#"))

    assert said == "partners/police.toml: legal_ground: it is missing."


def test_every_file_in_error_is_named_at_once(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "customs.toml").write_text("")

    assert {line.split(":")[0] for line in refusal(settings, "").splitlines()} == {
        "partners/customs.toml",
        "partners/police.toml",
    }


@pytest.mark.parametrize("agency", ["Police", "po.lice", "-police", "p" * 31, "jamtland"])
def test_an_agency_has_a_name_that_is_nobody_else_s(settings: Settings, agency: str) -> None:
    assert refusal(settings, GOOD, agency).startswith(f"partners/{agency}.toml: ")


def test_quotas_in_error_are_named(settings: Settings) -> None:
    said = refusal(settings, GOOD + '[quotas]\nbytes_per_second = 1\naddresses = ["kafka.example"]\nconnections = 2\n')

    assert "quotas.bytes_per_second: Input should be greater than or equal to 10000" in said
    assert "quotas.addresses: value is not a valid IPv4 or IPv6 address" in said
    assert "quotas.connections: there is no such field" in said


def test_an_agency_without_agreement_is_told_of_those_there_are(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "customs.toml").write_text(GOOD)

    with pytest.raises(SettingsError, match=r"There is no agreement with 'police' in .*; there is: customs\."):
        agreement(settings, "police")


def test_without_a_folder_it_says_which_setting_to_write() -> None:
    with pytest.raises(SettingsError, match="NORRSAM_PARTNERS is not set"):
        agreements(Settings(counties=COUNTIES))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://events.police.example/norrsam", "it is no https:// address"),
        ("https://user:word@events.police.example", "write host and path alone"),
        ("https://events.police.example/?key=1", "write host and path alone"),
        ("events.police.example", "it is no https:// address"),
        ("https:///norrsam", "write host and path alone"),
    ],
)
def test_a_webhook_is_an_encrypted_address_without_a_key(settings: Settings, url: str, said: str) -> None:
    assert refusal(settings, f'{GOOD}[webhook]\nurl = "{url}"\n').startswith(
        f"partners/police.toml: webhook.url: {said}"
    )


@pytest.mark.parametrize("url", ["https://events.police.example/norrsam", "http://127.0.0.1:8000/"])
def test_a_webhook_may_be_on_this_machine(settings: Settings, tmp_path: Path, url: str) -> None:
    (tmp_path / "police.toml").write_text(f'{GOOD}[webhook]\nurl = "{url}"\n')

    found = agreement(settings, "police")

    assert found.webhook
    assert found.webhook.url == url
