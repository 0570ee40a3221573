"""Each version installed is one that all ask for, extras of extras included, so `make lock` finds a solution."""

from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement

EXTRAS = ("services", "engine", "subscriber", "dev")


def asked_by(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    """The requirements of a package with these extras, on this machine."""
    environments = [{"extra": extra} for extra in extras or {""}]
    for each in map(Requirement, metadata.requires(name) or ()):
        if each.marker is None or any(each.marker.evaluate(one) for one in environments):
            yield each


def test_every_version_installed_is_one_that_all_ask_for() -> None:
    wrong, seen, open_ones = [], set(), [("norrsam", frozenset(EXTRAS))]
    while open_ones:
        name, extras = open_ones.pop()
        for each in asked_by(name, extras):
            if not each.specifier.contains(metadata.version(each.name), prereleases=True):
                wrong.append(f"{name} asks for {each}, {metadata.version(each.name)} is installed")
            if (wanted := (each.name, frozenset(each.extras))) not in seen:
                seen.add(wanted)
                open_ones.append(wanted)

    assert wrong == []
    assert len(seen) > 100
