"""A page is sections: each asks for its own, all at once, and one that fails leaves the others standing."""

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

from services.workspace.answers import CallRefused, CountyAway
from services.workspace.shown import ShownFreshness

log = structlog.get_logger()

Content = TypeVar("Content")
STALE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Section(Generic[Content]):
    """A part of a page; ``content`` is None where it could not be had."""

    content: Content | None

    @property
    def failed(self) -> bool:
        """Whether the page says that this part cannot be shown now."""
        return self.content is None


async def section(asked: Awaitable[Content]) -> Section[Content]:
    """The answer to a call. A log-in that has ended is not of one section alone, so it is raised."""
    try:
        return Section(await asked)
    except CountyAway as away:
        log.warning("section.away", error=str(away))
    except CallRefused as refused:
        if refused.status == 401:
            raise
        log.warning("section.refused", status=refused.status, slug=refused.slug)
    return Section(None)


@dataclass(frozen=True, slots=True)
class FreshnessNotice:
    """A sentence about how new other counties' data are: its text's key, the county (None: all), and the time."""

    key: str
    county: str | None
    until: datetime | None


def notices(lists: Iterable[Iterable[ShownFreshness]], own: str, now: datetime) -> list[FreshnessNotice]:
    """One notice for each county whose data are not here, not all here, or older than STALE; one if all are alike."""
    others = [each for counties in lists for each in counties if each.county != own]
    worst: dict[str, FreshnessNotice] = {}
    for each in others:
        found = _notice(each, now)
        if found and _rank(found) > _rank(worst.get(each.county)):
            worst[each.county] = found
    found_all = [worst[county] for county in sorted(worst)]
    if (
        len(worst) > 1
        and worst.keys() == {each.county for each in others}
        and len({each.key for each in found_all}) == 1
    ):
        until = min((each.until for each in found_all if each.until), default=None)
        return [FreshnessNotice(f"{found_all[0].key}-all", None, until)]
    return found_all


def _notice(each: ShownFreshness, now: datetime) -> FreshnessNotice | None:
    if each.complete_until is None:
        return FreshnessNotice("fresh.never", each.county, None)
    if each.open_gaps or each.dead_letters:
        return FreshnessNotice("fresh.incomplete", each.county, each.complete_until)
    if each.complete_until < now - STALE:
        return FreshnessNotice("fresh.stale", each.county, each.complete_until)
    return None


def _rank(notice: FreshnessNotice | None) -> int:
    return ("", "fresh.stale", "fresh.incomplete", "fresh.never").index(notice.key if notice else "")
