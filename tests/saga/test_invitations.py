"""All counties agree on who comes, whatever people, clocks, networks and backups do."""

from hypothesis.stateful import run_state_machine_as_test

from tests.saga.invitations import Invitations
from tests.saga.test_saga import RUN


def test_no_story_counts_an_old_answer_or_forgets_anybody() -> None:
    run_state_machine_as_test(Invitations, settings=RUN)
