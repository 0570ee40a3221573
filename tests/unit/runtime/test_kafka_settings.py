"""The settings for a secured Kafka: who logs in, and what is said of a setting that is missing or wrong."""

from pathlib import Path

import pytest

from infra.kafka.folder import KafkaSecrets
from shared.runtime.kafka import administered_kafka, kafka_of
from shared.runtime.settings import Settings, SettingsError
from shared.transport.login import KafkaLogin


@pytest.fixture
def secrets(tmp_path: Path) -> KafkaSecrets:
    found = KafkaSecrets(tmp_path)
    found.make(["127.0.0.1"], ["norrbotten-actors", "given"])
    return found


def test_without_security_nobody_logs_in() -> None:
    assert kafka_of(Settings(), "norrbotten", "actors").login is None
    assert administered_kafka(Settings()).login is None


def test_each_service_logs_in_as_itself(secrets: KafkaSecrets) -> None:
    settings = Settings(kafka_security="SASL_SSL", kafka_ca=secrets.ca, kafka_passwords=secrets.passwords)

    login = kafka_of(settings, "norrbotten", "actors").login

    assert login == KafkaLogin(secrets.ca, "norrbotten-actors", secrets.passwords / "norrbotten-actors")
    with pytest.raises(SettingsError, match=r"NORRSAM_KAFKA_PASSWORDS: .*norrbotten-meetings: No such file"):
        kafka_of(settings, "norrbotten", "meetings")


def test_a_user_that_is_named_logs_in(secrets: KafkaSecrets) -> None:
    settings = Settings(
        kafka_security="SASL_SSL", kafka_ca=secrets.ca, kafka_passwords=secrets.passwords, kafka_user="given"
    )

    assert kafka_of(settings, "norrbotten", "actors").login == administered_kafka(settings).login
    assert administered_kafka(settings).login == secrets.of("given")


def test_a_certificate_administers_kafka(secrets: KafkaSecrets) -> None:
    certificate = secrets.folder / "administrator.pem"

    kafka = administered_kafka(Settings(kafka_security="SSL", kafka_ca=secrets.ca, kafka_certificate=certificate))

    assert kafka.login == secrets.administrator


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kafka_security": "SASL_SSL"}, "NORRSAM_KAFKA_CA is not set. With NORRSAM_KAFKA_SECURITY=SASL_SSL, name"),
        ({"kafka_security": "SASL_SSL", "kafka_ca": "x"}, "NORRSAM_KAFKA_PASSWORDS is not set"),
        ({"kafka_security": "SSL", "kafka_ca": "x"}, "NORRSAM_KAFKA_CERTIFICATE is not set"),
        ({"kafka_ca": "x"}, "NORRSAM_KAFKA_CA is set, but NORRSAM_KAFKA_SECURITY is not: write SASL_SSL, or SSL"),
        ({"kafka_passwords": "x"}, "NORRSAM_KAFKA_PASSWORDS is set, but NORRSAM_KAFKA_SECURITY is not"),
    ],
)
def test_a_setting_that_is_missing_is_named(given: dict[str, str], said: str) -> None:
    settings = Settings.model_validate(given)

    with pytest.raises(SettingsError, match=said):
        kafka_of(settings, "norrbotten", "actors")


def test_a_service_s_password_does_not_administer_kafka(secrets: KafkaSecrets) -> None:
    settings = Settings(kafka_security="SASL_SSL", kafka_ca=secrets.ca, kafka_passwords=secrets.passwords)

    with pytest.raises(SettingsError, match="NORRSAM_KAFKA_USER does not name who administers Kafka"):
        administered_kafka(settings)
