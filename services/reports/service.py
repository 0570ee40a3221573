"""The reports service: all that the runner needs to know of it."""

from collections.abc import Mapping
from pathlib import Path

from services.reports.api import router
from services.reports.commands import PUBLISH, publish
from services.reports.handlers import HANDLERS
from shared.runtime.auth import INSIDE
from shared.runtime.service import OPEN, Right, Service

RIGHTS: Mapping[str, Right] = {"list_reports": INSIDE, "get_report": INSIDE, "get_public_statistics": OPEN}

service = Service("reports", router, HANDLERS, Path(__file__).parent / "migrations", RIGHTS, due={PUBLISH: publish})
