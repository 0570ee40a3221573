"""One measure: what it is aimed at, its goal, how it goes, and the measure that it follows."""

import asyncio
from uuid import UUID

from starlette.responses import Response

from services.workspace import calls_pictures as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.pages.following_up import may_follow_up
from services.workspace.pages.initiative_steps import DONE, ways
from services.workspace.pages.meetings import function_word
from services.workspace.sections import Section, section
from services.workspace.shown_pictures import ShownMeasure


async def show_one(visit: Visit) -> Response:
    """The measure with its picture, and with its model if it follows one."""
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    measure = await calls.measure(interface, token, county, identity)
    picture, model = await asyncio.gather(
        section(calls.picture(interface, token, county, UUID(measure.picture))), _model(visit, measure)
    )
    return visit.page(
        "measure.html",
        measure=measure,
        picture=picture,
        model=model,
        function=function_word,
        words=words,
        ways=ways(visit, measure),
        may_follow_up=may_follow_up(visit, measure),
        done=visit.request.query_params.get("klart") in DONE,
    )


async def _model(visit: Visit, measure: ShownMeasure) -> Section[ShownMeasure] | None:
    """The measure of another county that this one follows; None if it follows none."""
    if measure.model is None:
        return None
    model = calls.measure(visit.site.interface, visit.token, measure.model.county, UUID(measure.model.id))
    return await section(model)
