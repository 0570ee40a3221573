"""The routes of this service. Each parses, lets the domain decide inside one transaction, and answers."""

from fastapi import APIRouter

from services.actors.api import actors, cooperations, files, networks, persons
from shared.runtime import events

PARTS = (actors, files, persons, cooperations, networks, events)

router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
"""Flat, as the runner wants it: it checks that every route has its right."""
