"""A municipality that is asked joins a joint measure, or does not; the one that leads takes it on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from services.workspace import calls_joint as calls
from services.workspace import picture_words as words
from services.workspace.guard import Visit
from services.workspace.pages import following_up
from services.workspace.pages.work_form import Field, SentForm, WorkForm, back_of, word_of
from services.workspace.shown_joint import AnsweredJoint, ShownJoint
from services.workspace.speaking import home_of

STEPS: Mapping[str, tuple[str, ...]] = {
    "paborja": ("PROPOSED",),
    "andra": ("PROPOSED",),
    "folj-upp": ("STARTED",),
    "genomford": ("STARTED",),
    "avbryt": ("PROPOSED", "STARTED"),
}
"""The states in which the lead takes each step, by the last word of its address."""
CALLS = {"paborja": "start", "folj-upp": "follow-up", "genomford": "finish", "avbryt": "stop"}
"""The county's word for a step."""
ANSWERED_IN = ("PROPOSED", "STARTED")
FIELDS = ("verdict", *following_up.FIELDS)


@dataclass(frozen=True, slots=True)
class AskedMunicipality:
    """The municipality that the user coordinates, and the joint measure; its ``version`` is that of the plan."""

    joint: AnsweredJoint

    @property
    def version(self) -> int:
        """The revision that is answered."""
        return self.joint.revision


def is_asked(visit: Visit, found: ShownJoint) -> bool:
    """Whether the user's municipality answers now: it is asked, and does not lead."""
    home = home_of(visit)
    return home in found.municipalities and home != found.lead and found.status in ANSWERED_IN


def ways(visit: Visit, found: AnsweredJoint) -> list[str]:
    """The steps that the user takes now; nothing is begun before another municipality has joined."""
    if is_asked(visit, found):
        return ["svara"]
    if home_of(visit) != found.lead or found.county != visit.site.county.name:
        return []
    now = [word for word, states in STEPS.items() if found.status in states]
    return [word for word in now if word != "paborja" or len(found.joined) > 1]


def _may(visit: Visit, found: AnsweredJoint) -> bool:
    return word_of(visit) in ways(visit, found)


async def _find(visit: Visit) -> AnsweredJoint:
    return await calls.measure(visit.site.interface, visit.token, *visit.named())


async def _asked(visit: Visit) -> AskedMunicipality:
    return AskedMunicipality(await _find(visit))


def _said(visit: Visit, found: AskedMunicipality) -> dict[str, list[str]]:
    joint, home = found.joint, home_of(visit)
    return {
        "verdict": [
            each.verdict for each in joint.answers if (each.municipality, each.revision) == (home, joint.revision)
        ]
    }


async def _answer(visit: Visit, sent: SentForm[AskedMunicipality]) -> str:
    wish = {**sent.values, "revision": sent.seen}
    await calls.answer(visit.site.interface, visit.token, sent.key, *visit.named(), wish)
    return back_of(visit)


async def _step(visit: Visit, sent: SentForm[AnsweredJoint]) -> str:
    interface, token, step = visit.site.interface, visit.token, CALLS[word_of(visit)]
    await calls.step(interface, token, sent.key, *visit.named(), step, sent.values, sent.seen)
    return back_of(visit)


ANSWER = WorkForm(
    "joint",
    "svara",
    _asked,
    lambda visit, found: is_asked(visit, found.joint),
    _answer,
    title=lambda found: found.joint.title,
    fields=lambda *_: [Field("verdict", "radio", needed=True, choices=words.choices("JoinVerdict"))],
    filled=_said,
)
BASE = WorkForm(
    "joint",
    "",
    _find,
    lambda visit, found: word_of(visit) in ways(visit, found),
    _step,
    title=lambda found: found.title,
)
FORMS: Mapping[str, WorkForm[AnsweredJoint]] = {
    "paborja": replace(BASE, word="paborja"),
    "folj-upp": replace(
        BASE,
        word="folj-upp",
        fields=following_up.fields,
        filled=following_up.today,
        wrong=following_up.too_early,
        at=following_up.AT,
        doubts=True,
    ),
    "genomford": replace(BASE, word="genomford"),
    "avbryt": replace(BASE, word="avbryt", grave=True),
}
"""The lead's, by the last word of the address."""
DONE = (ANSWER.word, "gemensam", *STEPS)
