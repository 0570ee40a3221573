"""The secrets of an instance beside Kafka's: passwords of PostgreSQL's roles, the workspace's, and a certificate.

The certificate is for trials, from an authority of its own. An operator puts her own in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from infra import authority
from infra.engine.private import make_passwords, new_password, rewrite, write_private

GATEWAY, POSTGRES = "gateway", "postgres"
"""The folder, the certificate in it and its name; and the file with the password of PostgreSQL's administrator."""
WORKSPACE = "workspace"
WORKSPACE_SECRETS = ("login-key", "oidc-secret")
"""The service, and the folder of its secrets: what seals log-ins, and what proves to the broker who it is."""


@dataclass(frozen=True, slots=True)
class InstanceSecrets:
    """The secrets of docker-compose.yml beside those of services and of Kafka; ``folder`` is that of all secrets."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The gateway's key and chain of certificates, in one file that its container is given."""
        return self.folder / GATEWAY / f"{GATEWAY}.pem"

    def make(self, hosts: Sequence[str]) -> list[str]:
        """Make what is missing; its names. A certificate that is there is never replaced."""
        made = make_passwords(self.folder, [POSTGRES])
        if not self.certificate.exists():
            self.certificate.parent.mkdir(mode=0o700, exist_ok=True)
            authority.make_authority(self.certificate.parent, "norrsam-gateway-authority")
            self.issue(hosts)
            made.append(GATEWAY)
        for name in WORKSPACE_SECRETS:  # its owner's alone: the workspace runs as she
            if not (path := self.folder / WORKSPACE / name).exists():
                write_private(path, new_password() + new_password())
                made.append(name)
        return made

    def issue(self, hosts: Sequence[str], days: int = authority.DAYS) -> None:
        """Write a new key and certificate for ``hosts``, readable by the container's user, as passwords are."""
        authority.issue(self.certificate.parent, GATEWAY, hosts, days)
        self.certificate.chmod(0o444)

    def issue_again(self) -> None:
        """Write a new one for the same names. ValueError if it is not from the authority that is here."""
        if not (self.certificate.parent / authority.CA_KEY).exists():
            raise ValueError(f"there is no authority in {self.certificate.parent}: put your own certificate there")
        self.issue(authority.hosts_of(self.certificate))

    def roles(self) -> list[str]:
        """The roles of PostgreSQL that have a password here."""
        return sorted(each.name for each in self.folder.iterdir() if each.is_file())

    def keep(self, role: str, password: str) -> None:
        """Put another password in place of a role's, at once and whole, and as readable as it was."""
        rewrite(self.folder / role, password)

    def ends(self) -> datetime:
        """When the certificate ends. OSError or ValueError if it cannot be read."""
        return authority.ends(self.certificate)
