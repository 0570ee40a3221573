"""The routes of this service."""

from fastapi import APIRouter

from services.shipment_alerts.api import (
    acknowledgements,
    advice,
    digests,
    drafts,
    feedback,
    guidance,
    methods,
    partners,
    reports,
    signal_files,
    signals,
    sites,
)

PARTS = (
    advice,
    sites,
    signals,
    signal_files,
    feedback,
    reports,
    guidance,
    drafts,
    acknowledgements,
    methods,
    digests,
    partners,
)

router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
"""Flat, as the runner wants it: it checks that every route has its right."""
