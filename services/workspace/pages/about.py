"""About the workspace, and the accessibility statement (12 § lag 2018:1937): open to all."""

from starlette.responses import Response

from services.workspace.guard import Visit


async def show_about(visit: Visit) -> Response:
    """About this site, and what is kept of a visit."""
    return visit.page("about.html")


async def show_accessibility(visit: Visit) -> Response:
    """How accessible the pages are, and how to complain."""
    return visit.page("accessibility.html")
