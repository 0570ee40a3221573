"""The routes of this service: all of them read."""

from fastapi import APIRouter

from services.reports.api import public, reports

router = APIRouter(routes=[*public.router.routes, *reports.router.routes])
"""Flat, as the runner wants it: it checks that every route has its right."""
