"""The counties that share events. A new one joins by settings alone."""

import re
from dataclasses import dataclass

DEFAULT = "norrbotten:25,vasterbotten:24,jamtland:23,vasternorrland:22"


@dataclass(frozen=True, slots=True)
class County:
    """A county by its short name and its SCB code, a string of two digits (SCB: länskod)."""

    name: str
    code: str

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


def _parse_one(part: str) -> County:
    match = re.fullmatch(r"([a-z]+(?:-[a-z]+)*):(\d{2})", part)
    if not match:
        raise ValueError(f"{part!r} is not of the form name:code, as in 'norrbotten:25' (lower-case ASCII)")
    return County(name=match[1], code=match[2])
