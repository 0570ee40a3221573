"""Our own workloads: the same containers as in docker-compose.yml, and the workspace."""

from collections.abc import Iterator

from infra.access.users import MIRROR, service_user
from infra.kubernetes.parts import (
    CA,
    KAFKA_BOOTSTRAP,
    POSTGRES,
    POSTGRES_HOST,
    KubernetesInstance,
    Manifest,
    asked,
    container,
    deployment,
    empty,
    files,
    kept,
    labels,
    pod,
    reached,
    secret,
)

GATEWAY_IMAGE, GATEWAY_USER = "nginx:1.28-alpine", 101
_ONE_BY_ONE = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
_NEVER_TWO = {"type": "Recreate"}
_PAUSE = {"preStop": {"sleep": {"seconds": 5}}}
"""Until every machine knows that the pod is not to be called any more."""
_ADMINISTRATION = {
    "NORRSAM_KAFKA": f"{KAFKA_BOOTSTRAP}:9093",
    "NORRSAM_KAFKA_SECURITY": "SSL",
    "NORRSAM_KAFKA_CERTIFICATE": "/run/secrets/administrator.pem",
}
_ADMINISTERED = f"postgresql://postgres@{POSTGRES_HOST}:5432/postgres"
_TOKENS = {"configMap": {"name": "tokens", "items": [{"key": "jwks.json", "path": "jwks.json"}]}}


def prepare(instance: KubernetesInstance) -> Manifest:
    """The Job that goes before all: topics and access, then databases. Safe to repeat, and tried until it is done."""
    county, image = ["--county", instance.county.name], instance.image.format(name="norrsam")
    logins = {name: service_user(instance.county.name, name) for name in (*instance.services, MIRROR)}
    roles = {name: instance.county.database(name) for name in (*instance.services, "workspace")}
    topics = container("topics", image, "256Mi", {"/run/secrets": "admin"}, _ADMINISTRATION, args=["topics", "apply"])
    access = container(
        "access",
        image,
        "256Mi",
        {"/run/secrets": "admin", "/county/secrets/kafka/passwords": "logins", "/county/peers": "peers"},
        {**_ADMINISTRATION, "NORRSAM_PEERS": "/county/peers"},
        args=["access", "apply", *county, "--folder", "/county/secrets"],
    )
    databases = container(
        "databases",
        image,
        "256Mi",
        {"/run/secrets": "roles", "/run/postgres": "postgres"},
        {"NORRSAM_POSTGRES": _ADMINISTERED, "NORRSAM_POSTGRES_PASSWORD_FILE": "/run/postgres/password"},
        args=["databases", *county, *roles],
    )
    volumes = [
        files("admin", CA, secret("administrator")),
        files("logins", *(secret(name, {user: user}) for name, user in logins.items()), secret("mirrors")),
        files("roles", *(secret(name, {role: role}) for name, role in roles.items())),
        files("postgres", secret(f"{POSTGRES}-superuser", {"password": "password"})),
        _peers(instance),
    ]
    template = pod(
        instance, "prepare", [databases], volumes, initContainers=[topics, access], restartPolicy="OnFailure"
    )
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "prepare", "labels": labels("prepare")},
        # It goes when it has ended, so that the next version may be applied: a Job that is there cannot be changed.
        "spec": {"backoffLimit": 50, "ttlSecondsAfterFinished": 600, "template": template},
    }


def service(instance: KubernetesInstance, name: str) -> Iterator[Manifest]:
    """A service with its database migrated before it starts."""
    login = [secret("smtp-login")] if "NORRSAM_SMTP_LOGIN" in instance.settings else []
    yield from _served(instance, name, [files("secrets", CA, secret(name), *login), files("tokens", _TOKENS)], {})


def workspace(instance: KubernetesInstance) -> Iterator[Manifest]:
    """The pages for people, reached through the gateway's second server."""
    own = {
        **instance.workspace,
        "NORRSAM_API": "http://gateway:8080",
        "NORRSAM_OIDC_KEY_FILE": "/run/secrets/oidc-key",
        "NORRSAM_LOGIN_KEY_FILE": "/run/secrets/login-key",
    }
    yield from _served(
        instance, "workspace", [files("secrets", CA, secret("workspace")), files("tokens", _TOKENS)], own
    )


def _served(
    instance: KubernetesInstance, name: str, volumes: list[Manifest], env: dict[str, str]
) -> Iterator[Manifest]:
    image, county = instance.image.format(name="norrsam"), ["--county", instance.county.name]
    mounts = {"/run/secrets": "secrets", "/run/norrsam": "tokens"}
    migrate = container("migrate", image, "320Mi", mounts, env, args=["migrate", *county, name])
    serve = container(
        name,
        image,
        "320Mi",
        mounts,
        env,
        args=["serve", *county, name],
        ports=[{"containerPort": 8000}],
        livenessProbe=asked("/health/live", 8000, 6),
        readinessProbe=asked("/health/ready", 8000, 2),
        lifecycle=_PAUSE,
    )
    apart = _apart(name)
    template = pod(
        instance, name, [serve], volumes, initContainers=[migrate], terminationGracePeriodSeconds=20, **apart
    )
    yield deployment(name, 2, template, _ONE_BY_ONE)
    yield reached(name, name, {8000: 8000})
    yield kept(name)


