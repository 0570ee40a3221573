"""The HTTP interface of each service as an OpenAPI document, made without anything running."""

from typing import Any

from shared.contracts.counties import DEFAULT, parse
from shared.runtime.app import build
from shared.runtime.service import Service
from shared.runtime.settings import Settings


def document(service: Service) -> dict[str, Any]:
    """The /openapi.json of a process that hosts this service alone, without the county's name."""
    defaults = Settings.model_construct()  # not the settings of whoever generates
    app = build([service], defaults, parse(DEFAULT)[0])
    described = app.openapi()
    return {**described, "info": {**described["info"], "title": f"Norrsam {service.name}"}}
