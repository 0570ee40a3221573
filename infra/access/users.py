"""The names with which services and mirrors log in to a secured Kafka."""

MIRROR = "mirror"


def service_user(county: str, service: str) -> str:
    """The name with which a service of a county logs in."""
    return f"{county}-{service}"


def mirror_user(county: str) -> str:
    """The name with which a county's mirror logs in, to its own Kafka and to those of the others."""
    return f"{county}-{MIRROR}"
