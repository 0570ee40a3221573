"""The routes of this service. Each parses, carries out a command in one transaction, and answers."""

from fastapi import APIRouter

from services.meetings.api import (
    action_items,
    calendar,
    calendar_files,
    decisions,
    digests,
    invitations,
    letters,
    meetings,
    minutes,
    minutes_drafts,
    presence,
)

PARTS = (
    *(meetings, calendar, presence, invitations, calendar_files),
    *(minutes_drafts, minutes, decisions, action_items, digests, letters),
)

router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
"""Flat, as the runner wants it: it checks that every route has its right."""
