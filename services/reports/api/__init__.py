"""The routes of this service. But for those of the yearly report all of them read."""

from fastapi import APIRouter

from services.reports.api import public, reports, yearly

router = APIRouter(routes=[*public.router.routes, *yearly.router.routes, *reports.router.routes])
"""Flat, as the runner wants it: it checks that every route has its right."""
