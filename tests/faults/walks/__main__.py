"""Break a running system in ten ways, and bring it back by the runbook alone: `make walks`.

SEED decides ways, counties and order; WAYS names the ways, with commas between, instead of ten at random. After LIMIT
seconds (3600) no way is begun any more, and the run fails. Each way has bounds of its own.
"""

import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults.walks import databases, topics
from tests.faults.walks.system import COUNTIES, System

TEN = 10
Way = Callable[[System, Random, str, str], None]
WAYS: dict[str, Way] = {
    way.__name__.replace("_", " "): way
    for way in (
        databases.put_back,
        databases.restored_silently,
        databases.recover_killed,
        databases.backup_and_topic_lost,
        databases.all_of_it_lost,
        databases.moved,
        databases.two_databases,
        topics.topic_deleted,
        topics.kafka_emptied,
        topics.older_copy_of_a_topic,
        topics.clock_wrong,
        topics.flood_of_dead_letters,
        topics.forged,
    )
}


def main() -> int:
    """Walk; exit status 0 if every system came back."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
    rng = Random(seed)
    asked = [word.strip() for word in os.environ.get("WAYS", "").split(",") if word.strip()]
    ways = asked or rng.sample(list(WAYS), TEN)
    print(f"seed {seed}: {', '.join(ways)}", flush=True)
    began, system = time.monotonic(), System()
    try:
        for number, name in enumerate(ways, 1):
            since = time.monotonic()
            _require_time(since - began, number - 1)
            county, other = rng.sample(list(COUNTIES), 2)
            print(f"{number:>3}/{len(ways)} {name}, {county}", flush=True)
            WAYS[name](system, rng, county, other)
            system.require_sound()
            print(f"      sound after {time.monotonic() - since:.0f} s", flush=True)
    except BaseException:
        system.keep_logs(kept := Path(os.environ.get("LOGS") or tempfile.mkdtemp(prefix="norrsam-walks-")))
        print(f"the logs are in {kept}", flush=True)
        raise
    finally:
        system.remove()
    print(f"{len(ways)} systems broken, {len(ways)} brought back, {time.monotonic() - began:.0f} s")
    return 0


def _require_time(passed: float, done: int) -> None:
    """TimeoutError if no way may be begun any more; ``passed`` is in seconds."""
    limit = float(os.environ.get("LIMIT") or 3600)
    if passed > limit:
        raise TimeoutError(f"{done} systems have come back in {limit:.0f} s; no other one is broken")


if __name__ == "__main__":
    sys.exit(main())
