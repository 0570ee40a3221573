"""The Swedish words of the codes of the streams `trainings` and `enrolments`."""

from collections.abc import Mapping

from shared.contracts.reference import Term
from shared.contracts.reference.table import rows


def _terms() -> Mapping[str, Mapping[str, Term]]:
    terms: dict[str, dict[str, Term]] = {}
    for row in rows("shared.contracts.reference", "training_terms"):
        terms.setdefault(row["list"], {})[row["code"]] = Term(row["code"], row["swedish"])
    return terms


TERMS = _terms()
"""The words of each list of codes, by the name of its class."""
