"""The Kafka of the settings, and who logs in to it."""

from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import KafkaCluster
from shared.transport.login import KafkaLogin, LoginRefused

_NEEDED = {
    "PLAINTEXT": {},
    "SASL_SSL": {"kafka_ca": "the certificate of Kafka's authority", "kafka_passwords": "the folder of the passwords"},
    "SSL": {
        "kafka_ca": "the certificate of Kafka's authority",
        "kafka_certificate": "the client's certificate and key",
    },
}


def kafka_of(settings: Settings, county: str, service: str) -> KafkaCluster:
    """Kafka as a service of a county logs in to it. SettingsError names what is missing, or a file in error."""
    user = settings.kafka_user.replace("{county}", county).replace("{service}", service)
    return KafkaCluster(settings.kafka, _login(settings, user))


def administered_kafka(settings: Settings) -> KafkaCluster:
    """Kafka as its administrator logs in: with a certificate, or as NORRSAM_KAFKA_USER. SettingsError as above."""
    if settings.kafka_security == "SASL_SSL" and "{" in settings.kafka_user:
        raise SettingsError(
            "NORRSAM_KAFKA_USER does not name who administers Kafka. Or write NORRSAM_KAFKA_SECURITY=SSL, and name the "
            "certificate in NORRSAM_KAFKA_CERTIFICATE and Kafka's internal address in NORRSAM_KAFKA."
        )
    return KafkaCluster(settings.kafka, _login(settings, settings.kafka_user))


def _login(settings: Settings, user: str) -> KafkaLogin | None:
    """None without security, so that a setting of it that is there all the same is refused: it would go unnoticed."""
    security, needed = settings.kafka_security, _NEEDED[settings.kafka_security]
    for name in ("kafka_ca", "kafka_passwords", "kafka_certificate"):
        value, setting = getattr(settings, name), f"NORRSAM_{name.upper()}"
        if value is None and name in needed:
            raise SettingsError(f"{setting} is not set. With NORRSAM_KAFKA_SECURITY={security}, name {needed[name]}.")
        if value is not None and security == "PLAINTEXT":
            raise SettingsError(f"{setting} is set, but NORRSAM_KAFKA_SECURITY is not: write SASL_SSL, or SSL.")
    if security == "PLAINTEXT":
        return None
    assert settings.kafka_ca
    if security == "SASL_SSL":
        assert settings.kafka_passwords
        login = KafkaLogin(settings.kafka_ca, user, settings.kafka_passwords / user)
    else:
        login = KafkaLogin(settings.kafka_ca, certificate=settings.kafka_certificate)
    try:
        login.arguments()
    except LoginRefused as error:
        raise SettingsError(f"{error}.") from None
    return login
