"""The start page: what is to be done, and what is new, for the roles of whoever asks."""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from services.workspace import calls_meetings, calls_minutes
from services.workspace.county import CountyInterface
from services.workspace.guard import ANSWERERS, Visit
from services.workspace.sections import notices, section
from services.workspace.shown import ShownDraft, ShownFreshness, ShownSite, SignalPage
from services.workspace.shown_meetings import ShownInvitation, ShownItem
from services.workspace.shown_minutes import ShownMinutes
from services.workspace.shown_trainings import EnrolmentPage, OccasionPage
from shared.calendar import day_of
from shared.runtime.auth import INSIDE, Role

SIGNALS, OCCASIONS, MEETINGS = 5, 5, 5
DRAFTERS = frozenset({Role.COUNTY_COORDINATOR, Role.POLICE})


@dataclass(frozen=True, slots=True)
class TitledOccasion:
    """An occasion on the screen, with the title of its training."""

    title: str
    path: str
    when: str
    county: str
    free: int


@dataclass(frozen=True, slots=True)
class ToDo:
    """All that waits for the person: offers, late requests, drafts, meetings, minutes, action items."""

    offers: EnrolmentPage | None
    overdue: EnrolmentPage | None
    drafts: list[ShownDraft]
    meetings: list[ShownInvitation]
    minutes: list[ShownMinutes]
    items: list[ShownItem]

    @property
    def nothing(self) -> bool:
        """Whether nothing waits."""
        enrolments = (self.offers and self.offers.items) or (self.overdue and self.overdue.items)
        return not (enrolments or self.drafts or self.meetings or self.minutes or self.items)


async def show(visit: Visit) -> Response:
    """The start page; each part asks at the same time as the others."""
    interface, token, roles = visit.site.interface, visit.token, visit.roles
    signals, occasions, to_do, sites = await asyncio.gather(
        section(interface.signals(token, SIGNALS)),
        section(_occasions(visit)),
        section(_to_do(visit)),
        section(_sites(interface, token, roles)),
    )
    lists = [*_counties(signals.content), *_counties(occasions.content[0] if occasions.content else None)]
    return visit.page(
        "start.html",
        signals=signals,
        occasions=occasions,
        to_do=to_do if roles & ANSWERERS else None,
        most_meetings=MEETINGS,
        sites=sites if Role.OPERATOR in roles else None,
        freshness=notices(lists, visit.site.county.name, visit.site.now()),
        inside=bool(roles & INSIDE),
    )


async def _occasions(visit: Visit) -> tuple[OccasionPage, list[TitledOccasion]]:
    interface = visit.site.interface
    today = day_of(visit.site.now())
    page, trainings = await asyncio.gather(
        interface.occasions(visit.token, today, 20), interface.trainings(visit.token)
    )
    titles = {training.id: training.title for training in trainings.items}
    coming = [each for each in page.items if each.status in ("PLANNED", "OPEN", "CLOSED")][:OCCASIONS]
    return page, [
        TitledOccasion(
            titles.get(each.training, each.when),
            f"/utbildningar/{each.county}/{each.id}",
            each.when,
            each.county,
            max(0, each.seats - each.taken),
        )
        for each in coming
    ]


async def _to_do(visit: Visit) -> ToDo:
    interface, token, county = visit.site.interface, visit.token, visit.site.county.name
    offers = overdue = None
    if Role.COUNTY_COORDINATOR in visit.roles:
        offers, overdue = await asyncio.gather(
            interface.enrolments(token, county, state="OFFERED"), interface.enrolments(token, county, overdue=True)
        )
    drafts = await interface.drafts(token) if visit.roles & DRAFTERS else []
    if not visit.roles & ANSWERERS:
        return ToDo(offers, overdue, drafts, [], [], [])
    meetings, minutes, items = await asyncio.gather(
        _to_answer(visit), calls_minutes.waiting(interface, token), calls_meetings.own_items(interface, token)
    )
    return ToDo(offers, overdue, drafts, meetings, minutes.items, items.items)


async def _to_answer(visit: Visit) -> list[ShownInvitation]:
    """One invitation of each meeting that waits for an answer, by its time."""
    found = (await calls_meetings.invitations(visit.site.interface, visit.token)).items
    waiting = {(each.county, each.id): each for each in found if visit.site.now() < each.starts_at}
    return list(waiting.values())


async def _sites(interface: CountyInterface, token: str, roles: frozenset[Role]) -> list[ShownSite]:
    return [site for site in await interface.sites(token) if site.active] if Role.OPERATOR in roles else []


def _counties(page: SignalPage | OccasionPage | None) -> list[list[ShownFreshness]]:
    return [page.counties] if page else []
