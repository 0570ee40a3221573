"""Lessons and the focuses of years in the county's interface, as far as pages show them."""

from services.workspace.shown import FromCounty, ShownPage
from services.workspace.shown_pictures import ShownSubject
from services.workspace.shown_trainings import ShownReference


class ShownLesson(ShownSubject):
    """Something that others can learn from. ``learnt_from`` is sent again by whoever changes it."""

    title: str
    text: str
    year: int
    learnt_from: tuple[ShownReference, ...] = ()
    links: tuple[str, ...] = ()


class LessonPage(ShownPage):
    """Lessons in Swedish order."""

    items: list[ShownLesson]


class ShownGoal(FromCounty):
    """A goal, and the task of the county board that it serves."""

    text: str
    mandate_area: str


class ShownFocus(FromCounty):
    """The goals of a county in a year."""

    id: str
    county: str
    version: int
    status: str
    year: int
    text: str
    goals: tuple[ShownGoal, ...]
    themes: tuple[str, ...] = ()
    policy_areas: tuple[str, ...] = ()


class FocusPage(ShownPage):
    """The focuses of counties, those of the newest year first."""

    items: list[ShownFocus]
