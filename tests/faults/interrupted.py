"""Commands for when something was lost, killed in the middle and run again."""

import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from random import Random

from tests.faults.commands import SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import SERVERS, Kind
from tests.faults.waits import require

LONGEST = 4.0
"""Seconds that the command runs at most before it is killed."""
AGAIN_WITHIN = 60.0


def _killed(word: str, *more: str) -> Kind:
    def strike(field: Field, rng: Random, county: str) -> str | None:
        subject, process = rng.choice(SUBJECTS), field.county(county)
        stream = ("--stream", subject.stream) if word == "restate" else ()
        words = (word, "--county", county, "--service", subject.service, *stream, *more)
        stopped = word == "recover" and rng.random() < 0.5
        with field.crowd.held(county) if stopped else nullcontext():
            if stopped:
                process.stop()
            run = field.begin_command(county, *words)
            time.sleep(rng.uniform(0.5, LONGEST))
            killed = run.poll() is None
            run.kill()
            run.communicate()
            require(lambda: _done(field, county, words), AGAIN_WITHIN, f"{' '.join(words)} succeeds")
            process.launch()
            process.wait_until_ready()
        return f"{word} of {subject.service} was killed, and run again" if killed else None

    return Kind(f"{word} killed", strike, SERVERS, slow=word == "rebuild")  # it reads whole topics


def _done(field: Field, county: str, words: Sequence[str]) -> bool:
    """Whether the command succeeds. It may not while the service itself does what the killed one had begun."""
    with suppress(RuntimeError):
        return bool(field.command(county, *words))
    return False


KINDS = (_killed("recover", "--anew"), _killed("rebuild"), _killed("restate"))
