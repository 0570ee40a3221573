"""The bulletins service: all that the runner needs to know of it."""

from pathlib import Path

from services.bulletins.api import router
from services.bulletins.handlers import HANDLERS

from shared.runtime.auth import Role
from shared.runtime.service import Service

ALL, COUNTY = frozenset(Role), frozenset({Role.COUNTY_COORDINATOR})
RIGHTS = {
    "publish_bulletin": COUNTY,
    "list_bulletins": ALL,
    "get_bulletin": ALL,
    "change_bulletin": COUNTY,
    "retire_bulletin": COUNTY,
}

service = Service("bulletins", router, HANDLERS, Path(__file__).parent / "migrations", RIGHTS)
