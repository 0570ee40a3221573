"""Yearly focuses and lessons over HTTP. The county's coordinator writes them, and all counties see them at once."""

from typing import Annotated

from fastapi import Query
from pydantic import computed_field
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.api.contents import content_of
from services.initiatives.api.lesson_queries import FocusQuery, LessonQuery
from services.initiatives.domain import focuses, lessons
from services.initiatives.store import lessons as store
from shared.contracts.lessons import Lesson, LessonDetails, YearlyFocus, YearlyFocusDetails
from shared.contracts.reference.initiatives import TERMS
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
FOCUS_PATH, LESSON_PATH = "/yearly-focuses", "/lessons"


class DecideFocus(YearlyFocusDetails):
    """The focus as it is to be. ``confirmed``: somebody has looked at the doubts about its texts."""

    confirmed: bool = False


class WriteLesson(LessonDetails):
    """The lesson as it is to be. ``confirmed``: somebody has looked at the doubts about its texts."""

    confirmed: bool = False


class FocusView(Versioned, YearlyFocus):
    """A yearly focus in its version, which is also its ETag."""


class LessonView(Versioned, Lesson):
    """A lesson in its version, which is also its ETag."""

    @computed_field
    def swedish(self) -> str:
        """Its theme in Swedish: the municipality's own, where it has one."""
        word = TERMS["Theme"].get(self.theme)
        return self.local_theme or (word.swedish if word else "")


FOCUSES = Resource(store.FOCUSES, FOCUS_PATH, FocusView)
LESSONS = Resource(store.LESSONS, LESSON_PATH, LessonView)


@router.put(FOCUS_PATH, response_model=FocusView, responses={201: {"model": FocusView}})
async def decide_focus(command: DecideFocus, request: CommandRequest) -> Response:
    """The focus of a year is as the body says. If-Match is needed unless it is the first time."""
    async with request.command() as tx:
        before = await FOCUSES.lock_known(tx, focuses.focus_id(request.county, command.year))
        event = focuses.decide(
            content_of(YearlyFocusDetails, command),
            before.state if before else None,
            confirmed=command.confirmed,
            context=tx.context,
        )
        if before is None:
            assert event is not None, "a new focus is decided on"
            return tx.reply(FOCUSES.view(await FOCUSES.insert(tx, event)), location=FOCUSES.location(event))
        return tx.reply(FOCUSES.view(await FOCUSES.update(tx, before, event)))


@router.get(FOCUS_PATH, response_model=Page[FocusView])
async def list_focuses(query: Annotated[FocusQuery, Query()], request: QueryRequest) -> Response:
    """The focuses of all counties, those of the newest year first."""
    return await FOCUSES.list(request, query)


@router.get(FOCUS_PATH + "/{county}/{id}", response_model=FocusView)
async def get_focus(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One focus, of whatever county."""
    return await FOCUSES.read(request, county, identity)


@router.post(FOCUS_PATH + "/{county}/{id}/withdraw", response_model=FocusView)
async def withdraw_focus(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The focus holds no more."""
    async with request.command() as tx:
        before = await FOCUSES.lock(tx, county, identity)
        after = await FOCUSES.update(tx, before, focuses.withdraw(before.state))
        return tx.reply(FOCUSES.view(after))


@router.post(LESSON_PATH, status_code=201, response_model=LessonView)
async def share_lesson(command: WriteLesson, request: CommandRequest) -> Response:
    """All counties see the lesson. Doubts about its texts are to be confirmed."""
    async with request.command() as tx:
        details = content_of(LessonDetails, command)
        event = lessons.share(details, uuid7(), confirmed=command.confirmed, context=tx.context)
        after = await LESSONS.insert(tx, event)
        return tx.reply(LESSONS.view(after), location=LESSONS.location(after.state))


@router.get(LESSON_PATH, response_model=Page[LessonView])
async def list_lessons(query: Annotated[LessonQuery, Query()], request: QueryRequest) -> Response:
    """The lessons of all counties, in Swedish order."""
    return await LESSONS.list(request, query)


@router.get(LESSON_PATH + "/{county}/{id}", response_model=LessonView)
async def get_lesson(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One lesson, of whatever county."""
    return await LESSONS.read(request, county, identity)


@router.put(LESSON_PATH + "/{county}/{id}", response_model=LessonView)
async def change_lesson(county: Owner, identity: Id, command: WriteLesson, request: CommandRequest) -> Response:
    """The lesson says what the body says."""
    async with request.command() as tx:
        before = await LESSONS.lock(tx, county, identity)
        details = content_of(LessonDetails, command)
        event = lessons.change(details, before.state, confirmed=command.confirmed, context=tx.context)
        after = await LESSONS.update(tx, before, event)
        return tx.reply(LESSONS.view(after))


@router.post(LESSON_PATH + "/{county}/{id}/withdraw", response_model=LessonView)
async def withdraw_lesson(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The lesson is not recommended any more."""
    async with request.command() as tx:
        before = await LESSONS.lock(tx, county, identity)
        after = await LESSONS.update(tx, before, lessons.withdraw(before.state))
        return tx.reply(LESSONS.view(after))
