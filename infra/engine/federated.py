"""Where an engine whose counties have a Kafka each keeps what belongs to one county: data/federated/<county>.

The folder `federated` itself tells such an engine from one whose counties share a Kafka.
"""

import shlex
from collections.abc import Mapping
from pathlib import Path

_FOLDER = "federated"


def is_federated(data: Path) -> bool:
    """Whether the counties of this data folder have a Kafka each."""
    return (data / _FOLDER).is_dir()


def begin(data: Path) -> None:
    """Make it such a folder."""
    (data / _FOLDER).mkdir(exist_ok=True)


def secrets_folder(data: Path, county: str) -> Path:
    """The secrets of the county's Kafka."""
    return data / _FOLDER / county / "kafka"


def peers_folder(data: Path, county: str) -> Path:
    """NORRSAM_PEERS of the county."""
    return data / _FOLDER / county / "peers"


def settings_file(data: Path, county: str) -> Path:
    """The settings with which the county's services, and commands about it, come to its Kafka; a shell reads it too."""
    return data / _FOLDER / county / "settings"


def administrator_file(data: Path, county: str) -> Path:
    """The settings with which its Kafka is administered, for a shell."""
    return data / _FOLDER / county / "administrator"


def written(settings: Mapping[str, str]) -> str:
    """The text of such a file."""
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())


def read(file: Path) -> dict[str, str]:
    """The settings in such a file; none if there is no file."""
    if not file.is_file():
        return {}
    return dict(line.split("=", 1) for line in shlex.split(file.read_text(encoding="utf-8")))
