"""The page of a checked certificate: whether it counts, for what, and when. Never whose it is."""

from html import escape

from services.trainings.domain.certificates import Checked
from shared.calendar import written_date

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
}
_PAGE = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{heading}</title>
<style>
body {{ margin: 0; background: #f3f5f4; color: #1c2421; font: 1.05rem/1.5 system-ui, sans-serif; }}
main {{ max-width: 34rem; margin: 3rem auto; padding: 2rem; background: #fff; border-top: .4rem solid {colour}; }}
h1 {{ margin: 0 0 1rem; font-size: 1.6rem; color: {colour}; }}
dt {{ color: #55605b; font-size: .9rem; }}
dd {{ margin: 0 0 .8rem; font-weight: 600; }}
p {{ color: #55605b; font-size: .9rem; }}
</style>
</head>
<body><main>
<h1>{heading}</h1>
{content}
</main></body>
</html>
"""
_UNKNOWN = "<p>Inget intyg med den koden är känt här. Kontrollera varje tecken i koden.</p>"
_NOBODY = "<p>Sidan visar inte vem intyget gäller, och sparar inte att någon har frågat.</p>"


def page(checked: Checked | None) -> str:
    """The page about a certificate; None: there is none with that code."""
    if checked is None:
        return _PAGE.format(heading="Intyget finns inte", colour="#8a2b1f", content=_UNKNOWN)
    facts = {
        "Utbildning": checked.title,
        "Genomförd": written_date(checked.held_on),
        "Gäller till och med" if checked.valid else "Gällde längst till och med": written_date(checked.valid_until),
    }
    listed = "\n".join(f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in facts.items())
    heading, colour = ("Intyget gäller", "#1f6b45") if checked.valid else ("Intyget gäller inte", "#8a2b1f")
    return _PAGE.format(heading=heading, colour=colour, content=f"<dl>\n{listed}\n</dl>\n{_NOBODY}")
