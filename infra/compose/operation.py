"""Instances in operation: jobs again, crashes, a restart, a restore, a farewell."""

import socket
import ssl
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from infra.compose.composition import CompositionError, Instance
from infra.demo import story
from infra.demo.county import DemoCounty, wait_until_seen
from infra.demo.stage import Stage

PATIENCE = 90.0
SERVICE = "actors"


def repeat_jobs(stage: Stage, instance: Instance, jobs: Sequence[str]) -> None:
    """The jobs run once more, and each ends with 0."""
    with stage.step("Topics, access, databases and migrations are asked for again"):
        for job in jobs:
            instance.compose("run", "--rm", "--no-TTY", "--no-deps", job)  # raises unless the job ends with 0
        stage.say("each job ended with 0")


def kill(stage: Stage, instances: Sequence[Instance], counties: Sequence[DemoCounty]) -> None:
    """A county's service and mirror are killed while another goes on; Docker starts them, and nothing is missed."""
    home, victim, instance = counties[0], counties[-1], instances[-1]
    with stage.step(f"{victim.name}'s service and mirror are killed (SIGKILL) while {home.name} goes on"):
        place, begun = story.own_place(home), time.monotonic()
        before = [instance.restarts(service) for service in (SERVICE, "mirror")]
        for service in (SERVICE, "mirror"):
            instance.kill(service)
        versions = [home.rename(place, f"Kommun i ändring {number}") for number in range(story.CHANGES)]
        _wait(lambda: [instance.restarts(service) for service in (SERVICE, "mirror")] > before and instance.is_ready())
        stage.say(f"{len(versions)} changes were accepted; {victim.name} answers again after {_since(begun)}")
        wait_until_seen([victim], place, versions[-1], PATIENCE)  # raises unless it does in time
        stage.say(f"{victim.name} knows the newest version after {_since(begun)}")


def restart_kafka(stage: Stage, instances: Sequence[Instance], counties: Sequence[DemoCounty]) -> None:
    """Commands go on while the county's own Kafka is away; their events follow."""
    home, others = counties[0], list(counties[1:])
    with stage.step(f"{home.name}'s Kafka is stopped, and started again"):
        instances[0].compose("stop", "kafka")
        place = story.own_place(home)
        version = home.rename(place, "Kommun utan Kafka")
        stage.say("a command was accepted meanwhile")
        begun = time.monotonic()
        instances[0].compose("start", "kafka")
        wait_until_seen(others, place, version, PATIENCE)
        stage.say(f"seen in the others {_since(begun)} after its start")


def restore(stage: Stage, instance: Instance, counties: Sequence[DemoCounty]) -> None:
    """A backup is put back, and the county recovers what has happened since from the topics."""
    home, others, name = counties[0], list(counties[1:]), instance.county.name
    with stage.step(f"{name} makes a backup, goes on, loses its database, and puts the backup back"):
        instance.tools("backup", "--county", name)
        place = story.own_place(home)
        version = home.rename(place, "Kommun efter säkerhetskopian")
        wait_until_seen(others, place, version, PATIENCE)
        instance.compose("stop", "gateway", SERVICE)
        (dump,) = (instance.folder / "backups").glob(f"*_{SERVICE}-*.dump")
        of = ("--county", name, "--service", SERVICE)
        instance.tools("restore", f"backups/{dump.name}", *of)
        for line in instance.tools("recover", *of).splitlines():
            stage.say(line)
        instance.compose("up", "--detach", "--no-build", "--wait", "--wait-timeout", "600")
        wait_until_seen(list(counties), place, version, PATIENCE)
        stage.check("what came after the backup is back", home.version("/actors/" + "/".join(place)) >= version)


def leave(stage: Stage, instances: Sequence[Instance]) -> None:
    """The last county leaves: nobody reads from it, and it reads from nobody."""
    *others, gone = instances
    with stage.step(f"{gone.county.name} leaves"):
        for one in others:
            one.tools("peers", "remove", gone.county.name, "--county", one.county.name)
            changes = one.compose("run", "--rm", "--no-TTY", "access")
            stage.check(f"its mirror may read in {one.county.name} no longer", f"{gone.county.name}-mirror" in changes)
        stage.check("the others are ready", all(one.is_ready() for one in others))


def protocol(instance: Instance, context: ssl.SSLContext) -> str | None:
    """The protocol that the gateway chooses of those that ``context`` offers."""
    parts = urlsplit(instance.url)
    assert parts.hostname
    with (
        socket.create_connection((parts.hostname, parts.port), timeout=5) as plain,
        context.wrap_socket(plain, server_hostname=parts.hostname) as secured,
    ):
        return secured.selected_alpn_protocol()


def until(work: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Do ``work`` until it does not fail; its last CompositionError after ``seconds``."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            work()
        except CompositionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(2)
        else:
            return


def _wait(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise CompositionError(f"It did not come back in {PATIENCE:.0f} s.")
        time.sleep(0.2)


def _since(begun: float) -> str:
    return f"{time.monotonic() - begun:.1f} s"
