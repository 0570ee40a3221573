"""Aggregates of one class over HTTP: a command locks, inserts and updates them, a query reads and lists them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Path
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from shared.contracts.event import READER, CountyName, Event
from shared.links.freshness import Freshness
from shared.messaging.outbox import Writer
from shared.rejected import Rejected
from shared.runtime.aggregates import AggregateTable, ListedRow, ListPosition, Stored
from shared.runtime.conditional import digest
from shared.runtime.db import Connection
from shared.runtime.idempotency import reply_of
from shared.runtime.lists import ListQuery
from shared.runtime.request import CommandTransaction, RequestContext
from shared.runtime.versions import entity_tag_with

Owner = Annotated[CountyName, Path(alias="county", description="The county that owns it")]
Id = Annotated[UUID, Path(alias="id")]
Body = dict[str, Any]
A = TypeVar("A", bound=Event)
FRESHNESS_STEP = timedelta(minutes=5)


class Resource(Generic[A]):
    """The aggregates of a table, the path under which they are found, and the model that shows them.

    ``view`` has the fields of the state, `version`, and computed fields that follow from these.
    """

    def __init__(self, table: AggregateTable[A], path: str, view: type[BaseModel]) -> None:
        self.table = table
        self.path = path
        self._view = view
        self._as_kept = not (view.model_computed_fields or view.__pydantic_decorators__.field_serializers)

    async def lock(self, tx: CommandTransaction, owner: str, identity: UUID) -> Stored[A]:
        """The own aggregate in the version of If-Match; nobody else changes it before this transaction ends.

        Rejected if another county owns it, if it is not known, and unless the caller has seen its version.
        """
        check_owner(tx.writer, owner)
        before = await self.table.find(tx.conn, owner, identity, lock=True)
        if before is None:
            raise self.table.not_found()
        check_version(tx, before.version)
        return before

    async def lock_known(self, tx: CommandTransaction, identity: UUID) -> Stored[A] | None:
        """The same for an aggregate that the command may be the first to name: None if it is not known."""
        before = await self.table.find(tx.conn, tx.writer.county, identity, lock=True)
        if before is not None:
            check_version(tx, before.version)
        return before

    async def insert(self, tx: CommandTransaction, event: A) -> Stored[A]:
        """Writes the new aggregate's first version and its event; raises Rejected if its id is taken."""
        stored = await self.table.write(tx, event)
        if stored is None:
            address = self.location(event)
            raise Rejected("already-registered", f"It is registered already, as {address} shows.", at=address)
        return stored

    async def update(self, tx: CommandTransaction, before: Stored[A], event: A | None) -> Stored[A]:
        """Writes the next version of ``before`` and its event; without an event everything stays as it was."""
        return await self.table.update(tx, before, event)

    async def read(self, request: RequestContext, owner: str, identity: UUID) -> Response:
        """The aggregate of whatever county, with its ETag; Rejected if it is not known here."""
        return reply_of(self.view(await self.find(request, owner, identity))).response()

    async def list(self, request: RequestContext, query: ListQuery, *states: Mapping[str, Any]) -> Response:
        """One page, in order; with ``states`` only of aggregates whose state contains one of them.

        The completeness is read before the rows, so it never claims too much.
        """
        counties = await request.freshness(self.table.stream.stream)
        async with request.db.read() as conn:
            bodies, after = await self.page(conn, request, query, *states)
        return page_of([self.shown(body) for body in bodies], after, counties)

    async def page(
        self, conn: Connection, request: RequestContext, query: ListQuery, *states: Mapping[str, Any]
    ) -> tuple[Sequence[Body], str | None]:
        """The aggregates of one page as JSON with their versions, and the cursor of the next page."""
        check_county(request.writer, query.county, "invalid-county")
        alternatives = [{**query.state_filter(), **each} for each in states or ({},)]
        list_id = query.list_id(self.path)
        rows = await self.table.page(
            conn, query.county, alternatives, query.search_text(), query.after(list_id), query.limit + 1
        )
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return [row.body for row in rows], rows[-1].cursor(list_id) if more else None

    async def find(self, request: RequestContext, owner: str, identity: UUID) -> Stored[A]:
        """The aggregate of whatever county; Rejected if it is not known here."""
        async with request.db.read() as conn:
            return await self.known(conn, request, owner, identity)

    async def known(self, conn: Connection, request: RequestContext, owner: str, identity: UUID) -> Stored[A]:
        """The same on a connection of the caller's."""
        check_county(request.writer, owner, "not-found")
        stored = await self.table.find(conn, owner, identity)
        if stored is None:
            raise self.table.not_found()
        return stored

    def view(self, stored: Stored[A], **related: object) -> BaseModel:
        """The aggregate as its model shows it: state, version, and the ``related`` fields."""
        fields = {"version": stored.version, **dict(stored.state), **related}
        return self._view.model_validate(fields, context=READER)

    def shown(self, body: Body) -> Body | BaseModel:
        """A listed aggregate as its model shows it; a model that adds nothing shows the state as it is stored."""
        return body if self._as_kept else self._view.model_validate(body, extra="ignore", context=READER)

    def location(self, state: A) -> str:
        """The address of one aggregate."""
        return f"{self.path}/{state.county}/{state.id}"


