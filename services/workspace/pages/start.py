"""The start page: what is to be done, and what is new, for the roles of whoever asks."""

import asyncio
from dataclasses import dataclass, fields

from starlette.responses import Response

from services.workspace import calls_meetings, calls_minutes, calls_pictures, calls_readiness, calls_support
from services.workspace.county import CountyInterface
from services.workspace.guard import Visit
from services.workspace.pages import joint_measures, pictures
from services.workspace.pages.initiative_steps import AUTHORS, ways
from services.workspace.picture_words import reviser
from services.workspace.roles import ANSWERERS, ENROLLERS
from services.workspace.sections import Section, notices, section
from services.workspace.shown import ShownDraft, ShownSite
from services.workspace.shown_joint import AnsweredJoint
from services.workspace.shown_meetings import ShownInvitation, ShownItem
from services.workspace.shown_minutes import ShownMinutes
from services.workspace.shown_pictures import ShownModelNews, ShownPicture, ShownRevisedPicture
from services.workspace.shown_readiness import ShownRequirement
from services.workspace.shown_support import ShownSupport
from services.workspace.shown_trainings import OccasionPage, ShownEnrolment
from services.workspace.speaking import home_of
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
    """All that waits for the person, each part by itself: one that cannot be had hides no other."""

    offers: Section[list[ShownEnrolment]]
    overdue: Section[list[ShownEnrolment]]
    drafts: Section[list[ShownDraft]]
    meetings: Section[list[ShownInvitation]]
    minutes: Section[list[ShownMinutes]]
    items: Section[list[ShownItem]]
    pictures: Section[list[ShownPicture]]
    models: Section[list[ShownModelNews]]
    revised: Section[list[ShownRevisedPicture]]
    readiness: Section[list[ShownRequirement]]
    support: Section[list[ShownSupport]]
    joint: Section[list[AnsweredJoint]]

    @property
    def away(self) -> list[str]:
        """The parts that cannot be had now."""
        return [each.name for each in fields(self) if getattr(self, each.name).failed]

    @property
    def nothing(self) -> bool:
        """Whether nothing waits, as far as is known."""
        return not any(getattr(self, each.name).content for each in fields(self))


async def show(visit: Visit) -> Response:
    """The start page; each part asks at the same time as the others."""
    interface, token, roles = visit.site.interface, visit.token, visit.roles
    signals, occasions, to_do, sites = await asyncio.gather(
        section(interface.signals(token, SIGNALS)),
        section(_occasions(visit)),
        _to_do(visit),
        section(_sites(interface, token, roles)),
    )
    lists = [each.counties for each in (signals.content, occasions.content and occasions.content[0]) if each]
    return visit.page(
        "start.html",
        signals=signals,
        occasions=occasions,
        to_do=to_do if roles & ANSWERERS else None,
        most_meetings=MEETINGS,
        sites=sites if Role.OPERATOR in roles else None,
        freshness=notices(lists, visit.site.county.name, visit.site.now()),
        may_release=Role.POLICE in roles,
        inside=bool(roles & INSIDE),
        county=visit.site.county.name,
        municipality=home_of(visit),
        reviser=reviser,
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
    """The parts are asked for at the same time; whoever has nothing to do with one has nothing in it."""
    before, local = await asyncio.gather(
        asyncio.gather(
            section(_enrolments(visit, state="OFFERED")),
            section(_enrolments(visit, overdue=True)),
            section(_drafts(visit)),
            section(_to_answer(visit)),
            section(_to_approve(visit)),
            section(_items(visit)),
        ),
        asyncio.gather(
            section(_pictures(visit)),
            section(_models(visit)),
            section(pictures.to_read(visit, visit.site.county.name)),
            section(_readiness(visit)),
            section(_support(visit)),
            section(joint_measures.waiting(visit)),
        ),
    )
    return ToDo(*before, *local)


async def _enrolments(visit: Visit, **query: str | bool) -> list[ShownEnrolment]:
    if not visit.roles & ENROLLERS:
        return []
    return (await visit.site.interface.enrolments(visit.token, visit.site.county.name, **query)).items


async def _drafts(visit: Visit) -> list[ShownDraft]:
    return await visit.site.interface.drafts(visit.token) if visit.roles & DRAFTERS else []


async def _to_approve(visit: Visit) -> list[ShownMinutes]:
    return (await calls_minutes.waiting(visit.site.interface, visit.token)).items if visit.roles & ANSWERERS else []


async def _items(visit: Visit) -> list[ShownItem]:
    return (await calls_meetings.own_items(visit.site.interface, visit.token)).items if visit.roles & ANSWERERS else []


async def _pictures(visit: Visit) -> list[ShownPicture]:
    """The analysed pictures that wait for the user's word, and for nothing else."""
    if not visit.roles & AUTHORS:
        return []
    found = await calls_pictures.home_pictures(visit.site.interface, visit.token, status="ANALYSED")
    return [each for each in found.items if "sta-bakom" in ways(visit, each)]


async def _models(visit: Visit) -> list[ShownModelNews]:
    return (await calls_pictures.model_news(visit.site.interface, visit.token)).items if visit.roles & AUTHORS else []


async def _readiness(visit: Visit) -> list[ShownRequirement]:
    """The requirements of the user's municipality that are late, or for which the county proposes something."""
    home = home_of(visit)
    if home is None:
        return []
    found = await calls_readiness.readiness(visit.site.interface, visit.token, home)
    return [each for each in found.requirements if each.status == "OVERDUE" or each.proposal]


async def _support(visit: Visit) -> list[ShownSupport]:
    """The requests for support that the county has not answered, and those for which it offers the user's own some."""
    county, home = visit.site.county.name, home_of(visit)
    of = {"municipality": home, "status": "OFFERED"} if home else {"status": "ASKED"}
    if not (home or Role.COUNTY_COORDINATOR in visit.roles):
        return []
    return (await calls_support.requests(visit.site.interface, visit.token, county=county, **of)).items


async def _to_answer(visit: Visit) -> list[ShownInvitation]:
    """One invitation of each meeting that waits for an answer, by its time."""
    if not visit.roles & ANSWERERS:
        return []
    found = (await calls_meetings.invitations(visit.site.interface, visit.token)).items
    waiting = {(each.county, each.id): each for each in found if visit.site.now() < each.starts_at}
    return list(waiting.values())


async def _sites(interface: CountyInterface, token: str, roles: frozenset[Role]) -> list[ShownSite]:
    return [site for site in await interface.sites(token) if site.active] if Role.OPERATOR in roles else []
