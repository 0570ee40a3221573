"""Joins a county to another and takes it out again, by the files that lie here; nothing is asked of any Kafka."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from infra import authority
from infra.access.users import mirror_user
from infra.engine.private import make_passwords, write_private
from infra.kafka.folder import KAFKA, KafkaSecrets
from infra.mirror import bundle
from infra.mirror.bundle import Bundle, BundleError
from infra.mirror.keys import CountyKeys, forget_keys, keep_keys, kept_keys, own_keys, read_keys
from infra.mirror.peers import joined, peers_folder
from shared.contracts.counties import is_name, with_joined
from shared.contracts.registry import EVENTS
from shared.contracts.topics import STREAMS, topic_name
from shared.runtime.settings import Settings, SettingsError

CONTRACT = "topics.json"
"""The file, in the folder of a joined county, with the event types of each topic that it shares."""


@dataclass(frozen=True, slots=True)
class Joining:
    """A county that joins others. ``secrets`` is its folder of `norrsam secrets`.

    Whatever cannot be done raises SettingsError, and changes nothing.
    """

    settings: Settings
    county: str
    secrets: Path

    @property
    def keys(self) -> CountyKeys:
        """The county's own keys, made if there are none."""
        return own_keys(self.secrets, self.settings.county(self.county).name)

    def export(self, other: str, key: Path | None, address: str, lasts: timedelta) -> tuple[str, CountyKeys]:
        """The bundle with which ``other`` may read here, at ``address``; and the keys that it is encrypted to."""
        self._require_other(other)
        keys = self._keys_of(other, key)
        kafka = KafkaSecrets(self.secrets / KAFKA)
        require_names(kafka, address)
        try:
            ca = kafka.ca.read_text(encoding="ascii")
            make_passwords(kafka.passwords, [mirror_user(other)])
            content = {
                "code": self.settings.county(self.county).code,
                "address": address,
                "ca": ca,
                "password": (kafka.passwords / mirror_user(other)).read_text(encoding="ascii").strip(),
                "topics": shared_types(self.county),
            }
            made = bundle.seal(content, self.keys, keys, lasts)
        except OSError as error:
            raise SettingsError(
                f"{error.filename}: {error.strerror}. `norrsam secrets init --county {self.county} --kafka …` makes "
                "what is missing."
            ) from None
        except ValidationError as error:
            raise SettingsError(f"A bundle cannot be made: {error.errors()[0]['loc'][0]} is in error.") from None
        keep_keys(self.secrets, keys)
        return made, keys

    def add(self, file: Path, key: Path | None) -> tuple[Bundle, CountyKeys, bool]:
        """Join the county that has made the bundle, or take its new one.

        Also the keys that it is signed with, and whether the county was not known here: then it is in NORRSAM_JOINED.
        """
        try:
            with file.open(encoding="ascii") as opened:
                text = opened.read(bundle.MAX_BYTES)
        except OSError as error:
            raise SettingsError(f"{file}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise BundleError(f"{file} is no bundle, or was altered on its way: ask for it again.") from None
        own = self.keys
        other, signed = bundle.unseal(text, own)
        self._require_other(other)
        keys = self._keys_of(other, key)
        found = bundle.verified(signed, own, keys, datetime.now(UTC))
        folder, new = peers_folder(self.settings), self._is_new(found)
        _put(folder / other, found)
        keep_keys(self.secrets, keys)
        if new and self.settings.joined:
            _append(self.settings.joined, str(found.county))
        return found, keys, new

    def remove(self, other: str) -> list[Path]:
        """Take a county out: its folder, its mirror's password here, its keys; what was there of these."""
        self._require_other(other)
        password = KafkaSecrets(self.secrets / KAFKA).passwords / mirror_user(other)
        folder = peers_folder(self.settings) / other
        found = [path for path in (folder, password) if path.exists()]
        if folder.exists():
            gone = folder.with_name(f".{other}.old")
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)
            shutil.rmtree(gone)
        password.unlink(missing_ok=True)
        forget_keys(self.secrets, other)
        return found

    def lines(self) -> Iterator[str]:
        """A table of the counties that are joined, of at most 80 columns."""
        yield f"{'county':<15} {'joined':<10} {'address':<40}"
        for other in joined(self.settings):
            folder = peers_folder(self.settings) / other
            try:
                address = (folder / "address").read_text(encoding="ascii").strip()
                since = f"{datetime.fromtimestamp((folder / 'password').stat().st_mtime, UTC):%Y-%m-%d}"
            except (OSError, UnicodeDecodeError):
                address, since = "a file is missing or in error: add it again", ""
            yield f"{other:<15} {since:<10} {address}"

    def _is_new(self, found: Bundle) -> bool:
        """Whether the county was not known here. SettingsError if it cannot be known."""
        counties = self.settings.counties_now()
        if found.county in counties or (not found.code and found.iss in [each.name for each in counties]):
            return False
        try:
            with_joined(counties, str(found.county))
        except ValueError as error:
            raise BundleError(f"The bundle is of {found.county}, which cannot be: {error}.") from None
        if self.settings.joined is None:
            raise SettingsError(
                f"{found.county} is new here, and NORRSAM_JOINED is not set: name the file with counties that have "
                "joined, or write it into NORRSAM_COUNTIES and start the services anew."
            )
        return True

    def _require_other(self, other: str) -> None:
        if not is_name(other):
            raise SettingsError(f"{bundle.shown(other)!r} is no name of a county: write it in a to z, with hyphens.")
        if other == self.county:
            raise SettingsError(f"{other} is this county itself.")

    def _keys_of(self, other: str, key: Path | None) -> CountyKeys:
        if key is None:
            return kept_keys(self.secrets, other)
        found = read_keys(key)
        if found.county != other:
            raise SettingsError(f"{key} has the key of {bundle.shown(found.county)}, and the bundle is of {other}.")
        return found


def require_names(kafka: KafkaSecrets, address: str) -> None:
    """SettingsError if Kafka's certificate has not the names of the address: who checks them would not come in."""
    if not kafka.broker.exists():  # it may lie with Kafka alone
        return
    names = authority.hosts_of(kafka.broker)
    for server in address.split(","):
        if (host := server.strip().rpartition(":")[0].strip("[]")) not in names:
            raise SettingsError(
                f"Kafka's certificate is for {', '.join(names) or 'no name'}, not for {host}: write --address as "
                "others reach it, or make a certificate for this name (docs/kafka-security.md, Replace a secret)."
            )


def shared_types(county: str) -> dict[str, list[str]]:
    """The event types of each topic that the county shares, as this version of the code writes them."""
    return {
        topic_name(county, stream): sorted(each for each in EVENTS if each.startswith(f"se.norrsam.{stream}."))
        for stream in STREAMS
    }


def _append(file: Path, line: str) -> None:
    """Add a line, at once. Services read the file in containers, as other users."""
    before = file.read_text(encoding="ascii") if file.exists() else ""
    new = file.with_name(f".{file.name}.new")
    new.write_text(f"{before}{line}\n", encoding="ascii")
    new.chmod(0o644)
    new.replace(file)


def _put(folder: Path, found: Bundle) -> None:
    """Write the files of a joined county beside its folder, and put them in its place at once."""
    new, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)
    write_private(new / "address", found.address)
    write_private(new / "ca.pem", found.ca)
    write_private(new / "password", found.password)
    write_private(new / CONTRACT, json.dumps(found.topics, indent=1))
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
