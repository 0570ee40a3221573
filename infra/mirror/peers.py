"""The Kafkas that a county's mirror connects to: its own, and those of the counties that it has joined.

NORRSAM_PEERS is a folder with a folder for each of these: `address` (host:port, or several with commas between),
`ca.pem` (the certificate of its authority) and `password`, of the user `<county>-mirror` there. `norrsam peers add`
makes them of a bundle; a folder that it is just making begins with a dot.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.access.users import MIRROR, mirror_user
from infra.mirror.bundle import PASSWORD
from infra.mirror.rendering import render
from shared.runtime.kafka import kafka_of
from shared.runtime.setting_values import addresses
from shared.runtime.settings import Settings, SettingsError
from shared.transport.kafka import KafkaCluster
from shared.transport.login import KafkaLogin, LoginRefused


@dataclass(frozen=True, slots=True)
class Peering:
    """All that a mirror does its work by. ``digest`` changes with each password and authority, which it reads once.

    ``configuration`` is empty while no county is joined: the mirror would end at once.
    """

    configuration: str
    own: KafkaCluster
    others: Mapping[str, KafkaCluster]
    digest: str


def peering(settings: Settings, county: str) -> Peering:
    """The work of the county's mirror as it stands now. SettingsError names what is missing, or a file in error."""
    own, others = own_kafka(settings, county), peers(settings, county)
    logins = [kafka.login for kafka in (own, *others.values()) if kafka.login]
    contents = [file.read_bytes() for login in logins for file in (login.ca, login.password) if file]
    configuration = mirror_configuration(settings, county) if others else ""
    return Peering(configuration, own, others, hashlib.sha256(b"\0".join(contents)).hexdigest())


def own_kafka(settings: Settings, county: str) -> KafkaCluster:
    """The county's own Kafka, as its mirror logs in to it. SettingsError names what is missing, or a file in error."""
    kafka = kafka_of(settings, settings.county(county).name, MIRROR)
    _require_readable(kafka.login, "NORRSAM_KAFKA_PASSWORDS")
    return kafka


def peers(settings: Settings, county: str) -> dict[str, KafkaCluster]:
    """The Kafka of each county that this one has joined, as its mirror logs in there. SettingsError likewise."""
    folder, names = peers_folder(settings), joined(settings)
    if county in names:
        raise SettingsError(f"NORRSAM_PEERS: {folder}: it has a folder for {county} itself.")
    return {name: _peer(folder / name, county) for name in names}


def joined(settings: Settings) -> list[str]:
    """The counties that are joined, whatever their folders hold. SettingsError likewise."""
    folder = peers_folder(settings)
    try:
        names = sorted(each.name for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    except OSError as error:
        raise SettingsError(f"NORRSAM_PEERS: {folder}: {error.strerror}.") from None
    return [settings.county(name).name for name in names]


def peers_folder(settings: Settings) -> Path:
    """The folder of NORRSAM_PEERS. SettingsError if it is not set."""
    if settings.peers is None:
        raise SettingsError("NORRSAM_PEERS is not set. Name the folder with a folder for each county that is joined.")
    return settings.peers


def mirror_configuration(settings: Settings, county: str) -> str:
    """The configuration of the county's mirror. SettingsError likewise, also if no county is joined."""
    own, others = own_kafka(settings, county), peers(settings, county)
    if not others:
        raise SettingsError(f"NORRSAM_PEERS: {settings.peers}: it has no folder: no county is joined.")
    try:
        return render(county, own, others)
    except ValueError as error:
        raise SettingsError(f"NORRSAM_KAFKA and NORRSAM_PEERS do not go together: {error}.") from None


def _peer(folder: Path, county: str) -> KafkaCluster:
    login = KafkaLogin(folder / "ca.pem", mirror_user(county), folder / "password")
    try:
        address = addresses((folder / "address").read_text(encoding="ascii").strip())
        login.context()
    except LoginRefused as error:
        raise SettingsError(f"NORRSAM_PEERS: {str(error).partition(': ')[2]}.") from None
    except OSError as error:
        raise SettingsError(f"NORRSAM_PEERS: {error.filename}: {error.strerror}.") from None
    except ValueError:
        raise SettingsError(f"NORRSAM_PEERS: {folder / 'address'}: write host:port, or several with commas.") from None
    _require_readable(login, "NORRSAM_PEERS")
    return KafkaCluster(address, login)


def _require_readable(login: KafkaLogin | None, setting: str) -> None:
    """Kafka takes a password from its file as it is, and puts it between quotes: a line's end would be a part of it."""
    if login is None or login.password is None:
        return
    try:
        text = login.password.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise SettingsError(f"{setting}: {login.password}: {error.strerror}.") from None
    if not PASSWORD.fullmatch(text):
        raise SettingsError(
            f'{setting}: {login.password}: it must hold ASCII without blanks, quotes (") and backslashes, and no end '
            "of line after it."
        )
