"""The time that a county needs to catch up after it was stopped, from ready to complete."""

import time

from tests.bench.events import changes
from tests.bench.lines import Line
from tests.bench.stage import Stage

OWNER, AWAY = "norrbotten", "jamtland"
EVENTS, SECONDS = 10_000, 10.0


async def measure(stage: Stage) -> list[Line]:
    seconds = []
    for _ in range(stage.rounds):
        with stage.serving(AWAY):
            pass  # it was connected before
        await stage.publish(OWNER, await changes(OWNER, stage.scaled(EVENTS)))
        with stage.serving(AWAY):
            ready = time.perf_counter()
            await stage.receive(AWAY, OWNER)
            seconds.append(time.perf_counter() - ready)
    return [Line("complete again, of what is allowed", "s", seconds, [SECONDS] * len(seconds), at_most=1)]
