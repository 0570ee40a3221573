"""Makes a secured Kafka's users and grants what the register says. What is not in it is removed.

Partner agencies are apart, with the rules by which their answers are read: without ``partners_of`` these are left as
they are, and with it, a county, nothing else is looked at than its partners and those rules.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from infra.access.table import READ, Grant
from infra.access.users import HEARS_PARTNERS, is_partner, service_user
from infra.kafka.clients import configuration
from shared.transport.kafka import KafkaCluster

SECONDS = 15.0
ITERATIONS = 8192
WIDTH = 80
_MECHANISM = ScramMechanism.SCRAM_SHA_512
_EVERYTHING = AclBindingFilter(
    ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
)


@dataclass(frozen=True, slots=True)
class Changes:
    """How the users and rules of a Kafka differ from the register: what is missing, and what is not in it."""

    users_missing: Collection[str]
    users_foreign: Collection[str]
    rules_missing: Collection[AclBinding]
    rules_foreign: Collection[AclBinding]

    def lines(self) -> Iterator[str]:
        """A table of what is added and removed, by user, of at most WIDTH columns."""
        of_user: defaultdict[str, list[str]] = defaultdict(list)
        for word, users in (("add", self.users_missing), ("remove", self.users_foreign)):
            for user in users:
                of_user[user].append(f"  {word:<7} user")
        for word, rules in (("add", self.rules_missing), ("remove", self.rules_foreign)):
            for (user, what), operations in sorted(_by_resource(rules).items()):
                text = f"{what}: {' '.join(sorted(operations))}"
                of_user[user] += wrap(text, WIDTH, initial_indent=f"  {word:<7} ", subsequent_indent=" " * 12)
        for user in sorted(of_user):
            yield user
            yield from of_user[user]


def plan(kafka: KafkaCluster, users: Sequence[str], grants: Sequence[Grant], partners_of: str | None = None) -> Changes:
    """How the Kafka differs. KafkaException if it does not answer, has no authorizer, or refuses."""
    return _changes(_admin(kafka), users, grants, partners_of)


def apply(
    kafka: KafkaCluster,
    users: Sequence[str],
    grants: Sequence[Grant],
    passwords: Path,
    partners_of: str | None = None,
) -> Changes:
    """Make it as the register says, and give what was different. A new user has the password of its file.

    First is added, then removed: nobody who stays loses anything meanwhile. Safe to repeat. OSError if the file of a
    new user cannot be read; then nothing has been changed.
    """
    admin = _admin(kafka)
    changes = _changes(admin, users, grants, partners_of)
    secrets = {user: (passwords / user).read_text(encoding="ascii").strip() for user in changes.users_missing}
    _set_passwords(admin, secrets)
    if changes.rules_missing:
        for future in admin.create_acls(list(changes.rules_missing), request_timeout=SECONDS).values():
            future.result()
    if changes.rules_foreign:
        for removed in admin.delete_acls([_filter(each) for each in changes.rules_foreign]).values():
            removed.result()
    if changes.users_foreign:
        gone = [UserScramCredentialDeletion(user, _MECHANISM) for user in changes.users_foreign]
        for future in admin.alter_user_scram_credentials(gone).values():
            future.result()
    return changes


def remove(kafka: KafkaCluster, user: str) -> bool:
    """Take all that a user may do, and then its log-in; whether there was any. Safe to repeat.

    Connections that are open stay so, and may do nothing any more: Kafka asks its rules at each request.
    """
    admin = _admin(kafka)
    of_user = AclBindingFilter(
        ResourceType.ANY, None, ResourcePatternType.ANY, f"User:{user}", None, AclOperation.ANY, AclPermissionType.ANY
    )
    (removed,) = admin.delete_acls([of_user], request_timeout=SECONDS).values()
    found = bool(removed.result())
    if user in admin.describe_user_scram_credentials(request_timeout=SECONDS).result():
        (gone,) = admin.alter_user_scram_credentials([UserScramCredentialDeletion(user, _MECHANISM)]).values()
        gone.result()
        return True
    return found


def set_password(kafka: KafkaCluster, user: str, password: str) -> None:
    """Give a user another password: it counts for new connections, and those that are open go on."""
    _set_passwords(_admin(kafka), {user: password})


def _set_passwords(admin: AdminClient, passwords: Mapping[str, str]) -> None:
    if not passwords:
        return
    info = ScramCredentialInfo(_MECHANISM, ITERATIONS)
    set_ = [UserScramCredentialUpsertion(user, info, secret.encode()) for user, secret in passwords.items()]
    for future in admin.alter_user_scram_credentials(set_).values():
        future.result()


def _admin(kafka: KafkaCluster) -> AdminClient:
    return AdminClient(configuration(kafka))


def _changes(admin: AdminClient, users: Sequence[str], grants: Sequence[Grant], partners_of: str | None) -> Changes:
    all_rules = admin.describe_acls(_EVERYTHING, request_timeout=SECONDS).result()
    rules = {rule for rule in all_rules if _is_of_partners(rule, partners_of) == (partners_of is not None)}
    all_users = admin.describe_user_scram_credentials(request_timeout=SECONDS).result()
    known = {user for user in all_users if is_partner(user, partners_of) == (partners_of is not None)}
    wanted = {_rule(grant) for grant in grants}
    return Changes(
        [user for user in users if user not in known], sorted(known - set(users)), wanted - rules, rules - wanted
    )


def _is_of_partners(rule: AclBinding, county: str | None) -> bool:
    """Whether a rule goes with an agreement: a partner's, or by which the service reads one topic of a partner."""
    user, owner = rule.principal.removeprefix("User:"), rule.name.partition(".")[0]
    read = _rule(Grant(service_user(owner, HEARS_PARTNERS), "topic", rule.name, False, READ))
    hears = rule == read and rule.name.startswith(f"{county or owner}.partners.")
    return hears or is_partner(user, county)


def _rule(grant: Grant) -> AclBinding:
    return AclBinding(
        ResourceType.TOPIC if grant.kind == "topic" else ResourceType.GROUP,
        grant.name,
        ResourcePatternType.PREFIXED if grant.prefixed else ResourcePatternType.LITERAL,
        f"User:{grant.user}",
        "*",
        AclOperation[grant.operation],
        AclPermissionType.ALLOW,
    )


def _filter(rule: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        rule.restype,
        rule.name,
        rule.resource_pattern_type,
        rule.principal,
        rule.host,
        rule.operation,
        rule.permission_type,
    )


def _by_resource(rules: Collection[AclBinding]) -> dict[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for rule in rules:
        kind = rule.restype.name.lower().replace("_", " ")
        star = "*" if rule.resource_pattern_type is ResourcePatternType.PREFIXED else ""
        denied = "" if rule.permission_type is AclPermissionType.ALLOW else "denied "
        host = "" if rule.host == "*" else f" from {rule.host}"
        what = f"{denied}{kind} {rule.name}{star}{host}"
        found[rule.principal.removeprefix("User:"), what].append(rule.operation.name)
    return found
