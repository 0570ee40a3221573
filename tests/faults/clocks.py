"""A county whose clock is wrong, and then right again.

NORRSAM_CLOCK moves the time of decisions alone. The library time-machine moves all of a process's time: generations and
times of reports, timestamps of records, epochs, ends of tokens. Without it the run says so, and moves decisions alone.
"""

import time
from functools import partial
from importlib.util import find_spec
from random import Random

from tests.faults import letters
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import POSTGRES, Kind
from tests.faults.program import SHIFT

WHOLE = find_spec("time_machine") is not None
"""Whether all of a process's time can be moved."""
WRONG_BY = {"an hour": 3600, "a day": 86_400}


def _wrong(name: str, field: Field, rng: Random, county: str) -> str | None:
    ahead, whole = rng.random() < 0.5, WHOLE and rng.random() < 0.8
    seconds = WRONG_BY[name] if ahead else -WRONG_BY[name]
    env = {SHIFT: str(seconds)} if whole else {"NORRSAM_CLOCK": f"{'' if ahead else '-'}PT{abs(seconds)}S"}
    recovered, process = whole and rng.random() < 0.4, field.county(county)
    with field.crowd.held(county):
        process.stop()
        wrong = field.use_clock(county, env)
        wrong.launch()
        wrong.wait_until_ready()
    time.sleep(rng.uniform(3, 10))
    if recovered:
        service = rng.choice(SUBJECTS).service
        field.command(county, "recover", "--county", county, "--service", service, "--anew", env=env)
    with field.crowd.held(county):
        wrong.stop()
        field.use_right_clock(county)
        field.start(county)
    for other in COUNTIES:
        letters.discard(field, other)  # the reports that were not believed, as the runbook says
    what = "the clock" if whole else "the time of decisions"
    return f"{what} was {name} {'ahead' if ahead else 'behind'}{', and a database was recovered' if recovered else ''}"


KINDS = tuple(Kind(f"clock {name} wrong", partial(_wrong, name), frozenset({POSTGRES}), slow=True) for name in WRONG_BY)
