"""The place and the moment of a decision, as the clock of whoever writes shows it."""

from collections.abc import Iterable

from services.trainings.domain.aggregate import Here
from shared import calendar
from shared.contracts.counties import County
from shared.messaging.outbox import Writer


def here_of(writer: Writer, counties: Iterable[County] = ()) -> Here:
    """Where this writer is, and now; among ``counties`` if the decision names any."""
    return Here(writer.county, writer.now(), calendar, frozenset(each.name for each in counties))
