"""A client that is not let in says why. A server with nothing but TLS is enough for its certificate."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from infra import authority
from infra.kafka.folder import KafkaSecrets
from shared.transport.kafka import KafkaCluster
from shared.transport.login import KafkaLogin, LoginRefused, certificate_end


@pytest.fixture
def secrets(tmp_path: Path) -> KafkaSecrets:
    found = KafkaSecrets(tmp_path / "kafka")
    found.make(["127.0.0.1"], ["norrbotten-actors"])
    return found


@asynccontextmanager
async def server(certificate: Path) -> AsyncIterator[str]:
    """The address of a server that has the certificate, and hangs up."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    found = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with found:
        yield f"127.0.0.1:{found.sockets[0].getsockname()[1]}"


async def test_another_authority_is_named(secrets: KafkaSecrets, tmp_path: Path) -> None:
    other = KafkaSecrets(tmp_path / "other")
    other.make(["127.0.0.1"], [])

    async with server(other.broker) as address:
        with pytest.raises(LoginRefused, match=r"is not from the authority in NORRSAM_KAFKA_CA"):
            await KafkaCluster(address, secrets.of("norrbotten-actors")).producer()


async def test_a_certificate_for_another_name_is_named(secrets: KafkaSecrets) -> None:
    authority.issue(secrets.folder, "broker", ["kafka.norrbotten.example"])

    async with server(secrets.broker) as address:
        with pytest.raises(LoginRefused, match=r"for other names than this one \(NORRSAM_KAFKA\)"):
            await KafkaCluster(address, secrets.of("norrbotten-actors")).cluster_id()


async def test_a_certificate_that_has_expired_is_named(secrets: KafkaSecrets) -> None:
    authority.issue(secrets.folder, "broker", ["127.0.0.1"], days=0)

    async with server(secrets.broker) as address:
        assert await secrets.of("norrbotten-actors").refusal(address) == (
            f"the certificate of Kafka at {address} has expired"
        )


async def test_strict_checks_as_of_python_3_13_are_passed(secrets: KafkaSecrets) -> None:
    context = secrets.of("norrbotten-actors").context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    async with server(secrets.broker) as address:
        host, port = address.split(":")
        _, writer = await asyncio.open_connection(host, int(port), ssl=context)
        writer.transport.abort()


async def test_a_certificate_that_python_3_13_refuses_is_named(
    secrets: KafkaSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, strict = x509.CertificateBuilder.add_extension, secrets.of("norrbotten-actors").context()
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    monkeypatch.setattr(
        x509.CertificateBuilder,
        "add_extension",
        lambda self, one, critical: self if isinstance(one, x509.AuthorityKeyIdentifier) else add(self, one, critical),
    )
    monkeypatch.setattr(KafkaLogin, "context", lambda _: strict)
    authority.issue(secrets.folder, "broker", ["127.0.0.1"])

    async with server(secrets.broker) as address:
        assert await secrets.of("norrbotten-actors").refusal(address) == (
            f"the certificate of Kafka at {address} does not name its authority's key: issue it again"
        )


async def test_a_port_without_tls_is_named(secrets: KafkaSecrets) -> None:
    def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"no TLS here")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as plain:
        address = f"127.0.0.1:{plain.sockets[0].getsockname()[1]}"

        assert "is it the right port?" in (await secrets.of("norrbotten-actors").refusal(address) or "")


async def test_a_kafka_that_is_away_is_no_refusal(secrets: KafkaSecrets) -> None:
    assert await secrets.of("norrbotten-actors").refusal("127.0.0.1:1") is None


async def test_the_end_of_a_certificate_is_read_from_kafka(secrets: KafkaSecrets) -> None:
    authority.issue(secrets.folder, "broker", ["127.0.0.1"], days=20)

    async with server(secrets.broker) as address:
        end = await certificate_end(secrets.administrator, address)

    assert timedelta(days=19, hours=23) < end - datetime.now(UTC) <= timedelta(days=20)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ca.pem", None, "NORRSAM_KAFKA_CA: .*ca.pem: No such file or directory"),
        ("ca.pem", "no certificate", "NORRSAM_KAFKA_CA: .*ca.pem: it holds no certificate in PEM"),
        ("passwords/norrbotten-actors", None, "NORRSAM_KAFKA_PASSWORDS: .*norrbotten-actors: No such file"),
        ("passwords/norrbotten-actors", " \n", "NORRSAM_KAFKA_PASSWORDS: .*norrbotten-actors: it must hold one line"),
        ("passwords/norrbotten-actors", "lösen", "NORRSAM_KAFKA_PASSWORDS: .*norrbotten-actors: it must hold one line"),
        ("administrator.pem", None, "NORRSAM_KAFKA_CERTIFICATE: .*administrator.pem: No such file or directory"),
        ("administrator.pem", "no key", "NORRSAM_KAFKA_CERTIFICATE: .*it must hold a certificate with its key in PEM"),
    ],
)
def test_a_file_in_error_is_named_with_its_setting(
    secrets: KafkaSecrets, name: str, text: str | None, said: str
) -> None:
    file = secrets.folder / name
    file.unlink()
    if text is not None:
        file.write_text(text, encoding="utf-8")
    login: KafkaLogin = secrets.administrator if name.startswith("administrator") else secrets.of("norrbotten-actors")

    with pytest.raises(LoginRefused, match=said):
        login.arguments()


def test_a_new_password_counts_for_the_next_client(secrets: KafkaSecrets) -> None:
    login = secrets.of("norrbotten-actors")
    before = login.arguments()["sasl_plain_password"]
    secrets.passwords.joinpath("norrbotten-actors").chmod(0o600)

    secrets.passwords.joinpath("norrbotten-actors").write_text("another", encoding="ascii")

    assert before not in ("", "another")
    assert login.arguments()["sasl_plain_password"] == "another"


def test_no_secret_shows_in_a_log_in(secrets: KafkaSecrets) -> None:
    assert secrets.of("norrbotten-actors").read_password() not in repr(secrets.of("norrbotten-actors"))
