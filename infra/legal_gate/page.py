"""The pages: what is asked and answered, what is kept, for how long, who reads it, which test shows it; an annex."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from infra.legal_gate.table import COLUMNS, answers, rows
from infra.legal_gate.words import ANNEX_HEAD, HEAD, HOW_TO_READ, KEPT, NO_SIGNS, TESTS, WHY
from services.shipment_alerts.domain.answers import Outcome
from services.shipment_alerts.domain.signals import LIFE
from services.shipment_alerts.domain.tables import HAZARDS, OFFENCES, QUESTIONS, SIGNS, Imprisonment, Strength
from shared.contracts.fields import SMALLEST_GROUP
from shared.contracts.reference.shipments import ADVICE_LINES, NUMBERS, TERMS
from shared.contracts.shipment_fields import SMALLEST_CELL
from shared.contracts.topics import STREAMS

SERVICE = "shipment-alerts"
YEAR = timedelta(days=365)


def render() -> str:
    """The two pages: what is asked and answered, and what is kept."""
    return "\n".join(
        (
            HEAD,
            _section("What is asked, in this order", ("step", "question", "why"), _asked()),
            _section(
                "What is answered: the whole table",
                (*(column.title for column in COLUMNS), "answer", "call", "who calls", "form"),
                rows(),
                HOW_TO_READ,
            ),
            _section("What is kept", ("what", "where", "how long", "who reads it"), (*KEPT, *_streams())),
        )
    )


def render_annex() -> str:
    """The annex: the lists behind the questions, each sentence, each field, each test."""
    return "\n".join(
        (
            ANNEX_HEAD,
            _section("Hazards", ("class", "meaning", "number", "advice"), _hazards()),
            _section("Signs", ("worth", "signs"), _signs(), NO_SIGNS),
            _section("Suspicions", ("suspicion", "imprisonment", "customs must be told", "how sure"), _offences()),
            _section("What is read", ("answer", "sentences, as they apply, beside the advice above"), _read()),
            _section("What the police can release to the counties", ("field", "what it can be"), _signal()),
            _section("Which test shows it", ("claim", "test"), ((claim, f"`{test}`") for claim, test in TESTS)),
        )
    )


def _section(title: str, head: Sequence[str], body: Iterable[Sequence[str]], note: str = "") -> str:
    lines = [head, ["---"] * len(head), *body]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    return f"## {title}\n\n" + (f"{note}\n\n" if note else "") + table


def _asked() -> Iterable[Sequence[str]]:
    for step, why in WHY.items():
        yield str(step), QUESTIONS[step].swedish if step in QUESTIONS else "–", why


def _hazards() -> Iterable[Sequence[str]]:
    for code, hazard in HAZARDS.items():
        advice = " ".join(ADVICE_LINES[line].swedish for line in hazard.lines)
        yield code, TERMS["HazardClass"][code].swedish, NUMBERS[hazard.call].number, advice


def _signs() -> Iterable[Sequence[str]]:
    worth = {
        Strength.STRONG: "strong: one is enough",
        Strength.NORMAL: "normal: two are needed",
        Strength.WEAK: "weak: one of two",
        Strength.SAFETY_ONLY: "none: it is about a person",
    }
    for strength, words in worth.items():
        yield words, "; ".join(sign.swedish for sign in SIGNS.values() if sign.strength is strength)


def _offences() -> Iterable[Sequence[str]]:
    words = {Imprisonment.YES: "yes", Imprisonment.NO: "no", Imprisonment.UNSURE: "not clear"}
    sure = {"V": "verified", "M": "from memory: confirm it", "U": "uncertain: decide it"}
    for offence in OFFENCES.values():
        duty = "yes, if from abroad" if offence.customs_duty else "no"
        yield offence.swedish, words[offence.imprisonment], duty, sure[offence.mark]


def _read() -> Iterable[Sequence[str]]:
    advice = {line for hazard in HAZARDS.values() for line in hazard.lines}
    for outcome in (one for one in Outcome if one is not Outcome.ASK):
        lines = dict.fromkeys(line for answer in answers() if answer.outcome is outcome for line in answer.lines)
        yield str(outcome), " · ".join(ADVICE_LINES[line].swedish for line in lines if line not in advice)


def _signal() -> Iterable[Sequence[str]]:
    """Every field of a signal. None of them takes free text."""

    def words(name: str) -> str:
        return ", ".join(term.swedish for term in TERMS[name].values())

    sites = f"at least {SMALLEST_GROUP} staffed sites"
    yield "where", f"the municipality, if {sites} stand behind that name; else the police area, if so; else the county"
    yield "type of site", f"only with the municipality, and if it has at least {SMALLEST_GROUP} of every type it has"
    yield "when", f"ISO week and its year: no day, no time of day. It expires {LIFE.days // 7} weeks after that week"
    yield (
        "signs; hazard class",
        f"{words('IndicatorGroup')}: groups, never single signs; {', '.join(TERMS['HazardClass'])}",
    )
    yield "suspicion", words("SuspectedCategory")
    yield "kind; origin", f"{words('ShipmentKind')}; {words('OriginScope')}"
    yield (
        "label; grade of source; of information; exercise",
        f"{', '.join(f'TLP:{code}' for code in TERMS['Tlp'])}; "
        f"{', '.join(TERMS['SourceGrade'])}; {', '.join(TERMS['InformationGrade'])}; "
        "yes or no: an exercise never counts",
    )
    told = f"per county and quarter, a whole quarter later, and no number from 1 to {SMALLEST_CELL - 1}"
    yield "reports checked; hit rate", told


def _streams() -> Iterable[Sequence[str]]:
    for stream in STREAMS.values():
        if stream.service == SERVICE:
            kept = "for ever" if stream.retention is None else f"{stream.retention // YEAR} years"
            yield (
                f"{stream.purpose} (`{stream.name}`)",
                "every county",
                kept,
                f"{stream.recipients} ({stream.legal_ground})",
            )
