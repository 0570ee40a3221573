"""The setting that says where mails are handed over."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed over, and how the way there is kept secret."""

    host: str
    port: int
    tls: Literal["starttls", "implicit", "off"]
    login: Path | None = None

    def __str__(self) -> str:
        return f"{'smtps' if self.tls == 'implicit' else 'smtp'}://{self.host}:{self.port}"

    def read_login(self) -> tuple[str, str] | None:
        """User and password: the lines of the file. None without a file; OSError or ValueError if it has not both."""
        if self.login is None:
            return None
        user, password = self.login.read_text(encoding="utf-8").splitlines()[:2]
        return user, password


def parse(text: str) -> MailServer:
    """The server of a setting; ValueError that says what to write."""
    parts = urlsplit(text)
    options = dict(parse_qsl(parts.query))
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path or options.keys() - {"tls"}:
        raise ValueError("write a server's address, as in smtp://mail.example.se:587 or smtps://mail.example.se")
    if parts.username or parts.password:
        raise ValueError("name no user in it: NORRSAM_SMTP_LOGIN is the path of a file with user and password")
    if options.get("tls", "off") != "off" or (options and parts.scheme == "smtps"):
        raise ValueError("only smtp://…?tls=off can be written, for a server on this machine or a catcher of mails")
    if options:
        return MailServer(parts.hostname, parts.port or 25, "off")
    if parts.scheme == "smtps":
        return MailServer(parts.hostname, parts.port or 465, "implicit")
    return MailServer(parts.hostname, parts.port or 587, "starttls")
