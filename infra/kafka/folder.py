"""The secrets of one Kafka: a folder with its authority, two certificates, and a password for each user."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra import authority
from infra.authority import ADMINISTRATOR, BROKER, CA
from infra.engine.private import make_passwords, rewrite
from shared.transport.login import KafkaLogin

KAFKA = "kafka"
"""The folder, within that of all secrets."""


@dataclass(frozen=True, slots=True)
class KafkaSecrets:
    """The files in ``folder``, which only its owner can enter. Nothing that is there is ever made anew by `make`."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The authority's certificate, which every client is given."""
        return self.folder / CA

    @property
    def broker(self) -> Path:
        """The broker's key and certificate."""
        return self.folder / f"{BROKER}.pem"

    @property
    def passwords(self) -> Path:
        """The folder with a file for each user."""
        return self.folder / "passwords"

    def make(self, hosts: Sequence[str], users: Iterable[str]) -> list[str]:
        """Make what is missing; its names. ``hosts`` are the names and addresses at which Kafka is reached."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        made = [CA] if authority.make_authority(self.folder) else []
        for name, names in ((BROKER, hosts), (ADMINISTRATOR, ())):
            if not (self.folder / f"{name}.pem").exists():
                self._issue(name, names)
                made.append(name)
        return made + make_passwords(self.passwords, users)

    def keep(self, user: str, password: str) -> None:
        """Put another password in place of a user's, at once and whole, as readable as it was."""
        rewrite(self.passwords / user, password)

    def issue_again(self, name: str) -> None:
        """Put a new key and certificate, for the same names, in place of the broker's or the administrator's."""
        self._issue(name, authority.hosts_of(self.folder / f"{name}.pem"))

    def _issue(self, name: str, hosts: Sequence[str]) -> None:
        """The broker's is mounted into the container of Kafka, whose user is another, as passwords are."""
        authority.issue(self.folder, name, hosts)
        if name == BROKER:
            self.broker.chmod(0o444)

    def of(self, user: str) -> KafkaLogin:
        """How the user logs in."""
        return KafkaLogin(self.ca, user, self.passwords / user)

    @property
    def administrator(self) -> KafkaLogin:
        """How who administers Kafka logs in."""
        return KafkaLogin(self.ca, certificate=self.folder / f"{ADMINISTRATOR}.pem")

    def ends(self) -> Iterator[tuple[str, datetime]]:
        """Each certificate, and when it ends. OSError or ValueError if one cannot be read."""
        for name in (CA, f"{BROKER}.pem", f"{ADMINISTRATOR}.pem"):
            yield name, authority.ends(self.folder / name)

    def names_in_use(self) -> list[str]:
        """The users that have a password here."""
        return sorted(os.listdir(self.passwords))