def page_of(items: Sequence[object], after: str | None, counties: Sequence[Freshness]) -> Response:
    """The answer that holds a `lists.Page`."""
    return with_freshness({"items": items, "next": after}, counties)


def page_at_home(query: ListQuery, list_id: str, found: Sequence[tuple[object, ListPosition]]) -> Response:
    """The answer for a list that each county has for itself, so that nothing is to be complete.

    ``found`` are items with their positions: those of the page, and one more if there are more.
    """
    shown = found[: query.limit]
    after = ListedRow({}, shown[-1][1]).cursor(list_id) if len(found) > query.limit else None
    return page_of([item for item, _ in shown], after, [])


def with_freshness(content: Mapping[str, object], counties: Sequence[Freshness]) -> Response:
    """The answer that holds this and how complete each county's part is.

    Up to when moves every few seconds, though nothing has happened. The ETag has it to FRESHNESS_STEP, so whoever is
    answered 304 may know a time that is so much too early, and misses no gap.
    """
    listed = to_json(content)
    body = listed[:-1] + b',"counties":' + to_json(counties) + b"}"
    coarse = [(each.model_copy(update={"complete_until": None}), _step_of(each.complete_until)) for each in counties]
    return Response(body, headers={"ETag": f'W/"{digest(listed + to_json(coarse))}"'}, media_type="application/json")


def _step_of(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() // FRESHNESS_STEP.total_seconds())


def view_with_related(version: int, view: BaseModel) -> Response:
    """A view that shows more than that version of its aggregate: its ETag changes with what is related, too."""
    response = reply_of(view).response()
    response.headers["ETag"] = entity_tag_with(version, digest(bytes(response.body)))
    return response


def check_owner(writer: Writer, owner: str) -> None:
    """Rejected if another county owns it: then only that county changes it."""
    check_county(writer, owner, "not-found")
    if owner != writer.county:
        raise Rejected("not-owner", f"This belongs to {owner}, and only {owner} changes it: ask there.", owner=owner)


def check_county(writer: Writer, county: str | None, slug: str) -> None:
    """Rejected as ``slug`` if it is no county here."""
    names = [one.name for one in writer.counties]
    if county not in (None, *names):
        raise Rejected(slug, f"There is no such county here; these are: {', '.join(names)}.")


def check_version(tx: CommandTransaction, version: int) -> None:
    """Rejected unless the caller has seen the version that there is."""
    expected = tx.expected_version
    tx.version_checked = True
    if expected is None:
        raise Rejected(
            "precondition-required",
            'Send If-Match with the ETag of the version that you have seen, as in If-Match: "3".',
        )
    if version != expected:
        raise Rejected(
            "precondition-failed",
            f"You have seen version {expected}, but it is at version {version}. Read it again.",
            version=version,
        )
