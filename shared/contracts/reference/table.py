"""How tables of reference data are read: CSV, UTF-8, a header row."""

import csv
from collections import defaultdict
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import TypeVar

PACKAGE = "shared.contracts.reference"
TableRow = TypeVar("TableRow")


def rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of ``name``.csv in ``package``, each by the names of its columns."""
    return list(csv.DictReader((files(package) / f"{name}.csv").read_text("utf-8").splitlines()))


def by_code(name: str, make: Callable[..., TableRow]) -> Mapping[str, TableRow]:
    """The rows of a table of this package by their codes; its columns are the arguments of ``make``."""
    return {row["code"]: make(**row) for row in rows(PACKAGE, name)}


def by_list(name: str, make: Callable[..., TableRow]) -> Mapping[str, Mapping[str, TableRow]]:
    """The same for a table of several lists of codes, by the name of each list."""
    lists: dict[str, dict[str, TableRow]] = defaultdict(dict)
    for row in rows(PACKAGE, name):
        codes = lists[row.pop("list")]
        codes[row["code"]] = make(**row)
    return dict(lists)
