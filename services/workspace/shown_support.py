"""Requests for support in the county's interface, as far as pages show them."""

from datetime import date

from services.workspace.shown import ShownPage
from services.workspace.shown_pictures import ShownSubject


class ShownSupport(ShownSubject):
    """A request of municipalities for support, and their county's answer."""

    form: str
    need: str
    wanted_by: date | None = None
    asked_on: date
    answer: str | None = None
    answered_on: date | None = None
    provided_on: date | None = None


class SupportPage(ShownPage):
    """Requests for support, the newest first."""

    items: list[ShownSupport]
