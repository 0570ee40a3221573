"""How tables of reference data are read: CSV, UTF-8, a header row."""

import csv
from importlib.resources import files


def rows(package: str, name: str) -> list[dict[str, str]]:
    """The rows of ``name``.csv in ``package``, each by the names of its columns."""
    return list(csv.DictReader((files(package) / f"{name}.csv").read_text("utf-8").splitlines()))
