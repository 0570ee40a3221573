"""Cooperation processes: the list of all counties, and one of them by its five steps and all that they ask for."""

from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from services.workspace import calls_processes as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.lists import ENDED, ended_options, filter_of, is_cursor
from services.workspace.pages.meetings import function_word
from services.workspace.pages.process_forms import FORMS, STEPS, ways
from services.workspace.pages.work_form import is_done
from services.workspace.roles import MUNICIPAL
from services.workspace.sections import notices
from services.workspace.shown_processes import ShownProcess
from services.workspace.words import capital
from shared.contracts.reference.readiness import MILESTONES


@dataclass(frozen=True, slots=True)
class StepOfProcess:
    """A step in words: the day of each thing that it asks for, None where it was not done in this round."""

    code: str
    title: str
    days: list[tuple[str, date | None]]


async def show_list(visit: Visit) -> Response:
    """The processes that the filters choose."""
    chosen = filter_of(
        visit.request,
        lan={county.name for county in visit.site.counties}.__contains__,
        steg=STEPS.__contains__,
        omrade=words.AREAS.__contains__,
        lage=ENDED.__contains__,
        efter=is_cursor,
    )
    query = chosen.query(lan="county", steg="step", omrade="policy_area", lage="status", efter="cursor")
    page = await calls.processes(visit.site.interface, visit.token, **query)
    return visit.page(
        "processes.html",
        filter=chosen,
        page=page,
        may_start=bool(visit.roles & MUNICIPAL),
        words=words,
        steps=STEPS,
        counties=visit.site.county_options,
        choices=words.choices("ProcessStep"),
        areas=words.AREA_OPTIONS,
        statuses=ended_options(visit.site.words),
        freshness=notices([page.counties], visit.site.county.name, visit.site.now()),
    )


async def show_one(visit: Visit) -> Response:
    """One process: where it is, all that each step asks for, its agreement, and the way so far."""
    found = await calls.process(visit.site.interface, visit.token, *visit.named())
    return visit.page(
        "process.html",
        found=found,
        words=words,
        function=function_word,
        steps=[_step(found, code) for code in STEPS],
        ways=ways(visit, found),
        done=is_done(visit, tuple(FORMS)),
    )


def _step(found: ShownProcess, step: str) -> StepOfProcess:
    done = {each.code: each.done_on for each in found.milestones}
    days = [(capital(each.swedish), done.get(code)) for code, each in MILESTONES.items() if each.step == step]
    if step == "JOINT_PREPARATION":
        days.append(("", found.agreement.signed_on if found.agreement else None))
    return StepOfProcess(step, words.title_word("ProcessStep", step), days)
