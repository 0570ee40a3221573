"""The way to a mail server is kept secret: over TLS that is checked, and no password goes without it."""

import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.runtime.mail_server import MailServer
from shared.runtime.notices.transport import NotTaken, Send, Server
from tests.support.mail import MailServer as Catcher
from tests.support.mail import mail_server

LOGIN = ("samverkan", "hemligt")


def mail(to: str = "ombud@ombud.example") -> EmailMessage:
    found = EmailMessage(policy=SMTP)
    found["From"], found["To"], found["Subject"] = "samverkan@norrbotten.example", to, "Räkna med oss"
    found["Message-ID"] = "<1@norrbotten.example>"
    found.set_content("Räkna med oss på Ålö.", cte="quoted-printable")
    return found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@asynccontextmanager
async def sending(**behaviour: Any) -> AsyncIterator[tuple[Catcher, Send]]:
    """A server without TLS, and how to send to it."""
    async with (
        mail_server(**behaviour) as server,
        Server(MailServer("127.0.0.1", server.port, "off")).session() as send,
    ):
        yield server, send


@pytest.fixture
def login(tmp_path: Path) -> Path:
    file = tmp_path / "login"
    file.write_text("\n".join(LOGIN), "utf-8")
    return file


async def test_a_mail_goes_after_starttls_and_a_login(
    tls: ssl.SSLContext, certificate: Path, login: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with mail_server(tls=tls, login=LOGIN) as server:
        async with Server(MailServer("127.0.0.1", server.port, "starttls", login)).session() as send:
            await send(mail())

        assert server.subjects() == ["Räkna med oss"]


async def test_a_certificate_that_nobody_vouches_for_is_an_outage(tls: ssl.SSLContext) -> None:
    async with mail_server(tls=tls) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            async with Server(MailServer("127.0.0.1", server.port, "starttls")).session():
                pass

        assert server.taken == []


async def test_a_server_without_starttls_gets_nothing(login: Path) -> None:
    async with mail_server() as server:
        with pytest.raises(aiosmtplib.SMTPException, match="STARTTLS"):
            async with Server(MailServer("127.0.0.1", server.port, "starttls", login)).session():
                pass

        assert server.taken == []


async def test_a_wrong_login_is_an_outage_and_no_refusal(
    tls: ssl.SSLContext, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (tmp_path / "login").write_text("samverkan\nfel\n", "utf-8")
    async with mail_server(tls=tls, login=LOGIN) as server:
        with pytest.raises(aiosmtplib.SMTPAuthenticationError, match="535"):
            async with Server(MailServer("127.0.0.1", server.port, "starttls", tmp_path / "login")).session():
                pass


async def test_a_domain_with_swedish_letters_is_written_as_servers_know_it() -> None:
    async with sending() as (server, send):
        await send(mail("ombud@räksmörgås.example"))

        assert [each.to for each in server.taken] == ["ombud@xn--rksmrgs-5wao1o.example"]


async def test_a_refusal_names_codes_and_nobody() -> None:
    async with sending(at_data=lambda address: f"554 5.7.1 {address} is spam") as (_, send):
        with pytest.raises(NotTaken) as caught:
            await send(mail())

    assert str(caught.value) == "554 5.7.1"
    assert caught.value.refusal.for_good


async def test_a_server_that_goes_away_refuses_nothing() -> None:
    async with sending(at_data=lambda address: "421 4.3.2 shutting down") as (_, send):
        with pytest.raises(ConnectionError):
            await send(mail())
