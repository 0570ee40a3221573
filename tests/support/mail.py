"""A real mail server for tests: it takes mails, refuses them, hangs, or goes away."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Answer = Callable[[str], str | None]
"""The server's answer for an address; None: it takes it."""


@dataclass
class Taken:
    """A mail that was taken, with the address that it was for."""

    to: str
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        found = message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class MailServer:
    """The server's answers, and what it has taken. ``at_data`` is called when a whole mail has come.

    It takes ``slow`` seconds for each answer.
    """

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    at_recipient: Answer = lambda address: None
    at_data: Answer = lambda address: None
    hangs: bool = False
    slow: float = 0.0
    drops: Callable[[str], bool] = lambda address: False
    asked: list[str] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        return [each.mail for each in self.taken]

    def subjects(self, to: str | None = None) -> list[str]:
        return [str(each.mail["Subject"]) for each in self.taken if to in (None, each.to)]

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        await asyncio.sleep(self.slow)
        if answer := self.at_recipient(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.slow)
        if self.hangs:
            await asyncio.Event().wait()
        address = envelope.rcpt_tos[0]
        if self.drops(address):
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "421 4.3.2 gone"
        if answer := self.at_data(address):
            return answer
        assert isinstance(envelope.content, bytes)
        self.taken.append(Taken(address, envelope.content))
        return "250 2.0.0 OK"


@asynccontextmanager
async def mail_server(
    tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None, port: int = 0, **behaviour: Any
) -> AsyncIterator[MailServer]:
    """A server, on a free port if none is named.

    With ``tls`` it asks for STARTTLS, with ``login`` for that user and password.
    """
    handler = MailServer(**behaviour)
    loop = asyncio.get_running_loop()

    def authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login.decode(), given.password.decode()) == login, handled=False)

    def protocol() -> SMTP:
        return SMTP(
            handler,
            hostname="mail.test",
            loop=loop,
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=authenticated if login else None,
            auth_required=login is not None,
        )

    listening = await loop.create_server(protocol, "127.0.0.1", port)
    handler.port = listening.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        listening.close()
