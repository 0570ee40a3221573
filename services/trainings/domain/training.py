"""Decisions about trainings: what the catalogue of the host county says."""

from uuid import UUID

from shared.contracts.codes import Status
from shared.contracts.context import DecisionContext
from shared.contracts.event import if_different
from shared.contracts.trainings import Training, TrainingChanged, TrainingDetails, TrainingPublished, TrainingRetired
from shared.rejected import Rejected


def publish(details: TrainingDetails, identity: UUID, context: DecisionContext) -> TrainingPublished:
    """The training is in the catalogue."""
    return TrainingPublished(id=identity, county=context.county.name, **dict(details))


def change(details: TrainingDetails, before: Training) -> TrainingChanged | None:
    """The training is as ``details`` say; None if it was so before."""
    living(before)
    return if_different(TrainingChanged(id=before.id, county=before.county, **dict(details)), before)


def retire(before: Training) -> TrainingRetired:
    """The training is not given any more. Occasions that there are stay."""
    living(before)
    return TrainingRetired(**dict(before) | {"status": Status.RETIRED})


def living(training: Training) -> None:
    """Rejected unless the training is given: what is retired changes no more, and gets no new occasion."""
    if training.status is not Status.ACTIVE:
        raise Rejected("retired", f"{training.title} is retired; publish a new training")
