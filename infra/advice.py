"""The gate's tables for the advice page in a browser: codes, weights and words, from the gate's own CSV files.

Written to services/workspace/static/tables.json by `make generated`.
"""

import json
from collections.abc import Mapping
from typing import Any

from services.shipment_alerts.domain.questions import CHOICES_OF, SEVERAL
from services.shipment_alerts.domain.tables import DANGERS, HAZARDS, OFFENCES, QUESTIONS, SIGNS
from shared.contracts.reference.shipments import ADVICE_LINES, NUMBERS, Words


def render() -> str:
    """The tables as JSON, small enough for a page that works without a network."""
    return json.dumps(tables(), ensure_ascii=False, separators=(",", ":")) + "\n"


def tables() -> Mapping[str, Any]:
    """The tables. A text is [Swedish, English]."""
    return {
        "questions": {
            str(step): {"field": question.code, "text": _text(question), "several": question.code in SEVERAL}
            for step, question in QUESTIONS.items()
        },
        "choices": {
            field: [[value, *_text(words)] for value, words in choices.items()] for field, choices in CHOICES_OF.items()
        },
        "dangers": {code: term.hazard_class for code, term in DANGERS.items()},
        "offences": {code: [term.imprisonment, term.customs_duty] for code, term in OFFENCES.items()},
        "signs": {
            code: [sign.strength, sign.hazard_class, sign.only_if_damaged, sign.not_if_opened]
            for code, sign in SIGNS.items()
        },
        "hazards": {code: {"danger": hazard.dangerous, "lines": hazard.lines} for code, hazard in HAZARDS.items()},
        "lines": {code: _text(words) for code, words in ADVICE_LINES.items()},
        "numbers": {code: [number.number, *_text(number)] for code, number in NUMBERS.items()},
    }


def _text(words: Words) -> list[str]:
    return [words.swedish, words.english]
