"""All that an operator sets: environment variables `NORRSAM_…`, read once, when a process starts.

The county is not among them: it is named on the command line, so that one environment serves four counties.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.contracts.counties import DEFAULT, County, parse
from shared.runtime import mail_server
from shared.runtime.joined import all_counties
from shared.runtime.mail_server import MailServer
from shared.runtime.setting_values import (
    addresses,
    key_set_address,
    mail_sender_address,
    postgres_address,
    web_address,
)

AnySettings = TypeVar("AnySettings", bound=BaseSettings)
PREFIX = "NORRSAM_"
PROJECT = Path(__file__).parents[2]


class SettingsError(Exception):
    """A setting is missing or bad; the message names it, its value, and what to write."""


class Settings(BaseSettings):
    """The settings of this process. Frozen: a setting is read once."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    kafka: Annotated[str, AfterValidator(addresses)] = "127.0.0.1:19092"
    kafka_security: Literal["PLAINTEXT", "SASL_SSL", "SSL"] = "PLAINTEXT"
    kafka_ca: Path | None = None
    kafka_user: Annotated[str, Field(pattern=r"^[A-Za-z0-9._{}-]+$")] = "{county}-{service}"
    kafka_passwords: Path | None = None
    kafka_certificate: Path | None = None
    replication: Annotated[int, Field(ge=1, le=5)] | None = None
    peers: Path | None = None
    partners: Path | None = None
    postgres: Annotated[str, AfterValidator(postgres_address)] = "postgresql://127.0.0.1:15432"
    postgres_password_file: Path | None = None
    database_password: SecretStr = SecretStr("")
    secrets: Path | None = None
    joined: Path | None = None
    counties: Annotated[
        tuple[County, ...],
        NoDecode,
        BeforeValidator(lambda value: parse(value) if isinstance(value, str) else value),
        AfterValidator(lambda listed, info: all_counties(listed, info.data.get("joined"))),
    ] = parse(DEFAULT)
    public_url: Annotated[str, Field(max_length=120), AfterValidator(web_address)] | None = None
    gateway: Annotated[str, AfterValidator(web_address)] | None = None
    gateway_tls: Annotated[str, AfterValidator(addresses)] | None = None
    jwks: Annotated[str, AfterValidator(key_set_address)] | None = None
    issuer: Annotated[str, Field(min_length=1, max_length=200)] = "https://norrsam.local"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    http_base: Annotated[int, Field(ge=1024, le=65000)] = 8100
    smtp: (
        Annotated[
            MailServer,
            NoDecode,
            BeforeValidator(lambda value: mail_server.parse(value) if isinstance(value, str) else value),
        ]
        | None
    ) = None
    smtp_login: Path | None = None
    mail_from: Annotated[str, AfterValidator(mail_sender_address)] | None = None
    partner_answer_hours: Annotated[int, Field(ge=1, le=720)] = 24
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    data: Path = PROJECT / ".norrsam"
    clock: timedelta = timedelta()
    first_contact_seconds: Annotated[float, Field(ge=0, le=3600)] = 15

    def now(self) -> datetime:
        """The time for decisions: the clock's, moved by NORRSAM_CLOCK, so that what is due later can be seen today."""
        return datetime.now(UTC) + self.clock

    def password(self, role: str) -> str:
        """The password of a login role: in the file of its name in NORRSAM_SECRETS, else NORRSAM_DATABASE_PASSWORD.

        SettingsError if the file cannot be read.
        """
        if self.secrets is None:
            return self.database_password.get_secret_value()
        try:
            return (self.secrets / role).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not ASCII"
            raise SettingsError(
                f"NORRSAM_SECRETS has no password of {role}: {self.secrets / role}: {reason}."
            ) from None

    def county(self, name: str) -> County:
        """The county of that name; SettingsError if NORRSAM_COUNTIES does not list it, and it has not joined since."""
        known = {county.name: county for county in self.counties_now()}
        if name not in known:
            raise SettingsError(f"There is no county {name!r}. NORRSAM_COUNTIES lists {', '.join(known)}.")
        return known[name]

    def counties_now(self) -> tuple[County, ...]:
        """The counties, with those that NORRSAM_JOINED has got since this process started. SettingsError as `load`."""
        try:
            return all_counties(self.counties, self.joined)
        except ValueError as error:
            raise SettingsError(f"{error}.") from None

    def port(self, county: County) -> int:
        """Where the county's HTTP listens: NORRSAM_HTTP_PORT, else NORRSAM_HTTP_BASE and the county's code added."""
        return self.http_port or self.http_base + int(county.code)

    def address(self, county: County) -> str:
        """The county's public address: NORRSAM_PUBLIC_URL, else its port on this machine."""
        return self.public_url or f"http://127.0.0.1:{self.port(county)}"

    def asked(self, county: County) -> str:
        """Where an operator's commands ask the county: NORRSAM_GATEWAY, else its public address."""
        return self.gateway or self.address(county)

    @property
    def mail_server(self) -> MailServer | None:
        """Where mails are handed over; None: they become files. SettingsError if a setting beside it is missing."""
        if self.smtp is None:
            return None
        if self.mail_from is None:
            raise SettingsError("NORRSAM_MAIL_FROM is not set. With NORRSAM_SMTP, name the address people answer to.")
        if self.smtp_login and self.smtp.tls == "off":
            raise SettingsError(
                "NORRSAM_SMTP_LOGIN is set, but NORRSAM_SMTP has tls=off: a password goes over TLS only."
            )
        return replace(self.smtp, login=self.smtp_login)

    def mail_folder(self, county: County) -> Path:
        """Where the county's mails become files if there is no mail server."""
        return self.data / "mail" / county.name

    def mail_sender(self, county: County) -> str:
        """The address that the county's mails come from, and that people answer to."""
        return (self.mail_from or "samverkan@{county}.example").replace("{county}", county.name)

    @property
    def key_set(self) -> str:
        """Where the keys are that tokens are checked with: NORRSAM_JWKS, else those of the local engine."""
        return self.jwks or str(self.data / "keys" / "jwks.json")


def load() -> Settings:
    """The settings of this process; SettingsError names every one that is missing or bad."""
    return read(Settings)


def read(kind: type[AnySettings]) -> AnySettings:
    """The settings of this kind, from the environment; SettingsError names every one that is missing or bad."""
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(dict(detail)) for detail in error.errors())) from None


def _sentence(detail: dict[str, object]) -> str:
    location = detail["loc"]
    assert isinstance(location, tuple)
    name = PREFIX + str(location[0]).upper()
    if detail["type"] == "missing":
        return f"{name} is not set. {detail['msg']}."
    shown = "" if "PASSWORD" in name else f" is {_without_password(str(detail['input']))!r}:"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{name}{shown} {message}."


def _without_password(text: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", text)
