"""Approved minutes stay as they are in every county, whatever people, clocks, networks and backups do."""

from hypothesis.stateful import run_state_machine_as_test

from tests.saga.approvals import Approvals
from tests.saga.test_saga import RUN


def test_no_story_changes_minutes_that_are_approved() -> None:
    run_state_machine_as_test(Approvals, settings=RUN)
