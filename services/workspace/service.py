"""The workspace for the process that hosts it: a service of the second kind, without a stream."""

from pathlib import Path

from services.workspace.app import build
from shared.runtime.service import PageService

service = PageService(name="workspace", migrations=Path(__file__).with_name("migrations"), build=build)
