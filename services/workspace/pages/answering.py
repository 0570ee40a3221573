"""A meeting with its agenda and answers; whoever answers for a function that is invited does so there."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from services.workspace import calls_meetings as calls
from services.workspace import calls_minutes
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.forms import form_of
from services.workspace.guard import Visit
from services.workspace.lists import Option
from services.workspace.pages.meetings import form_word, function_word, place_of, role_word
from services.workspace.pages.stepping import STEPS, ways
from services.workspace.roles import ANSWERERS
from services.workspace.sections import section
from services.workspace.sending import FormError, errors_of, first, key_again, key_of, new_key, status_of, version_of
from services.workspace.shown_actors import ShownFunction
from services.workspace.shown_meetings import MeetingDetail, ShownInvitation, ShownInvitee
from services.workspace.shown_minutes import ShownMinutes
from services.workspace.words import capital
from shared.calendar import day_of
from shared.contracts.reference.meetings import TERMS
from shared.swedish import sort_key

DONE = ("svarat", *STEPS, "flytta", "andra", "kallade", "narvaro")
"""The sentences that say what was done, by the word in the address."""
ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")
INSTEAD = "DELEGATED"
AT_CHOICE = ("unknown-function", "invalid-state", "invalid-delegated-to")
"""The rules that are about what was chosen."""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The form for one invitation. ``known``: it is known who could come instead."""

    invitee: ShownInvitee
    choices: list[Option]
    known: bool
    chosen: str
    sequence: str
    key: str


async def show_meeting(visit: Visit) -> Response:
    """A meeting, with a form for each invitation that waits for its user's answer, or has it."""
    return await _show(visit, {}, [], 200)


async def answer(visit: Visit) -> Response:
    """The answer for one function is given, to the time and place that its user has read."""
    form = await form_of(visit.request)
    (county, identity), invitee = visit.named(), visit.request.path_params["invitee"]
    chosen, sequence = first(form, "answer"), version_of(form, "sequence")
    if not chosen:
        return await _show(visit, form, [FormError("field.answer", f"answer-{invitee}")], 422)
    state, _, function = chosen.partition("/")
    given = {"state": state, "sequence": sequence} | ({"delegated_to": function} if function else {})
    try:
        await calls.answer(visit.site.interface, visit.token, key_of(form), county, identity, invitee, given)
    except (CallRefused, CountyAway) as failed:
        at = dict.fromkeys(AT_CHOICE, f"answer-{invitee}")
        errors = errors_of(failed, (), visit.site.words.has, "meetings", at)
        return await _show(visit, form, errors, status_of(failed))
    return RedirectResponse(f"/moten/{county}/{identity}?klart=svarat", 303)


async def _show(visit: Visit, form: Mapping[str, Sequence[str]], errors: Sequence[FormError], status: int) -> Response:
    meeting = await calls.meeting(visit.site.interface, visit.token, *visit.named())
    asked, minutes = await asyncio.gather(section(_asked(visit, meeting)), section(_minutes(visit, meeting)))
    sent = visit.request.path_params.get("invitee")
    forms = await asyncio.gather(
        *(
            _form(visit, each.invitee, meeting.sequence, form if each.invitee.id == str(sent) else {}, status)
            for each in asked.content or []
        )
    )
    done = visit.request.query_params.get("klart")
    return visit.page(
        "meeting.html",
        status,
        meeting=meeting,
        form=form_word(meeting.form),
        function=function_word,
        role=role_word,
        invitees=sorted(meeting.invitees, key=place_of),
        minutes=minutes,
        ways=ways(visit, meeting),
        asked=asked,
        forms=sorted(forms, key=lambda each: place_of(each.invitee)),
        errors=errors,
        done=f"meeting.done.{done}" if done in DONE else None,
    )


async def _asked(visit: Visit, meeting: MeetingDetail) -> list[ShownInvitation]:
    """The invitations for which the user may answer now: until the meeting begins."""
    if not visit.roles & ANSWERERS or visit.site.now() >= meeting.starts_at:
        return []
    day = day_of(meeting.starts_at)
    return await calls.invitations_to(visit.site.interface, visit.token, *visit.named(), day)


async def _minutes(visit: Visit, meeting: MeetingDetail) -> list[ShownMinutes]:
    """The minutes of the meeting, if it has been held and they have been sent."""
    if meeting.status not in ("HELD", "CLOSED"):
        return []
    return await calls_minutes.minutes_of(visit.site.interface, visit.token, *visit.named())


async def _form(
    visit: Visit, invitee: ShownInvitee, sequence: int, form: Mapping[str, Sequence[str]], status: int
) -> AnswerForm:
    others = await section(_others(visit, invitee))
    given = f"{INSTEAD}/{invitee.delegated_to}" if invitee.delegated_to else invitee.state
    instead = {f"{INSTEAD}/{each.function}": function_word(each.function) for each in others.content or []}
    if invitee.delegated_to:  # what was answered stays a choice, also while the functions cannot be had
        instead.setdefault(given, function_word(invitee.delegated_to))
    words = visit.site.words
    return AnswerForm(
        invitee,
        [
            *(Option(code, capital(TERMS["Rsvp"][code].swedish)) for code in ANSWERS),
            *(
                Option(code, words.text("answer.instead", function=capital(word)))
                for code, word in sorted(instead.items(), key=lambda each: sort_key(each[1]))
            ),
        ],
        not others.failed,
        first(form, "answer") if form else given,
        first(form, "sequence") if status == 503 and form else str(sequence),
        key_again(form, status) if form else new_key(),
    )


async def _others(visit: Visit, invitee: ShownInvitee) -> list[ShownFunction]:
    """The other functions of the invitee's actor: one of them may come instead."""
    place = invitee.actor
    actor = await visit.site.interface.actor(visit.token, place.county, UUID(place.id))
    return [each for each in actor.contact_functions if each.id != invitee.contact_function]
