"""The story on instances of docker-compose.yml: `make test-compose` with two counties, `make compose-four` with four.

It needs a Docker engine and the ports of the counties. It removes what a killed run left, builds the images, brings
each county up as a project of its own, joins them by bundles, plays and checks, and leaves nothing behind but the
images. It does not begin while another composition holds the ports.
"""

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import permutations
from pathlib import Path

import httpx

from infra.cli.import_ import shipped
from infra.compose import composition, operation
from infra.compose.composition import CompositionError, Instance
from infra.demo import story
from infra.demo.stage import Stage
from infra.engine.signals import ended_by_sigterm
from shared.contracts.counties import DEFAULT, parse

COUNTIES = parse(DEFAULT)
TWO = ("norrbotten", "jamtland")
FOLDER = composition.ROOT / ".norrsam" / "compose"
JOBS = ("topics", "access", "databases", "migrations")


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 only if all came true. ``arguments`` are the counties."""
    stage = Stage()
    chosen = [county for county in COUNTIES if county.name in (arguments or TWO)]
    try:
        composition.require_docker()
        with ended_by_sigterm(), ExitStack() as stack:
            folder = _own_folder(stack)
            play(stage, stack, [Instance(folder, county) for county in chosen])
    except CompositionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0 if stage.end() else 1


def _own_folder(stack: ExitStack) -> Path:
    """An empty folder. It has keys in it: one that a killed run has left is deleted by the next."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(mode=0o700, parents=True)
    stack.callback(shutil.rmtree, FOLDER)
    return FOLDER


def play(stage: Stage, stack: ExitStack, instances: Sequence[Instance]) -> None:
    """The whole story; what it started is removed when ``stack`` is closed."""
    composition.make_network()
    stack.callback(composition.remove_network)
    with stage.step("The images are built"):
        for image, size in composition.build().items():
            stage.say(f"{image} {size / 1e6:.0f} MB")
    for instance in instances:
        instance.remove()
        instance.require_free_ports()
        stack.callback(instance.remove)
    with stage.step("Each operator makes her county's secrets, in containers that end"):
        in_each(instances, Instance.begin)
    with stage.step("Each county comes up: Kafka, PostgreSQL, four jobs, the services, gateway, mirror"):
        in_each(instances, Instance.start)
        jobs = [instance.exit_code(job) for instance in instances for job in JOBS]
        stage.check("each job ended with 0", jobs == [0] * len(jobs))
        stage.check("each gateway says that its county is ready", all(each.is_ready() for each in instances))
    look_at_gateway(stage, instances[0])
    counties = [instance.user() for instance in instances]
    for county in counties:
        stack.callback(county.close)
    join(stage, instances)
    story.import_directories(stage, counties, {county.name: shipped(county.name).read_bytes() for county in counties})
    story.measure(stage, counties)
    operation.repeat_jobs(stage, instances[0], JOBS)
    operation.kill(stage, instances, counties)
    operation.restart_kafka(stage, instances, counties)
    operation.restore(stage, instances[0], counties)
    story.compare(stage, counties)
    operation.leave(stage, instances)


def in_each(instances: Sequence[Instance], work: Callable[[Instance], None]) -> None:
    """Do ``work`` in all instances at once."""
    with ThreadPoolExecutor(len(instances)) as pool:
        list(pool.map(work, instances))


def look_at_gateway(stage: Stage, instance: Instance) -> None:
    """The gateway takes TLS alone, offers HTTP/2, and shows no figures."""
    with stage.step("A stranger looks at a gateway"):
        with httpx.Client(base_url=instance.url, verify=instance.trusted) as client:
            stage.check("its figures are not for the world", client.get("/metrics").status_code == 404)
        plain = httpx.get(instance.url.replace("https", "http"))
        stage.check("without TLS it answers nothing", plain.status_code == 400)
        context = instance.trusted
        context.set_alpn_protocols(["h2", "http/1.1"])
        stage.check("it speaks HTTP/2", operation.protocol(instance, context) == "h2")


def join(stage: Stage, instances: Sequence[Instance]) -> None:
    """Each pair of counties exchanges keys and bundles; then each sees the other's topics."""
    with stage.step("The operators exchange keys and bundles"):
        begun = time.monotonic()
        for one, other in permutations(instances, 2):
            key = one.tools("peers", "key", "--county", one.county.name)
            (other.folder / f"{one.county.name}.key").write_text(key, encoding="utf-8")
        for one, other in permutations(instances, 2):
            here, there = one.county.name, other.county.name
            one.tools("peers", "export", "--county", here, "--for", there, "--key", f"{there}.key")
            name = f"{here}-for-{there}.bundle"
            (one.folder / name).rename(other.folder / name)
        for one, other in permutations(instances, 2):
            one.tools("peers", "add", f"{other.county.name}-for-{one.county.name}.bundle", "--county", one.county.name)
        for instance in instances:
            instance.compose("run", "--rm", "--no-TTY", "access")
        stage.say(f"{time.monotonic() - begun:.0f} s")
    with stage.step("Each tests what it has joined: norrsam peers test"):
        for instance in instances:
            # One test of three counties takes more than a minute on two busy cores.
            operation.until(partial(instance.tools, "peers", "test", "--county", instance.county.name), seconds=300)
            stage.check(f"{instance.county.name} finds all good", True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
