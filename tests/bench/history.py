"""Ten times the history: commands, relay and inbox keep their cost."""

from tests.bench.command import posted
from tests.bench.events import changes
from tests.bench.lines import Line
from tests.bench.pgbench import fill
from tests.bench.stage import Stage

OWNERS, READER = ("norrbotten", "vasterbotten", "vasternorrland"), "jamtland"
SHORT, LONG = 10_000, 100_000
EVENTS, SECONDS = 8_000, 2.0
WHATS = (("POST /actors", "commands/s"), ("relay", "events/s"), ("inbox", "events/s"))


async def measure(stage: Stage) -> list[Line]:
    rounds = []
    for owner in OWNERS[: stage.rounds]:
        await stage.forget(READER)
        rounds.append([await _rates(stage, owner, size) for size in (stage.scaled(SHORT), stage.scaled(LONG))])
    return [
        Line(
            f"{what} after ten times the history",
            unit,
            [long[place] for _, long in rounds],
            [short[place] for short, _ in rounds],
            at_least=0.75,
        )
        for place, (what, unit) in enumerate(WHATS)
    ]


async def _rates(stage: Stage, owner: str, size: int) -> tuple[float, float, float]:
    """Rates of commands, relay and inbox, with ``size`` events in the log and as many known actors."""
    conn = await stage.connect(owner)
    missing = size - await conn.fetchval("SELECT count(*) FROM outbox")
    await fill(conn, owner, missing)
    await conn.close()
    rows = await changes(owner, stage.scaled(EVENTS))
    with stage.serving(owner):
        await stage.relay(owner, await changes(owner, missing, aggregates=missing))
        commands = await posted(stage, owner, SECONDS)
        relayed = await stage.relay(owner, rows)
    with stage.serving(READER):
        return commands, relayed, await stage.receive(READER, owner, len(rows))
