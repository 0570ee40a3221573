"""The initiatives service: all that the runner needs to know of it."""

from collections.abc import Mapping
from pathlib import Path

from services.initiatives.api import router
from services.initiatives.handlers import HANDLERS
from shared.runtime.auth import Role
from shared.runtime.service import Right, Service

AUTHORS = frozenset({Role.MUNICIPAL_COORDINATOR, Role.POLICE})
COORDINATORS = AUTHORS | {Role.COUNTY_COORDINATOR}
MEMBERS = COORDINATORS | {Role.READER}

RIGHTS: Mapping[str, Right] = {
    "list_home_pictures": COORDINATORS,
    "begin_picture": AUTHORS,
    "list_pictures": MEMBERS,
    "get_picture": MEMBERS,
    "change_picture": AUTHORS,
    "contribute_to_picture": AUTHORS,
    "own_picture": AUTHORS,
    "prioritise_picture": AUTHORS,
    "analyse_picture": AUTHORS,
    "agree_on_picture": AUTHORS,
    "release_picture": AUTHORS,
    "archive_picture": AUTHORS,
    "propose_measure": AUTHORS,
    "list_measures": MEMBERS,
    "list_home_measures": COORDINATORS,
    "list_model_news": COORDINATORS,
    "get_measure": MEMBERS,
    "change_measure": AUTHORS,
    "decide_on_measure": AUTHORS,
    "start_measure": AUTHORS,
    "follow_up_measure": AUTHORS,
    "finish_measure": AUTHORS,
    "stop_measure": AUTHORS,
    "release_measure": AUTHORS,
    "see_model_news": AUTHORS,
}

service = Service("initiatives", router, HANDLERS, Path(__file__).parent / "migrations", RIGHTS, discreet=True)