def gateway(instance: KubernetesInstance) -> Iterator[Manifest]:
    """The one way in, for other systems and for people; its configuration is written by the image of the services."""
    command = ["/opt/norrsam/bin/python", "-m", "infra.kubernetes.gateway", "/etc/nginx/norrsam"]
    mounts = {"/etc/nginx/norrsam": "configuration"}
    write = container("configuration", instance.image.format(name="norrsam"), "320Mi", mounts, command=command)
    nginx = container(
        "gateway",
        GATEWAY_IMAGE,
        "96Mi",
        {**mounts, "/run/secrets": "secrets", "/tmp": "tmp"},  # noqa: S108 - the container's own
        command=["nginx", "-e", "/dev/stderr", "-c", "/etc/nginx/norrsam/nginx.conf"],
        ports=[{"containerPort": port} for port in (8080, 8443, 8444)],
        livenessProbe=asked("/health/live", 8080, 3),
        readinessProbe=asked("/health/live", 8080, 1),
        lifecycle=_PAUSE,
    )
    volumes = [empty("configuration"), empty("tmp"), files("secrets", secret("gateway"))]
    more = {"initContainers": [write], "terminationGracePeriodSeconds": 30, **_apart("gateway")}
    yield deployment("gateway", 2, pod(instance, "gateway", [nginx], volumes, user=GATEWAY_USER, **more), _ONE_BY_ONE)
    yield reached("gateway", "gateway", {8080: 8080, 8443: 8443})
    yield reached("public", "gateway", {instance.port: 8443}, type="LoadBalancer")
    yield reached("public-workspace", "gateway", {443: 8444}, type="LoadBalancer")
    yield kept("gateway")


def mirror(instance: KubernetesInstance) -> Manifest:
    """Brings what the joined counties share. There is one, and its watchdog looks at what arrives."""
    run = container(
        "mirror",
        instance.image.format(name="norrsam-tools"),
        "768Mi",
        {"/run/secrets": "secrets", "/county/peers": "peers", "/data": "data", "/tmp": "tmp"},  # noqa: S108 - its own
        {"NORRSAM_DATA": "/data", "NORRSAM_PEERS": "/county/peers", "NORRSAM_HTTP_HOST": "0.0.0.0"},  # noqa: S104 - a pod
        args=["mirror", "run", "--county", instance.county.name, "--stdout", "--figures", "9180"],
        ports=[{"containerPort": 9180}],
    )
    volumes = [files("secrets", CA, secret("mirror")), _peers(instance), empty("data"), empty("tmp")]
    return deployment(
        "mirror", 1, pod(instance, "mirror", [run], volumes, terminationGracePeriodSeconds=30), _NEVER_TWO
    )


def tools(instance: KubernetesInstance) -> Manifest:
    """For the operator's commands, which work on a copy of the county's folder. None runs until it is scaled to 1."""
    own = {
        "NORRSAM_DATA": "/county",
        "NORRSAM_PEERS": "/county/peers",
        "NORRSAM_PARTNERS": "/county/partners",
        "NORRSAM_SECRETS": "/county/secrets",
        "NORRSAM_POSTGRES": _ADMINISTERED,
        "NORRSAM_POSTGRES_PASSWORD_FILE": "/county/secrets/postgres",
        "NORRSAM_JWKS": "",
        "NORRSAM_GATEWAY": "http://gateway:8080",
        "NORRSAM_KAFKA_CA": "/county/secrets/kafka/ca.pem",
        "NORRSAM_KAFKA_PASSWORDS": "/county/secrets/kafka/passwords",
    }
    image, mounts = instance.image.format(name="norrsam-tools"), {"/county": "county", "/tmp": "tmp"}  # noqa: S108 - its own
    wait = container("tools", image, "512Mi", mounts, own, command=["sleep", "infinity"], workingDir="/county")
    return deployment("tools", 0, pod(instance, "tools", [wait], [empty("county"), empty("tmp")]), _NEVER_TWO)


def _peers(instance: KubernetesInstance) -> Manifest:
    """A folder for each county whose Secret is there: what `norrsam peers add` makes of its bundle."""
    kinds = ("address", "ca.pem", "password", "topics.json")
    paths = {other: {kind: f"{other}/{kind}" for kind in kinds} for other in instance.others}
    return files("peers", *(secret(f"peer-{other}", paths[other], optional=True) for other in instance.others))


def _apart(name: str) -> Manifest:
    """Two pods are on two machines, where there are two."""
    rule = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}
    return {"topologySpreadConstraints": [{**rule, "labelSelector": {"matchLabels": labels(name)}}]}
