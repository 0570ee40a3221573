"""One measure: what it is aimed at, its goal, how it goes, and the measure that it follows."""

import asyncio
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_pictures as calls
from services.workspace import picture_words as words
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.pages.following_up import may_follow_up
from services.workspace.pages.initiative_steps import DONE, ways, writes
from services.workspace.pages.meetings import function_word
from services.workspace.sections import Section, section
from services.workspace.sending import key_of, new_key
from services.workspace.shown_pictures import ShownMeasure


async def show_one(visit: Visit) -> Response:
    """The measure with its picture, and with its model if it follows one."""
    (county, identity), interface, token = visit.named(), visit.site.interface, visit.token
    measure = await calls.measure(interface, token, county, identity)
    picture, model, news = await asyncio.gather(
        section(calls.picture(interface, token, county, UUID(measure.picture))),
        _model(visit, measure),
        section(_news(visit, measure)),
    )
    return visit.page(
        "measure.html",
        measure=measure,
        picture=picture,
        model=model,
        news=bool(news.content),
        key=new_key(),
        function=function_word,
        words=words,
        ways=ways(visit, measure),
        may_follow_up=may_follow_up(visit, measure),
        done=visit.request.query_params.get("klart") in DONE,
    )


async def see_model(visit: Visit) -> Response:
    """The news about the measure's model has been seen, and is on no start page any more."""
    (county, identity), form = visit.named(), await form_of(visit.request)
    await calls.see_model(visit.site.interface, visit.token, key_of(form), county, identity)
    return RedirectResponse(f"/lagesbilder/atgarder/{county}/{identity}?klart=sedd", 303)


async def _news(visit: Visit, measure: ShownMeasure) -> bool:
    """Whether the model goes otherwise than when somebody here last looked, and the user may say so."""
    if measure.model is None or not writes(visit, measure):
        return False
    found = await calls.model_news(visit.site.interface, visit.token)
    return measure.id in {each.measure for each in found.items}


async def _model(visit: Visit, measure: ShownMeasure) -> Section[ShownMeasure] | None:
    """The measure of another county that this one follows; None if it follows none."""
    if measure.model is None:
        return None
    model = calls.measure(visit.site.interface, visit.token, measure.model.county, UUID(measure.model.id))
    return await section(model)
