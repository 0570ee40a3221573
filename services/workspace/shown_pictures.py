"""Problem pictures and measures in the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import FromCounty, ShownPage
from services.workspace.shown_trainings import ShownReference


class PictureElement(FromCounty):
    """Something about one of the three that a crime needs."""

    element: str
    text: str


class ShownCause(PictureElement):
    """A cause by its number in the picture, and how sure it is."""

    number: int
    grade: str


class ShownContributor(FromCounty):
    """A function that stands behind a picture; ``municipality`` is the code of one that did."""

    function: str
    municipality: str | None = None


class ShownSubject(FromCounty):
    """Every initiative says this of itself."""

    id: str
    county: str
    version: int
    status: str
    municipalities: tuple[str, ...] = ()
    theme: str
    local_theme: str | None = None
    policy_areas: tuple[str, ...] = ()


class ShownInitiative(ShownSubject):
    """A picture or a measure by what both have."""

    title: str
    first_day: date
    last_day: date


class ShownPicture(ShownInitiative):
    """A problem picture. ``shared``: all counties see it."""

    shared: bool
    summary: str
    sources: tuple[str, ...]
    factors: tuple[PictureElement, ...]
    place_factors: tuple[str, ...]
    causes: tuple[ShownCause, ...]
    contributors: tuple[ShownContributor, ...]
    priority: int | None = None


class ShownRevisedPicture(FromCounty):
    """A released picture that another has revised: a municipality, by its code, or the police."""

    picture: str
    title: str
    municipality: str | None = None


class RevisedPicturesList(FromCounty):
    """Those that nobody else has read since."""

    items: list[ShownRevisedPicture]


class PicturePage(ShownPage):
    """Problem pictures in Swedish order."""

    items: list[ShownPicture]


class ShownFollowUp(FromCounty):
    """How a measure went on a day: green, yellow or red."""

    colour: str
    text: str
    day: date


class ShownIndicator(FromCounty):
    """By what one sees whether a measure has reached its goal."""

    text: str
    unit: str
    baseline: int
    target: int


class ShownPlan(ShownInitiative):
    """A measure against causes of a picture, which it names by their numbers."""

    picture: str
    causes: tuple[int, ...]
    targets: tuple[str, ...]
    controllers: tuple[str, ...]
    prevention_type: str
    prevention_level: str
    operational_goal: str
    indicator: ShownIndicator
    who: str
    follow_up: ShownFollowUp | None = None


class ShownMeasure(ShownPlan):
    """A measure of one county, which may follow another's. ``shared``: all counties see it."""

    shared: bool
    model: ShownReference | None = None


class ShownModelNews(FromCounty):
    """A measure of this county whose model goes otherwise than when somebody here last looked."""

    measure: str
    follow_up: ShownFollowUp | None


class ModelNewsList(FromCounty):
    """All such news that nobody has seen."""

    items: list[ShownModelNews]


class MeasurePage(ShownPage):
    """Measures in Swedish order."""

    items: list[ShownMeasure]
