"""How single settings are written; ValueError says how to write one that is bad."""

import re
from urllib.parse import urlsplit


def addresses(text: str) -> str:
    """Bootstrap servers as they are written."""
    for part in text.split(","):
        host, _, port = part.strip().rpartition(":")
        if not (host and port.isdigit() and 0 < int(port) < 65536):
            raise ValueError("write host:port, or several with commas between, as in 127.0.0.1:19092")
    return text


def postgres_address(text: str) -> str:
    """The address of a PostgreSQL."""
    parts = urlsplit(text)
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname:
        raise ValueError("write a server's address, as in postgresql://127.0.0.1:15432")
    return text  # an administrator's user and database in it are for `norrsam up`; services log in as themselves


def web_address(text: str) -> str:
    """An origin, without a slash at its end."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write the address others reach this county at, as in https://norrbotten.example.se")
    return text.rstrip("/")


def key_set_address(text: str) -> str:
    """A file's path, or an address that nobody can forge keys on the way from."""
    parts = urlsplit(text)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError("keys over plain http can be forged on the way; write an https address or a file's path")
    if parts.scheme not in ("", "http", "https"):
        raise ValueError("write a file's path or an https address")
    return text


def mail_sender_address(text: str) -> str:
    """An address of mail."""
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", text):
        raise ValueError("write the address that people answer to, as in samverkan@{county}.example.se")
    return text
