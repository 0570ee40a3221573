"""Every situation at the gate, with the gate's answer."""

from functools import cache
from itertools import product

from services.shipment_alerts.domain.answers import Answer, Situation
from services.shipment_alerts.domain.gate import decide
from services.shipment_alerts.domain.tables import Abroad, Condition, Danger, EmployerRoutine, Indicator, Suspicion


@cache  # made by the tests that ask for it: to collect tests does not take it
def every_situation() -> list[tuple[Situation, EmployerRoutine, Answer]]:
    """Every combination of answers; of dangers and signs, none, each alone, and some together."""
    dangers = [frozenset[Danger](), *(frozenset({one}) for one in Danger), frozenset(Danger)]
    pairs = [{Indicator.FULLY_GLUED, Indicator.PRINTED_LABEL}, {Indicator.ODOUR, Indicator.PICKUP_BEHAVIOUR}]
    signs = [frozenset[Indicator](), *(frozenset({one}) for one in Indicator), *map(frozenset, pairs)]
    combinations = product(dangers, (False, True), (False, True), Condition, Suspicion, Abroad, signs)
    return [
        (situation, routine, decide(situation, routine))
        for chosen in combinations
        for situation in [Situation(**dict(zip(Situation.model_fields, chosen, strict=True)))]
        for routine in EmployerRoutine
    ]
