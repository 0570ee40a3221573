"""The users: one for each county and service. A user sends commands throughout the test and writes the journal.

A command without an answer is sent again with the same Idempotency-Key, to any replica. Sometimes the user gives it
up, and its outcome stays unknown. Sometimes a user repeats a command that was answered.
"""

import threading
import time
from random import Random

import httpx

from tests.faults.field import Field
from tests.faults.journal import Journal, Outcome
from tests.faults.pace import PACE
from tests.faults.subject import Command, Known, Subject, version_of
from tests.faults.waits import require, until

PAUSE_SECONDS = 0.12 * PACE
PATIENCE_SECONDS = 60.0
TIMEOUT_SECONDS = 3.0 * PACE
GIVEN_UP, SENT_AGAIN, LOOKS = 0.2, 0.12, 0.15
ENDED = ("RETIRED", "CANCELLED")
_Answer = tuple[Outcome, httpx.Response | None]


class User(threading.Thread):
    """Sends commands of ``subject`` to ``county`` until `stop`. ``error`` is the exception that ended it, if any."""

    def __init__(self, field: Field, journal: Journal, subject: Subject, county: str, seed: int) -> None:
        super().__init__(name=f"{county} {subject.service}", daemon=True)
        self.county = county
        self.error: Exception | None = None
        self.doubts = 0  # how many answers have not come
        self._field, self._journal, self._subject = field, journal, subject
        self._rng = Random(f"{seed} {self.name}")
        self._known, self._begun = Known(), False
        self._ended, self._held, self._resting = threading.Event(), threading.Event(), threading.Event()
        self._holds = 0
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS)

    def run(self) -> None:
        """Send commands until `stop`, or until the test itself fails."""
        try:
            with self._client:
                while not self._ended.wait(self._rng.uniform(0, 2 * PAUSE_SECONDS)):
                    self._look_again()
                    self._command()
        except Exception as error:
            self.error = error

    def stop(self) -> None:
        """Stop after the last command is answered or given up. Raises the error that ended the user."""
        self._ended.set()
        self.join(PATIENCE_SECONDS + 10)
        if self.error:
            raise self.error

    def hold(self) -> None:
        """Wait until no command is under way, and send none before `go_on`."""
        self._holds += 1
        self._held.set()
        require(self._resting.is_set, 3 * TIMEOUT_SECONDS, f"the user of {self.name} rests")

    def go_on(self) -> None:
        """Send commands again."""
        self._held.clear()

    def _command(self) -> None:
        number, holds = self._journal.number(), self._holds
        command = self._next(number)
        self._journal.invoke(number, self._subject.service, self.county, command)
        outcome, answer = self._persist(command, f"key-{number}")
        if outcome is Outcome.REFUSED and holds != self._holds:
            outcome = Outcome.UNKNOWN  # the key that would tell may be lost with the database that was replaced
        done = answer if outcome is Outcome.OK else None
        self._remember(command, outcome, version_of(done) if done and command.told else None)
        self._journal.settle(number, outcome, command.version(done) if done else None)
        if outcome is Outcome.OK and answer and self._rng.random() < SENT_AGAIN and holds == self._holds:
            self._journal.repeat(number, self._send_again(command, f"key-{number}", answer))

    def _next(self, number: int) -> Command:
        if self._subject.begin and not self._begun:
            return self._subject.begin(self.county, number)
        return self._subject.draw(self._rng, self.county, self._known, number)

    def _persist(self, command: Command, key: str) -> _Answer:
        """Send the command, repeatedly while its outcome is unknown; returns the outcome and the answer."""
        first = outcome, answer = self._send(command, key)
        if outcome is not Outcome.UNKNOWN:
            return first
        self.doubts += 1
        if self._rng.random() < GIVEN_UP:
            return first

        def settled() -> bool:
            nonlocal outcome, answer
            outcome, answer = self._send(command, key)
            return outcome in (Outcome.OK, Outcome.REFUSED)

        return (outcome, answer) if until(settled, PATIENCE_SECONDS, 0.25) else (Outcome.UNKNOWN, None)

    def _send(self, command: Command, key: str | None) -> _Answer:
        self._rest()
        headers = {"Authorization": f"Bearer {self._field.token(self.county)}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        if command.if_match is not None:
            headers["If-Match"] = f'"{command.if_match}"'
        url = self._rng.choice(self._field.origins(self.county)) + command.path
        try:
            answer = self._client.request(command.method, url, json=command.body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            return Outcome.UNREACHED, None
        except httpx.TransportError:
            return Outcome.UNKNOWN, None
        if answer.is_server_error or _is_in_progress(answer):
            return Outcome.UNKNOWN, answer
        return (Outcome.OK if answer.is_success else Outcome.REFUSED), answer

    def _rest(self) -> None:
        while self._held.is_set():
            self._resting.set()
            time.sleep(0.05)
        self._resting.clear()

    def _send_again(self, command: Command, key: str, before: httpx.Response) -> str | None:
        """The difference between the two answers; empty if they are equal, None if they cannot be compared."""
        holds = self._holds
        outcome, answer = self._send(command, key)
        if answer is None or outcome is Outcome.UNKNOWN or holds != self._holds:
            return None
        if (answer.status_code, answer.content) == (before.status_code, before.content):
            return ""
        return f"{before.status_code} {before.text[:200]} the first time, then {answer.status_code} {answer.text[:200]}"

    def _remember(self, command: Command, outcome: Outcome, version: int | None) -> None:
        """Update the known versions. A refusal or an unknown outcome makes the version unknown until it is read."""
        if command.kind == "begin":
            self._begun = outcome in (Outcome.OK, Outcome.REFUSED)
            return
        if command.kind.startswith("refused") or not command.told:
            return
        if command.ends and outcome is Outcome.OK:
            self._known.retired[command.id] = version or 0
            del self._known.living[command.id]
        elif outcome in (Outcome.OK, Outcome.UNKNOWN) or (
            outcome is Outcome.REFUSED and command.id in self._known.living
        ):
            self._known.living[command.id] = version

    def _look_again(self) -> None:
        """Read one aggregate whose version is unknown, and now and then what others have asked for."""
        if self._subject.look and self._rng.random() < LOOKS:
            look = Command("look", "", "", "GET", self._subject.look(self._rng, self.county))
            outcome, answer = self._send(look, None)
            if outcome is Outcome.OK and answer:
                self._known.listed = answer.json()["items"]
        for identity in self._known.unsure()[:1]:
            look = Command("read", identity, "", "GET", self._subject.path(self.county, identity, self._known))
            outcome, answer = self._send(look, None)
            if answer is None or outcome is Outcome.UNKNOWN:
                return
            del self._known.living[identity]
            if outcome is Outcome.OK and answer.json().get("status") in ENDED:
                self._known.retired[identity] = version_of(answer)
            elif outcome is Outcome.OK:
                self._known.living[identity] = version_of(answer)


def _is_in_progress(answer: httpx.Response) -> bool:
    """Whether the first command with this key is still being carried out, so that this one is to be tried again."""
    return answer.status_code == httpx.codes.CONFLICT and answer.json()["type"] == "/problems/in-progress"
