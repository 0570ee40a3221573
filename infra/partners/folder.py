"""The folder NORRSAM_PARTNERS of a county: a file for each agreement, and what is wrong with one."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from infra.partners.agreement import Agreement
from shared.runtime.settings import Settings, SettingsError

ENDING, REVOKED = ".toml", ".revoked"
_AGENCY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MAX_NAME = 30


def partners_folder(settings: Settings) -> Path:
    """The folder of NORRSAM_PARTNERS. SettingsError if it is not set."""
    if settings.partners is None:
        raise SettingsError(
            "NORRSAM_PARTNERS is not set. Name the folder with a file for each partner, as in partners/police.toml."
        )
    return settings.partners


def agreements(settings: Settings) -> list[Agreement]:
    """All agreements, by agency. SettingsError names every file, its field, and what is wrong with it."""
    folder = partners_folder(settings)
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ENDING)
    except OSError as error:
        raise SettingsError(f"NORRSAM_PARTNERS: {folder}: {error.strerror}.") from None
    found, wrong = [], []
    for file in files:
        try:
            found.append(_read(file, settings))
        except SettingsError as error:
            wrong.append(str(error))
    if wrong:
        raise SettingsError("\n".join(wrong))
    return found


def agreement(settings: Settings, agency: str) -> Agreement:
    """The agreement with one agency, whatever the others' files hold. SettingsError if there is none."""
    file = partners_folder(settings) / f"{agency}{ENDING}"
    if not is_agency(agency) or not file.exists():
        known = ", ".join(sorted(path.stem for path in file.parent.glob(f"*{ENDING}"))) or "none"
        raise SettingsError(f"There is no agreement with {agency!r} in {file.parent}; there is: {known}.")
    return _read(file, settings)


def is_agency(agency: str) -> bool:
    """Whether this can be the name of an agency, in those of users, topics and groups too."""
    return len(agency) <= _MAX_NAME and _AGENCY.fullmatch(agency) is not None


def put_aside(settings: Settings, agency: str) -> bool:
    """Make the agreement hold no more, by another ending of its file; whether there was one. SettingsError."""
    file = partners_folder(settings) / f"{agency}{ENDING}"
    try:
        file.rename(file.with_suffix(REVOKED))
    except FileNotFoundError:
        return False
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}: take it out of the folder first, or it comes back.") from None
    return True


def put_aside_ones(settings: Settings) -> list[str]:
    """The agencies whose agreement was put aside."""
    return sorted(file.stem for file in partners_folder(settings).glob(f"*{REVOKED}"))


def _read(file: Path, settings: Settings) -> Agreement:
    agency = file.stem
    if not is_agency(agency):
        raise SettingsError(
            f"{file}: name the file after the agency, by a-z, 0-9 and - alone, at most {_MAX_NAME}: police{ENDING}."
        )
    if agency in {county.name for county in settings.counties}:
        raise SettingsError(f"{file}: {agency} is a county, which joins by `norrsam peers` and needs no agreement.")
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not TOML: {error}.") from None
    if "agency" in content:
        raise SettingsError(f"{file}: agency: the name of the file says it already; remove the line.")
    try:
        return Agreement(agency=agency, **content)
    except ValidationError as error:
        raise SettingsError("\n".join(f"{file}: {each}." for each in _sentences(error))) from None


def _sentences(error: ValidationError) -> Iterator[str]:
    for detail in error.errors():
        field = ".".join(part for part in detail["loc"] if isinstance(part, str))
        said = {
            "missing": "it is missing",
            "extra_forbidden": "there is no such field; see docs/kafka-security.md, Partner agencies",
            "date_from_datetime_inexact": "write a day without a time, as in 2027-11-30",
        }.get(detail["type"], detail["msg"].removeprefix("Value error, "))
        yield f"{field}: {said}" if field else said
