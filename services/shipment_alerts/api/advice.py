"""The gate over HTTP: advice about a suspected shipment, for anybody who asks.

Invariant: no answer is kept anywhere. No table, event or log line knows of a call, and the metrics count
calls in whole tens, once an hour; therefore the route is open and untraced, and changes nothing.
"""

import asyncio
import re
from dataclasses import asdict
from typing import Annotated

from fastapi import Header
from prometheus_client import Counter
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.responses import Response

from services.shipment_alerts.domain import gate
from services.shipment_alerts.domain.answers import Answer, Outcome, Situation
from services.shipment_alerts.domain.questions import asked
from services.shipment_alerts.domain.tables import EmployerRoutine
from services.shipment_alerts.store import sites
from shared.contracts.fields import Slug
from shared.contracts.reference.shipments import NUMBERS, Language
from shared.outages import is_outage
from shared.runtime.coarse import CoarseCounter
from shared.runtime.request import QueryRequest, RequestContext
from shared.runtime.routes import Router

router = Router()

STOPS = CoarseCounter(
    Counter("norrsam_gate_stops_total", "How often the gate has said that the duty of silence holds", ["county"])
)
_RANGE = re.compile(
    r"(?P<language>[a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*(?:[ \t]*;[ \t]*q=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?"
)
LOOK_UP_SECONDS = 0.5  # advice does not wait for a database


class AdviceRequest(Situation):
    """The answers so far, none to begin with. ``operator`` is who carries the post."""

    operator: Slug | None = None
    language: Language | None = Field(None, description="sv or en; else as Accept-Language says, else Swedish")


class Choice(BaseModel):
    """A value that can be answered, and what a person reads for it."""

    value: str | bool
    text: str


class AskedNext(BaseModel):
    """The next question: the field that its answer goes into, and all that it can be."""

    field: str
    text: str
    several: bool
    choices: list[Choice]


class NumberToCall(BaseModel):
    """Whom to call."""

    code: str
    number: str
    text: str


class Advice(BaseModel):
    """The advice. Show ``text`` as it stands, before anything else; ask ``asked`` next if it is there."""

    outcome: Outcome
    step: int
    hazard_class: str
    calls: list[NumberToCall]
    lines: list[str]
    text: list[str]
    customs_duty: bool
    form: bool
    asked: AskedNext | None


@router.post("/shipment-alerts/advice", response_model=Advice)
async def give_advice(
    situation: AdviceRequest, request: QueryRequest, accept_language: Annotated[str, Header()] = ""
) -> Response:
    """The advice for this situation. Nothing of it is kept."""
    language = situation.language or preferred(accept_language)
    answer = gate.decide(situation, await _employer_routine(request, situation.operator))
    if answer.outcome is Outcome.STOP:
        STOPS.inc(request.county)
    headers = {"Content-Language": language, "Cache-Control": "no-store"}
    return Response(to_json(advice(answer, language)), media_type="application/json", headers=headers)


def advice(answer: Answer, language: Language) -> Advice:
    """The answer in words."""
    calls = [
        NumberToCall(code=code, number=NUMBERS[code].number, text=NUMBERS[code].text(language)) for code in answer.calls
    ]
    question = asked(answer)
    following = question and AskedNext(
        field=question.field,
        text=question.question.text(language),
        several=question.several,
        choices=[Choice(value=value, text=words.text(language)) for value, words in question.choices.items()],
    )
    return Advice(**asdict(answer) | {"calls": calls, "text": answer.text(language), "asked": following})


def preferred(accept_language: str) -> Language:
    """Swedish or English, as an Accept-Language header weighs them (RFC 9110, sections 12.4.2 and 12.5.4).

    The one that is named first wins a tie; Swedish is answered where neither is wanted. What is no range is ignored.
    """
    weights: dict[str, float] = {}
    for part in accept_language.lower().split(","):
        if found := _RANGE.fullmatch(part.strip()):
            weight = float(found["weight"] or 1)
            weights[found["language"]] = max(weight, weights.get(found["language"], 0))
    known: tuple[Language, ...] = ("sv", "en")
    named = [language for each in weights for language in known if language == each]
    best = max((*named, *known), key=lambda language: weights.get(language, weights.get("*", 0)))
    return best if weights.get(best, weights.get("*", 0)) else "sv"


async def _employer_routine(request: RequestContext, operator: str | None) -> EmployerRoutine:
    """As the operator has decided; the careful one if it is not known here, or the database is away."""
    try:
        if operator is not None:
            async with asyncio.timeout(LOOK_UP_SECONDS), request.db.read() as conn:
                return await sites.employer_routine(conn, operator) or EmployerRoutine.EMPLOYER_FIRST
    except Exception as error:
        if not is_outage(error):
            raise
    return EmployerRoutine.EMPLOYER_FIRST
