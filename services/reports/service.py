"""The reports service: all that the runner needs to know of it."""

from collections.abc import Mapping
from pathlib import Path

from services.reports.api import router
from services.reports.commands.publishing import PUBLISH, publish
from services.reports.commands.yearly import REMIND, remind
from services.reports.handlers import HANDLERS
from shared.runtime.auth import INSIDE, Role
from shared.runtime.service import OPEN, Right, Service

COUNTY = frozenset({Role.COUNTY_COORDINATOR})
RIGHTS: Mapping[str, Right] = {
    "list_reports": INSIDE,
    "get_report": INSIDE,
    "get_public_statistics": OPEN,
    "list_yearly_reports": COUNTY,
    "write_yearly_report": COUNTY,
    "freeze_yearly_report": COUNTY,
    "get_yearly_report": COUNTY,
}

service = Service(
    "reports", router, HANDLERS, Path(__file__).parent / "migrations", RIGHTS, due={PUBLISH: publish, REMIND: remind}
)
