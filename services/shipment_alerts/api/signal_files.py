"""Signals as one file: what the list shows to the same caller with the same filters, and nothing else."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import Query
from pydantic_core import to_json
from starlette.responses import Response

from services.shipment_alerts.api import lists
from services.shipment_alerts.api.signals import PATH, SIGNALS, SignalView, labelled
from services.shipment_alerts.domain.stix import Signal, bundle
from shared.runtime.csv_files import MOST_EXPORTED, check_exported, csv_of, csv_response
from shared.runtime.openapi import answers_with_file
from shared.runtime.request import QueryRequest
from shared.runtime.resource import Body
from shared.runtime.routes import Router
from shared.threads import beside_requests

router = Router()
STIX = "application/stix+json"
COLUMNS = (
    *("county", "id", "version", "status", "exercise", "iso_week_year", "iso_week", "municipality", "police_area"),
    *("site_type", "kind", "origin", "indicator_groups", "hazard_class", "category", "tlp", "source_grade"),
    *("information_grade", "message_kind", "swedish", "english"),
)


@router.get(PATH + "/export", response_class=Response, responses=answers_with_file("text/csv", STIX))
async def export_signals(query: Annotated[lists.SignalFileQuery, Query()], request: QueryRequest) -> Response:
    """The signals that the list shows, as a CSV file or a STIX 2.1 bundle. Rejected if there are more than 100,000.

    In a bundle a withdrawn signal is revoked: ask with ``status`` ANY, and the reader takes it back.
    """
    whole = query.model_copy(update={"cursor": None, "limit": MOST_EXPORTED + 1})
    async with request.db.read() as conn:
        found, _ = await SIGNALS.page(conn, request, whole, *labelled(request))
    check_exported(found, PATH)
    name = f"signals-{request.county}"
    if query.format == "csv":
        return csv_response(name, await beside_requests(len(found), lambda: csv_of(COLUMNS, _rows(_shown(found)))))
    content = await beside_requests(len(found), lambda: to_json(bundle(list(_shown(found)))))
    headers = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return Response(content, 200, headers, f"{STIX};version=2.1")


def _shown(bodies: Sequence[Body]) -> Iterator[Signal]:
    """Each signal as the JSON of the list."""
    for body in bodies:
        view = SIGNALS.shown(body)
        assert isinstance(view, SignalView), "its view adds sentences"
        yield view.model_dump(mode="json")


def _rows(signals: Iterator[Signal]) -> Iterator[list[object]]:
    for signal in signals:
        yield [_cell(signal[name]) for name in COLUMNS]


def _cell(value: object) -> object:
    if isinstance(value, list):
        return " ".join(value)
    return str(value).lower() if isinstance(value, bool) else value
