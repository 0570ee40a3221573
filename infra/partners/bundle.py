"""The bundle of a partner agency: the files with which it reads the county's Kafka by the tools that it knows.

It is a token as that of a county is (`infra.mirror.bundle`): signed by the county, encrypted to the agency. The claim
``files`` has the text of each file by its name.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from infra.kafka.folder import KafkaSecrets
from infra.mirror.bundle import nest
from infra.mirror.joining import require_names
from infra.mirror.keys import CountyKeys, keep_keys, kept_keys, own_keys, read_keys
from infra.partners.agreement import Agreement
from infra.partners.own_topic import STREAM as SIGNALS
from infra.partners.table import canary_topic, replies_topic
from infra.partners.webhook import secret_of, secret_text
from shared.contracts.partner_replies import SignalReply
from shared.contracts.registry import EVENTS
from shared.contracts.topics import STREAMS
from shared.runtime.settings import Settings, SettingsError
from shared.transport.login import MECHANISM

KIND = "norrsam-partner-1"


def made(
    settings: Settings,
    county: str,
    agreed: Agreement,
    *,
    secrets: Path,
    key: Path | None,
    address: str,
    lasts: timedelta,
) -> tuple[str, CountyKeys]:
    """The bundle for the agency that reads at ``address``, and its keys. SettingsError says what is missing."""
    if key:
        keys = read_keys(key)
        if keys.county != agreed.agency:
            raise SettingsError(f"{key} has the key of another agency than {agreed.agency}.")
    else:
        keys = kept_keys(secrets, agreed.agency)
    kafka = KafkaSecrets(secrets / "kafka")
    require_names(kafka, address)
    try:
        ca = kafka.ca.read_text(encoding="ascii")
        password = (kafka.passwords / agreed.user(county)).read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingsError(
            f"{error.filename}: {error.strerror}. `norrsam partners apply --county {county}` makes the password of a "
            "partner, once its agreement holds."
        ) from None
    found = files(settings, county, agreed, address, password) | {"ca.pem": ca}
    now = int(datetime.now(UTC).timestamp())
    claims = {"iss": county, "aud": agreed.agency, "iat": now, "exp": now + int(lasts.total_seconds()), "files": found}
    text = nest(json.dumps(claims), KIND, own_keys(secrets, county), keys)
    keep_keys(secrets, keys)
    return text, keys


def files(settings: Settings, county: str, agreed: Agreement, address: str, password: str) -> dict[str, str]:
    """All files but that of the authority, by name. The first line of settings is the same for all clients."""
    user, counties = agreed.user(county), [each.name for each in settings.counties]
    kcat = {
        "bootstrap.servers": address,
        "security.protocol": "SASL_SSL",
        "sasl.mechanisms": MECHANISM,
        "sasl.username": user,
        "sasl.password": password,
        "ssl.ca.location": "ca.pem",
    }
    java = {
        "bootstrap.servers": address,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": MECHANISM,
        "sasl.jaas.config": "org.apache.kafka.common.security.scram.ScramLoginModule required "
        f'username="{user}" password="{password}";',
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": "ca.pem",
        "group.id": f"{agreed.groups}1",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": "false",
        "allow.auto.create.topics": "false",
    }
    return {
        "address": address,
        "user": user,
        "password": password,
        "kcat.conf": _lines(kcat),
        "client.properties": _lines(java),
        "topics": "".join(f"{topic}\n" for topic in agreed.topics(county, counties)),
        "avtal.txt": in_words(county, agreed, counties, settings.partner_answer_hours),
        **({"replies": f"{replies_topic(county, agreed.agency)}\n"} if agreed.own_topic(county) else {}),
        **({"webhook-secret": secret_text(secret_of(password))} if agreed.webhook else {}),
        "schemas": "".join(f"{settings.address(settings.county(county))}/schemas/{each}\n" for each in types(agreed)),
    }


def types(agreed: Agreement) -> list[str]:
    """The types of events that the agency may meet, and that of its replies."""
    begin = tuple(f"se.norrsam.{stream}." for stream in agreed.streams)
    replies = [SignalReply.event_type] if SIGNALS in agreed.streams else []
    return sorted(each for each in EVENTS if each.startswith(begin)) + replies


def in_words(county: str, agreed: Agreement, counties: list[str], answer_hours: int) -> str:
    """The agreement as a person reads it, in Swedish."""
    limits = agreed.quotas
    return "\n".join(
        (
            f"{agreed.name} läser från Länsstyrelsen, instansen {county}",
            "",
            f"Diarienummer: {agreed.diary_number}",
            f"Rättslig grund: {agreed.legal_ground}",
            f"Kontaktfunktion: {agreed.contact_function}",
            f"Gäller: {_day(agreed.valid_from)} till och med {_day(agreed.valid_until)}",
            "",
            f"Får läsa, från {', '.join(counties)}:",
            *(f"- {stream}: {STREAMS[stream].purpose}" for stream in agreed.streams),
            *(
                [f"Signaler visas till och med märkningen TLP:{agreed.label.value}."]
                if agreed.own_topic(county)
                else []
            ),
            "",
            *([f"Händelserna skickas till {agreed.webhook.url}, signerade."] if agreed.webhook else []),
            f"Läser i konsumentgrupper vars namn börjar med {agreed.groups}",
            f"Får skriva till {canary_topic(county, agreed.agency)}, för att pröva förbindelsen.",
            *(
                [
                    f"Får svara på signaler på {replies_topic(county, agreed.agency)}, "
                    f"och kvitterar varje signal inom {answer_hours} {'timme' if answer_hours == 1 else 'timmar'}."
                ]
                if agreed.own_topic(county)
                else []
            ),
            "Får inte skriva till något annat.",
            f"Högst {limits.bytes_per_second} byte i sekunden; den som läser mer bromsas.",
            "Lösenordet gäller så länge överenskommelsen gäller. Det ges inte vidare.",
            "",
        )
    )


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"


def _lines(settings: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in settings.items())
