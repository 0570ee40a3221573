"""How a client logs in to a secured Kafka, and why it is refused (docs/kafka-security.md)."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiokafka.conn import create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError, SaslAuthenticationFailed

from shared.outages import Outage

MECHANISM = "SCRAM-SHA-512"
ASK_MS = 5_000
SOON = timedelta(days=30)
"""A certificate that ends within this time is to be replaced."""

# X509_V_ERR_… of OpenSSL, x509_vfy.h. The last one is asked for by Python from 3.13 on.
_NOT_YET_VALID, _EXPIRED, _OTHER_NAMES, _NO_KEY_OF_AUTHORITY = 9, 10, (62, 64), 85


class LoginRefused(KafkaConnectionError, Outage):  # noqa: N818 - an outage: files are put right while a service runs
    """Kafka refuses the log-in, or is not the Kafka that it should be; the words say which."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class KafkaLogin:
    """TLS to a Kafka whose authority is the certificate in ``ca``, and who the client is.

    Either ``user``, with the file of its ``password`` (SCRAM-SHA-512), or ``certificate``, a file with the key too.
    Files are read for each new client: one that has been replaced counts without a restart.
    """

    ca: Path
    user: str = ""
    password: Path | None = None
    certificate: Path | None = None

    @property
    def protocol(self) -> str:
        """Kafka's name of it."""
        return "SASL_SSL" if self.password else "SSL"

    def context(self) -> ssl.SSLContext:
        """Checks of a connection, its host name too. LoginRefused names the setting of a file in error."""
        with _of("NORRSAM_KAFKA_CA", self.ca, "it holds no certificate in PEM"):
            context = ssl.create_default_context(cafile=self.ca)
        if self.certificate:
            with _of("NORRSAM_KAFKA_CERTIFICATE", self.certificate, "it must hold a certificate with its key in PEM"):
                context.load_cert_chain(self.certificate, password=lambda: "")  # without, OpenSSL asks the terminal
        return context

    def read_password(self) -> str:
        """The password. LoginRefused if its file cannot be read or holds none."""
        assert self.password
        with _of("NORRSAM_KAFKA_PASSWORDS", self.password, "it must hold one line of ASCII"):
            text = self.password.read_text(encoding="ascii").strip()
            if not text or "\n" in text:
                raise ValueError
        return text

    def arguments(self) -> dict[str, Any]:
        """The arguments of aiokafka's clients. LoginRefused names the setting of a file in error."""
        arguments = {"security_protocol": self.protocol, "ssl_context": self.context()}
        if self.password:
            arguments |= {
                "sasl_mechanism": MECHANISM,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.read_password(),
            }
        return arguments

    async def refusal(self, bootstrap: str) -> str | None:
        """Why no server of ``bootstrap`` lets this client in; None if one does, or if none answers.

        aiokafka says of each of these only that it cannot connect.
        """
        found, arguments = None, self.arguments()
        for server in bootstrap.split(","):
            host, _, port = server.strip().rpartition(":")
            try:
                conn = await create_conn(host, int(port), request_timeout_ms=ASK_MS, **arguments)
            except (OSError, KafkaError, TimeoutError) as error:
                found = self._words(server.strip(), error) or found
            else:
                await conn.close()
                return None
        return found

    def _words(self, server: str, error: Exception) -> str | None:
        if isinstance(error, SaslAuthenticationFailed):
            return f"Kafka at {server} refuses {self.user} with its password of NORRSAM_KAFKA_PASSWORDS"
        if isinstance(error, ssl.SSLCertVerificationError):
            if error.verify_code in _OTHER_NAMES:
                return f"Kafka at {server} has a certificate for other names than this one (NORRSAM_KAFKA)"
            if error.verify_code == _EXPIRED:
                return f"the certificate of Kafka at {server} has expired"
            if error.verify_code == _NOT_YET_VALID:
                return f"the certificate of Kafka at {server} is not valid yet: does the clock here go right?"
            if error.verify_code == _NO_KEY_OF_AUTHORITY:
                return f"the certificate of Kafka at {server} does not name its authority's key: issue it again"
            return f"the certificate of Kafka at {server} is not from the authority in NORRSAM_KAFKA_CA"
        if isinstance(error, ssl.SSLError):
            return f"Kafka at {server} and this client cannot agree on TLS ({error.reason}): is it the right port?"
        if isinstance(error, KafkaConnectionError | ConnectionResetError) and self.certificate:
            return f"Kafka at {server} ends the connection: it may not know the authority of NORRSAM_KAFKA_CERTIFICATE"
        return None


@contextmanager
def _of(setting: str, path: Path, wrong: str) -> Iterator[None]:
    """Name the setting and its file if it cannot be read; ``wrong`` if it holds something else."""
    try:
        yield
    except OSError as error:
        said = wrong if isinstance(error, ssl.SSLError) else error.strerror
        raise LoginRefused(f"{setting}: {path}: {said}") from None
    except ValueError:
        raise LoginRefused(f"{setting}: {path}: {wrong}") from None


async def explain(login: KafkaLogin | None, bootstrap: str, error: KafkaConnectionError) -> KafkaConnectionError:
    """The error to raise for ``error``: a LoginRefused if the log-in is why, else the error itself."""
    words = await login.refusal(bootstrap) if login else None
    return LoginRefused(words) if words else error


async def certificate_end(login: KafkaLogin, bootstrap: str) -> datetime:
    """When the certificate of the first server ends, or that of its authority, whichever is first.

    OSError or TimeoutError if the server is away.
    """
    host, _, port = bootstrap.split(",")[0].strip().rpartition(":")
    context = login.context()
    async with asyncio.timeout(ASK_MS / 1000):
        _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    try:
        found = [writer.get_extra_info("peercert"), *context.get_ca_certs()]
    finally:
        writer.transport.abort()  # an orderly end of TLS would be waited for
    return datetime.fromtimestamp(min(ssl.cert_time_to_seconds(str(each["notAfter"])) for each in found), UTC)
