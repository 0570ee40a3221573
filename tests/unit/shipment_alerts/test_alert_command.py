"""`norrsam alert` in a terminal: Swedish first, without a network, with the gate's answers."""

import socket
from collections.abc import Sequence
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner

from infra.cli.alert import alert
from services.shipment_alerts.domain import gate
from services.shipment_alerts.domain.answers import Answer, Situation
from services.shipment_alerts.domain.tables import EmployerRoutine
from shared.contracts.reference.shipments import Language

NONE, YES, NO, WHOLE, NARCOTICS, SNUS, ODOUR_AND_LABEL, WIRES = "", "1", "2", "1", "1", "7", "1, 11", "16"
CONTACT = {
    "dangers": [],
    "at_work": True,
    "condition": "WHOLE",
    "suspicion": "NARCOTICS",
    "from_abroad": "NO",
    "signs": ["ODOUR", "PRINTED_LABEL"],
}


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every connection fail."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def talk(typed: Sequence[str], *options: str) -> tuple[int, list[str]]:
    """Return the exit status and the printed lines."""
    app = Typer()
    app.command()(alert)
    done = CliRunner().invoke(app, options, input="".join(f"{line}\n" for line in typed))
    return done.exit_code, done.stdout.splitlines()


def end(situation: dict[str, Any], routine: EmployerRoutine = EmployerRoutine.EMPLOYER_FIRST) -> Answer:
    return gate.decide(Situation(**situation), routine)


def ends_with(screen: list[str], answer: Answer, language: Language = "sv") -> bool:
    text = list(answer.text(language))
    return text == screen[-len(text) - len(answer.calls) :][: len(text)]


@pytest.mark.parametrize(("language", "option"), [("sv", ()), ("en", ("--english",))])
def test_the_command_ends_as_the_gate_says(language: Language, option: tuple[str, ...]) -> None:
    status, screen = talk([NONE, YES, WHOLE, NARCOTICS, NO, ODOUR_AND_LABEL], *option)

    assert status == 0
    assert ends_with(screen, end(CONTACT), language)
    assert "114 14" in screen[-1]


def test_an_employer_may_let_staff_call_without_the_manager() -> None:
    _, careful = talk([NONE, YES, WHOLE, NARCOTICS, NO, ODOUR_AND_LABEL])

    _, direct = talk([NONE, YES, WHOLE, NARCOTICS, NO, ODOUR_AND_LABEL], "--direct")

    assert ends_with(direct, end(CONTACT, EmployerRoutine.DIRECT))
    assert len(direct) == len(careful) - 1


def test_danger_shows_112_first_and_asks_nothing_before_the_call() -> None:
    status, screen = talk(["1", NO])

    assert status == 0
    assert "Ring 112 nu." in screen
    assert not [line for line in screen if "arbete med post" in line]

    _, screen = talk(["1", YES, YES, WHOLE, NARCOTICS, NO, ODOUR_AND_LABEL])
    assert ends_with(screen, end(CONTACT | {"dangers": ["POWDER"], "called": True}))


def test_after_the_112_call_what_to_do_comes_last() -> None:
    _, screen = talk(["1", YES, YES, WHOLE, NARCOTICS, NO, ODOUR_AND_LABEL])

    assert screen.count("Lämna rummet.") == 2

    questions = [screen.index(line) for line in screen if line.endswith("?") and line != "Har du ringt 112?"]
    assert len(questions) == 5
    assert screen.index("Ring 112 igen om läget förändras.") < questions[1] < screen.index("Öppna inte försändelsen.")


def test_a_greater_danger_after_the_call_needs_112_again() -> None:
    _, screen = talk(["1", YES, YES, WHOLE, NARCOTICS, NO, WIRES, NO])

    assert screen.count("Ring 112 nu.") == 2
    assert "Utrym lokalen." in screen


def test_a_legal_stop_names_nobody_to_call() -> None:
    status, screen = talk([NONE, YES, WHOLE, SNUS])

    assert status == 0
    assert ends_with(screen, end({"dangers": [], "at_work": True, "condition": "WHOLE", "suspicion": "TOBACCO"}))
    assert screen[-1] == "Det du har svarat sparas inte."


@pytest.mark.parametrize("wrong", ["x", "0", "99", "1, x", "-1", "²"])
def test_an_answer_that_is_no_choice_is_asked_again(wrong: str) -> None:
    status, screen = talk([wrong, NONE, YES, WHOLE, SNUS])

    assert status == 0
    assert "Det går inte att tolka. Försök igen." in screen
    assert screen[-1] == "Det du har svarat sparas inte."
