"""The names with which services, mirrors and partner agencies log in to a secured Kafka."""

MIRROR = "mirror"
HEARS_PARTNERS = "shipment-alerts"
"""The service that reads what partner agencies are shown, and what they answer."""
_PARTNER = "-partner-"


def service_user(county: str, service: str) -> str:
    """The name with which a service of a county logs in."""
    return f"{county}-{service}"


def mirror_user(county: str) -> str:
    """The name with which a county's mirror logs in, to its own Kafka and to those of the others."""
    return f"{county}-{MIRROR}"


def partner_user(county: str, agency: str) -> str:
    """The name with which a partner agency logs in to a county's Kafka."""
    return f"{county}{_PARTNER}{agency}"


def is_partner(user: str, county: str | None = None) -> bool:
    """Whether somebody who logs in is a partner agency, of this county if one is named."""
    return user.startswith(f"{county}{_PARTNER}") if county else _PARTNER in user
