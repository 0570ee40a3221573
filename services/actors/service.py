"""The actors service: all that the runner needs to know of it."""

from pathlib import Path

from services.actors.api import router
from services.actors.handlers import HANDLERS
from shared.runtime.auth import Role
from shared.runtime.service import Service

ALL = frozenset(Role)
COUNTY = frozenset({Role.COUNTY_COORDINATOR})

RIGHTS = {
    "follow_events": ALL,
    "list_actors": ALL,
    "get_actor": ALL,
    "register_actor": COUNTY,
    "change_actor": COUNTY,
    "retire_actor": COUNTY,
    "revive_actor": COUNTY,
    "import_actors": COUNTY,
    "export_actors": ALL,
    "name_person": COUNTY,
    "list_persons": COUNTY,
    "list_cooperations": ALL,
    "get_cooperation": ALL,
    "register_cooperation": COUNTY,
    "change_cooperation": COUNTY,
    "retire_cooperation": COUNTY,
    "list_networks": ALL,
    "get_network": ALL,
    "register_network": COUNTY,
    "change_network": COUNTY,
    "retire_network": COUNTY,
}

service = Service(
    "actors", router, HANDLERS, Path(__file__).parent / "migrations", RIGHTS, files=frozenset({"import_actors"})
)
