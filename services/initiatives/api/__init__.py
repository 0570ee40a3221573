"""The routes of this service. Each parses, carries out a command in one transaction, and answers."""

from fastapi import APIRouter

from services.initiatives.api import (
    cooperation_processes,
    est_areas,
    est_plans,
    joint_measures,
    knowledge,
    lessons,
    measures,
    problem_pictures,
    readiness,
    support_requests,
)

PARTS = (
    problem_pictures,
    measures,
    joint_measures,
    lessons,
    knowledge,
    est_areas,
    est_plans,
    readiness,
    cooperation_processes,
    support_requests,
)

router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
"""Flat, as the runner wants it: it checks that every route has its right."""
