"""The story on a composition: `make test-compose`. It needs a Docker engine and the ports of docker-compose.yml.

It removes what a killed run left, builds the image, brings everything up as a project of its own, plays and checks,
and leaves nothing behind but the image. It does not begin while another composition holds the ports.
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx

from infra.cli.county import local_token
from infra.cli.import_ import shipped
from infra.compose.composition import KAFKA, Composition, CompositionError, build, require_docker
from infra.demo import partner, story
from infra.demo.county import DemoCounty, wait_until_seen
from infra.demo.stage import Stage
from infra.engine.signals import ended_by_sigterm
from shared.contracts.counties import DEFAULT, parse
from shared.contracts.topics import topic_name

PATIENCE = 60.0
COUNTIES = parse(DEFAULT)
JOBS = ("topics", "databases", "migrations")


def main() -> int:
    """The exit code: 0 only if all came true."""
    stage = Stage()
    try:
        require_docker()
        with ended_by_sigterm(), ExitStack() as stack:
            play(stage, stack)
    except CompositionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if stage.end() else 1


def play(stage: Stage, stack: ExitStack) -> None:
    """The whole story; what it started is removed when ``stack`` is closed."""
    composition = Composition(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="norrsam-"))))
    composition.remove()
    composition.require_free_ports()
    with stage.step("The image is built"):
        stage.say(f"{build() / 1e6:.0f} MB")
    stack.callback(composition.remove)
    with stage.step("Everything comes up: Kafka, PostgreSQL, three jobs, four counties, four gateways"):
        bring_up(composition)
        stage.check("each job ended with 0", all(composition.exit_code(job) == 0 for job in JOBS))
        stage.check("each gateway says that its county is ready", all(_ready(each.code) for each in COUNTIES))
    counties = [_county(composition, each.name, each.code) for each in COUNTIES]
    for county in counties:
        stack.callback(county.close)
    story.import_directories(stage, counties, {county.name: shipped(county.name).read_bytes() for county in counties})
    story.measure(stage, counties)
    read_as_partner(stage, counties)
    repeat_jobs(stage, composition)
    kill_a_county(stage, composition, counties)
    story.compare(stage, counties)


def bring_up(composition: Composition) -> None:
    """All services are healthy and all jobs are done; else the words of those that are not."""
    try:
        composition.compose(
            "up", "--detach", "--no-build", "--wait", "--wait-timeout", "300", *(each.name for each in COUNTIES)
        )
    except CompositionError as error:
        logs = composition.compose("logs", "--no-color", "--tail", "20")
        raise CompositionError(f"{error}\n{logs}") from None


def read_as_partner(stage: Stage, counties: Sequence[DemoCounty]) -> None:
    """The topics, read from outside of the containers, hold what the directories hold."""
    with stage.step("A partner reads the topics from outside"):
        seen = partner.read_all(KAFKA, [topic_name(county.name, "actors") for county in counties])
        newest = {subject for content in seen.values() for subject in content.newest}
        known = {identity for _, identity in counties[0].directory()}
        stage.check("the newest event of each subject is the directory", newest == known)


def repeat_jobs(stage: Stage, composition: Composition) -> None:
    """The jobs run once more, and each ends with 0."""
    with stage.step("Topics, databases and migrations are asked for again"):
        for job in JOBS:
            composition.compose("run", "--rm", "--no-deps", job)  # raises unless the job ends with 0
        stage.say("each job ended with 0")


def kill_a_county(stage: Stage, composition: Composition, counties: Sequence[DemoCounty]) -> None:
    """A county's process was killed while another went on; Docker started it again, and it missed nothing."""
    home, victim = counties[0], counties[-1]
    service = f"{victim.name}-actors"
    with stage.step(f"{victim.name} is killed (SIGKILL) while {home.name} goes on"):
        place, begun = story.own_place(home), time.monotonic()
        composition.kill(service)
        versions = [home.rename(place, f"Kommun i ändring {number}") for number in range(story.CHANGES)]
        code = next(each.code for each in COUNTIES if each.name == victim.name)
        while composition.restarts(service) == 0 or not _ready(code):
            if time.monotonic() - begun > PATIENCE:
                raise CompositionError(f"{service} did not come back in {PATIENCE:.0f} s")
            time.sleep(0.1)
        stage.say(f"{len(versions)} changes were accepted; {victim.name} answers again after {_since(begun)}")
        wait_until_seen([victim], place, versions[-1], PATIENCE)  # raises unless it does in time
        stage.say(f"{victim.name} knows the newest version after {_since(begun)}")


def _county(composition: Composition, name: str, code: str) -> DemoCounty:
    token = local_token(composition.folder, name, ["COUNTY_COORDINATOR"])
    return DemoCounty(name, f"http://127.0.0.1:81{code}", token)


def _ready(code: str) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:81{code}/health/ready", timeout=5).is_success
    except httpx.TransportError:
        return False


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.1f} s"


if __name__ == "__main__":
    sys.exit(main())
