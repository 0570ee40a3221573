"""The counties that share events. A new one joins by a file: `norrsam peers add`."""

import re
from dataclasses import dataclass

DEFAULT = "norrbotten:25,vasterbotten:24,jamtland:23,vasternorrland:22"
_NAME = r"[a-z]+(?:-[a-z]+)*"


@dataclass(frozen=True, slots=True)
class County:
    """A county by its short name and its SCB code, a string of two digits (SCB: länskod)."""

    name: str
    code: str

    def __str__(self) -> str:
        return f"{self.name}:{self.code}"

    def database(self, service: str) -> str:
        """The name of a service's database and of its login role."""
        return f"{self.name}_{service}".replace("-", "_")


def parse(text: str) -> tuple[County, ...]:
    """The counties in ``name:code,name:code``; ValueError names the part that is wrong."""
    counties = tuple(_parse_one(part.strip()) for part in text.split(",") if part.strip())
    if not counties:
        raise ValueError("no county is named; write name:code pairs, as in 'norrbotten:25,jamtland:23'")
    for attribute in ("name", "code"):
        values = [getattr(county, attribute) for county in counties]
        if doubled := {value for value in values if values.count(value) > 1}:
            raise ValueError(f"the {attribute} {sorted(doubled)[0]!r} is given to more than one county")
    return counties


def with_joined(listed: tuple[County, ...], text: str) -> tuple[County, ...]:
    """The listed counties, and those that ``text`` has a line ``name:code`` of; ValueError as `parse`."""
    lines = [line for line in text.splitlines() if line not in map(str, listed)]
    return parse(",".join([*map(str, listed), *lines]))


def is_name(text: str) -> bool:
    """Whether a county can be called so in settings, addresses and names of topics."""
    return re.fullmatch(_NAME, text) is not None


def _parse_one(part: str) -> County:
    match = re.fullmatch(rf"({_NAME}):(\d{{2}})", part)
    if not match:
        raise ValueError(f"{part!r} is not of the form name:code, as in 'norrbotten:25' (lower-case ASCII)")
    return County(name=match[1], code=match[2])
