"""A Kafka's own authority, and the certificates that it issues: for the broker and for who administers it.

Keys are on the curve P-256, unencrypted in PEM, readable by their owner alone. Kafka reads them as they are.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from infra.engine.private import write_private

CA, CA_KEY = "ca.pem", "ca.key"
BROKER, ADMINISTRATOR = "broker", "administrator"
"""Who has a certificate: the file <name>.pem, and Kafka's user of that name."""
CA_YEARS = 10
DAYS = 397
"""How long a certificate counts: a year, and a month to replace it in."""
_SLACK = timedelta(minutes=5)
"""Clocks differ."""


def make_authority(folder: Path, called: str = "norrsam-kafka-authority") -> bool:
    """Make the authority's key and certificate in ``folder``, unless they are there; whether they are new."""
    if (folder / CA_KEY).exists():
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(called)
    builder = _builder(name, name, key.public_key(), timedelta(days=365 * CA_YEARS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(issues=True), critical=True)
    write_private(folder / CA_KEY, _pem(key))
    write_private(folder / CA, _text(builder.sign(key, hashes.SHA256())))
    (folder / CA).chmod(0o644)
    return True


def issue(folder: Path, name: str, hosts: Sequence[str], days: int = DAYS) -> None:
    """Write a new key and certificate to folder/<name>.pem, in place of what is there; ``hosts`` are DNS names or IPs.

    A broker is a server and, to itself, a client; so each certificate is for both. It names its authority's key, for
    Python from 3.13 on asks for that (RFC 5280, 4.2.1.1).
    """
    authority = x509.load_pem_x509_certificate((folder / CA).read_bytes())
    signing = serialization.load_pem_private_key((folder / CA_KEY).read_bytes(), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), authority.subject, key.public_key(), timedelta(days=days))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(issues=False), critical=True)
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    known = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    named = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(known)
    builder = builder.add_extension(named, critical=False)
    if hosts:
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    write_private(folder / f"{name}.pem", _pem(key) + _text(builder.sign(signing, hashes.SHA256())))


def ends(path: Path) -> datetime:
    """When the certificate in the file ends. OSError if it cannot be read, ValueError if it holds none."""
    return _certificate(path).not_valid_after_utc


def hosts_of(path: Path) -> list[str]:
    """The names that the certificate in the file is for."""
    try:
        found = _certificate(path).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(each.value) for each in found]


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        key_cert_sign=issues,
        crl_sign=issues,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(pem, pkcs8, serialization.NoEncryption()).decode()


def _text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
