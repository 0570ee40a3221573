"""The HTTP interface of each service as an OpenAPI document, made without anything running."""

from collections.abc import Sequence
from typing import Any

from shared.contracts.counties import DEFAULT, parse
from shared.runtime.app import build
from shared.runtime.service import Service
from shared.runtime.settings import Settings


def document(service: Service) -> dict[str, Any]:
    """The /openapi.json of a process that hosts this service alone, without the county's name."""
    return _described([service], service.name)


def joined(services: Sequence[Service]) -> dict[str, Any]:
    """The /openapi.json of a county's gateway, without the county's name: what all its services offer."""
    document = _described(services, "county")
    return {**document, "paths": {path: item for path, item in document["paths"].items() if path != "/metrics"}}


def _described(services: Sequence[Service], title: str) -> dict[str, Any]:
    defaults = Settings.model_construct()  # not the settings of whoever generates
    app = build(services, defaults, parse(DEFAULT)[0])
    described = app.openapi()
    return {**described, "info": {**described["info"], "title": f"Norrsam {title}"}}
