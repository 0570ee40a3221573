"""`norrsam alert`: the gate's questions in a terminal. It needs no network, and keeps nothing."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from services.shipment_alerts.domain import gate
from services.shipment_alerts.domain.answers import Answer, Outcome, Situation
from services.shipment_alerts.domain.questions import YES_OR_NO, asked
from services.shipment_alerts.domain.tables import EmployerRoutine
from shared.contracts.reference.shipments import NUMBERS, Language, Words
from shared.contracts.shipment_codes import HazardClass

_ONE = {"sv": "Skriv en siffra", "en": "Type a number"}
_SEVERAL = {
    "sv": "Skriv en eller flera siffror med komma emellan; bara Enter om inget stämmer",
    "en": "Type one or more numbers with commas between; Enter alone if none is right",
}
_CALLED = {"sv": "Har du ringt 112?", "en": "Have you called 112?"}
_AGAIN = {"sv": "Det går inte att tolka. Försök igen.", "en": "That cannot be read. Try again."}


def alert(
    english: Annotated[bool, typer.Option("--english", help="Ask in English; Swedish otherwise.")] = False,
    direct: Annotated[
        bool, typer.Option("--direct", help="The employer has decided that staff call themselves.")
    ] = False,
) -> None:
    """Ask what the gate asks about a suspected shipment, and say what to do. Nothing is kept or sent."""
    language: Language = "en" if english else "sv"
    routine = EmployerRoutine.DIRECT if direct else EmployerRoutine.EMPLOYER_FIRST
    given: dict[str, Any] = {}
    called: HazardClass | None = None
    said: set[str] = set()
    while True:
        answer = _decide(given, called, routine)
        _show(answer, language, said)
        question = asked(answer)
        if question is not None:
            given[question.field] = _ask(question.choices, question.several, language)
        elif answer.outcome is Outcome.EMERGENCY and _has_called(language):
            called = answer.hazard_class
        else:
            return


def _decide(given: dict[str, Any], called: HazardClass | None, routine: EmployerRoutine) -> Answer:
    """The gate's answer. A call to 112 counts for the danger at that time, not for a greater one since."""
    answer = gate.decide(Situation(**given), routine)
    if answer.outcome is Outcome.EMERGENCY and called is not None and answer.hazard_class <= called:
        return gate.decide(Situation(**given, called=True), routine)
    return answer


def _show(answer: Answer, language: Language, said: set[str]) -> None:
    """Print the answer. Before a question, lines in ``said`` are not repeated: they would bury the question."""
    typer.echo()
    for place, line in enumerate(answer.text(language)):
        if answer.outcome is Outcome.ASK and line in said:
            continue
        loud = answer.outcome is Outcome.EMERGENCY and place == 0
        typer.secho(line, bold=loud, fg=typer.colors.RED if loud else None)
        said.add(line)
    for call in answer.calls:
        typer.secho(f"{NUMBERS[call].text(language)}: {NUMBERS[call].number}", bold=True)


def _has_called(language: Language) -> bool:
    typer.echo(f"\n{_CALLED[language]}")
    return bool(_ask(YES_OR_NO, False, language))


def _ask(choices: Mapping[str | bool, Words], several: bool, language: Language) -> Any:
    values = list(choices)
    for number, words in enumerate(choices.values(), 1):
        typer.echo(f"  {number:>2}  {words.text(language)}")
    while True:
        text = typer.prompt(_SEVERAL[language] if several else _ONE[language], default="", show_default=False)
        typed = text.replace(",", " ").split()
        chosen = [values[int(word) - 1] for word in typed if word.isdecimal() and 0 < int(word) <= len(values)]
        if len(chosen) == len(typed) and (several or len(chosen) == 1):
            return chosen if several else chosen[0]
        typer.echo(_AGAIN[language])
