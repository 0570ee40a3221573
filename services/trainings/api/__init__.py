"""The routes of this service. Each parses, carries out a command in one transaction, and answers."""

from fastapi import APIRouter

from services.trainings.api import calendars, certificates, enrolments, occasions, persons, seats, trainings

PARTS = (trainings, occasions, seats, enrolments, persons, certificates, calendars)

router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
"""Flat, as the runner wants it: it checks that every route has its right."""
