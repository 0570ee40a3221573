"""The Swedish words of the codes of EST."""

from shared.contracts.reference import Term
from shared.contracts.reference.table import by_list

TERMS = by_list("est_terms", Term)
"""The words of each list of codes, by the name of its class."""
