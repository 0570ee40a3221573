"""Mistakes with what secures a county's Kafka: a right that is taken away, passwords, a certificate that has ended."""

import time
from random import Random

from infra import authority
from infra.access import applying, table
from infra.access.users import mirror_user, service_user
from infra.engine import federated
from infra.engine.kafka import lists_topics
from infra.engine.private import write_private
from tests.faults.commands import COUNTIES, SUBJECTS
from tests.faults.field import Field
from tests.faults.kind import KAFKA, Kind
from tests.faults.pace import PACE
from tests.faults.plan import FEDERATED
from tests.faults.waits import require, until

FELT_WITHIN = 20.0 * PACE


def _rights_removed(field: Field, rng: Random, county: str) -> str | None:
    """Take away all that one user may do, and put it back as an operator does."""
    kafka, user = field.kafka(county), _user(rng, county)
    assert kafka.secrets
    users, grants = table.users([county], COUNTIES), table.grants([county], COUNTIES)

    def denied() -> int:
        log = kafka.part.log.read_text(encoding="utf-8", errors="replace")
        return sum("is Denied" in line and f"User:{user} " in line for line in log.splitlines())

    before, others = denied(), [grant for grant in grants if grant.user != user]
    applying.apply(kafka.administered, users, others, kafka.secrets.passwords)
    try:
        felt = until(lambda: denied() > before, FELT_WITHIN, 0.5)
        time.sleep(rng.uniform(1, 10))
    finally:
        applying.apply(kafka.administered, users, grants, kafka.secrets.passwords)
    return f"{user} might do nothing in {county}, and was denied it" if felt else None


def _password_rotated(field: Field, rng: Random, county: str) -> str | None:
    """Replace a password while everything runs; another county gets that of its mirror some seconds later."""
    kafka, data = field.kafka(county), field.engine.config.data
    assert kafka.secrets
    other = rng.choice([one for one in COUNTIES if one != county])
    user, restarted = _user(rng, county, other), rng.random() < 0.5
    administrator = federated.read(federated.administrator_file(data, county))
    folder = str(kafka.secrets.folder.parent)
    field.command(county, "secrets", "rotate", user, "--folder", folder, env=administrator)
    if restarted:  # so that everybody logs in anew
        kafka.kill()
        kafka.start()
    if user == mirror_user(other):
        time.sleep(rng.uniform(0, 8))
        password = (kafka.secrets.passwords / user).read_text(encoding="ascii")
        write_private(federated.peers_folder(data, other) / county / "password", password)
    return f"the password of {user} was replaced{', and Kafka restarted' if restarted else ''}"


def _certificate_ended(field: Field, rng: Random, county: str) -> str | None:
    """Kafka comes back with a certificate that counts no more; then it gets a new one."""
    kafka = field.kafka(county)
    assert kafka.secrets
    kafka.kill()
    authority.issue(kafka.secrets.folder, authority.BROKER, authority.hosts_of(kafka.secrets.broker), days=0)
    time.sleep(1)  # it ends now
    try:
        kafka.launch()
        time.sleep(rng.uniform(4, 12))
        refused = not lists_topics(kafka.administered, timeout=1)
    finally:
        kafka.kill()
        kafka.secrets.issue_again(authority.BROKER)
        kafka.start()
    require(lambda: lists_topics(kafka.administered, timeout=5), FELT_WITHIN, f"the Kafka of {county} is trusted again")
    return f"the certificate of {kafka.name} had ended" if refused else None


def _user(rng: Random, county: str, other: str | None = None) -> str:
    """One of those who log in to the county's Kafka: a service, its mirror, or the mirror of another county."""
    other = other or rng.choice([one for one in COUNTIES if one != county])
    services = [service_user(county, subject.service) for subject in SUBJECTS]
    return rng.choice((rng.choice(services), mirror_user(county), mirror_user(other)))


KINDS = (
    Kind("rights removed", _rights_removed, frozenset({KAFKA}), of=FEDERATED),
    Kind("password rotated", _password_rotated, frozenset({KAFKA}), of=FEDERATED),
    Kind("certificate ended", _certificate_ended, frozenset({KAFKA}), of=FEDERATED),
)
