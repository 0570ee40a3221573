"""The county's HTTP interface: one function for each call, with the token of whoever is logged in.

The calls of a larger subject are functions in a module of its own, `calls_<subject>.py`, on `get` and `command`.
A refusal is `CallRefused`, an outage `CountyAway`. Nothing of an answer is kept.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import httpx

from services.workspace.answers import CountyAway, FromAnswer, answer_to, read, refusal_of
from services.workspace.shown import (
    DraftPage,
    FeedbackPage,
    ShownAdvice,
    ShownDraft,
    ShownLinks,
    ShownSignal,
    ShownSite,
    SignalPage,
    SignalWeeks,
    SitePage,
)
from services.workspace.shown_actors import ActorPage, AgreementPage, NamedFunction, NetworkPage, ShownActor
from services.workspace.shown_trainings import (
    CheckedCertificate,
    EnrolmentPage,
    OccasionDetail,
    OccasionPage,
    ShownEnrolment,
    ShownPerson,
    TrainingDetail,
    TrainingPage,
)

PART_SECONDS, WAIT_SECONDS = 1.5, 15.0
"""A page is not held up by one of its parts. For a command or a file somebody waits: "we do not know" is no answer."""
Query = Mapping[str, str | int | bool]


class CountyInterface:
    """The interface at one address."""

    def __init__(self, address: str) -> None:
        self._client = httpx.AsyncClient(base_url=address, timeout=PART_SECONDS, follow_redirects=False)

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.aclose()

    async def links(self, token: str, service: str) -> ShownLinks:
        """The state of the streams that a service reads."""
        return await self.get(token, f"/links/{service}", ShownLinks)

    async def signals(self, token: str, limit: int, **query: str) -> SignalPage:
        """The newest signals of all counties that the query chooses."""
        return await self.get(token, "/shipment-signals", SignalPage, limit=limit, **query)

    async def signal(self, token: str, county: str, identity: UUID) -> ShownSignal:
        """A signal of whichever county."""
        return await self.get(token, f"/shipment-signals/{county}/{identity}", ShownSignal)

    async def signal_weeks(self, token: str, **query: str) -> SignalWeeks:
        """How many signals there are, by week and county."""
        return await self.get(token, "/shipment-signals/weeks", SignalWeeks, **query)

    async def feedback(self, token: str, county: str, identity: UUID) -> FeedbackPage:
        """The answers of the counties to a signal, and those that were taken back."""
        path = f"/shipment-signals/{county}/{identity}/feedback"
        return await self.get(token, path, FeedbackPage, limit=100, status="ANY")

    async def actors(self, token: str, **query: str) -> ActorPage:
        """The actors of all counties that the query chooses."""
        return await self.get(token, "/actors", ActorPage, limit=50, **query)

    async def actor(self, token: str, county: str, identity: UUID) -> ShownActor:
        """An actor of whichever county."""
        return await self.get(token, f"/actors/{county}/{identity}", ShownActor)

    async def function_names(self, token: str, county: str, identity: UUID) -> list[NamedFunction]:
        """The names behind the functions of an own actor."""
        return await self.get(token, f"/actors/{county}/{identity}/persons", list[NamedFunction])

    async def networks(self, token: str, **query: str) -> NetworkPage:
        """The networks of all counties that the query chooses; ``member`` is an actor, as county/id."""
        return await self.get(token, "/networks", NetworkPage, limit=100, **query)

    async def cooperations(self, token: str, member: str) -> AgreementPage:
        """The agreements that an actor, as county/id, is a party of."""
        return await self.get(token, "/cooperations", AgreementPage, limit=100, member=member)

    async def occasions(self, token: str, since: date, limit: int) -> OccasionPage:
        """The next occasions of all counties, from a day on."""
        return await self.get(token, "/occasions", OccasionPage, limit=limit, **{"from": since.isoformat()})

    async def trainings(self, token: str) -> TrainingPage:
        """The trainings of all counties, for their titles."""
        return await self.get(token, "/trainings", TrainingPage, limit=500, status="ANY")

    async def enrolments(self, token: str, county: str, **query: str | bool) -> EnrolmentPage:
        """The enrolments of this county that ``state``, ``overdue`` or ``occasion`` choose."""
        return await self.get(token, "/enrolments", EnrolmentPage, county=county, limit=100, **query)

    async def coming(self, token: str, query: Query) -> OccasionPage:
        """A page of occasions, by county, first day and cursor."""
        return await self.get(token, "/occasions", OccasionPage, **query)

    async def occasion(self, token: str, county: str, identity: UUID) -> OccasionDetail:
        """One occasion."""
        return await self.get(token, f"/occasions/{county}/{identity}", OccasionDetail)

    async def training(self, token: str, county: str, identity: str) -> TrainingDetail:
        """One training."""
        return await self.get(token, f"/trainings/{county}/{identity}", TrainingDetail)

    async def enrolment(self, token: str, county: str, identity: UUID) -> ShownEnrolment:
        """One enrolment of this county."""
        return await self.get(token, f"/enrolments/{county}/{identity}", ShownEnrolment)

    async def persons(self, token: str, county: str, identity: str) -> list[ShownPerson]:
        """The names behind an enrolment of this county, for its coordinators."""
        return await self.get(token, f"/enrolments/{county}/{identity}/persons", list[ShownPerson])

    async def enrol(self, token: str, key: str, wish: Mapping[str, object]) -> ShownEnrolment:
        """Asks for seats; with the same key the same answer, however often it is sent."""
        return await self.command(token, key, "POST", "/enrolments", ShownEnrolment, wish)

    async def act(self, token: str, key: str, enrolment: ShownEnrolment, act: str) -> ShownEnrolment:
        """Accepts the offers of an enrolment, or cancels it, as it was seen: ``act`` is `accept` or `cancel`."""
        path = f"/enrolments/{enrolment.county}/{enrolment.id}/{act}"
        return await self.command(token, key, "POST", path, ShownEnrolment, {}, enrolment.version)

    async def certificate(self, token: str, code: str) -> CheckedCertificate:
        """Whether the certificate with this code counts; CallRefused, as not found, if none is known here."""
        return await self.get(token, f"/certificates/check/{code}", CheckedCertificate)

    async def drafts(self, token: str) -> list[ShownDraft]:
        """The drafts of guidance that wait for a second person."""
        return (await self.get(token, "/guidance/drafts", DraftPage, limit=500)).items

    async def sites(self, token: str) -> list[ShownSite]:
        """The sites of postal operators in this county."""
        return (await self.get(token, "/shipment-alerts/sites", SitePage, limit=500)).items

    async def advice(self, situation: Mapping[str, object]) -> ShownAdvice:
        """The gate's answer. It is open: no token goes with it, and nothing of it is kept."""
        return read(await self._send("POST", "/shipment-alerts/advice", json=situation), ShownAdvice)

    async def get(self, token: str, path: str, kind: type[FromAnswer], /, **query: str | int | bool) -> FromAnswer:
        """The answer at this path, as the page needs it. CallRefused or CountyAway if there is no answer."""
        headers = {"Authorization": f"Bearer {token}"}
        return read(await self._send("GET", path, headers=headers, params=query), kind)

    async def file(self, token: str, path: str, /, **query: str | int | bool) -> bytes:
        """The file at this path, as it is. CallRefused or CountyAway if there is none."""
        headers = {"Authorization": f"Bearer {token}"}
        return (await self._send("GET", path, headers=headers, params=query, timeout=WAIT_SECONDS)).content

    async def command(
        self,
        token: str,
        key: str,
        method: str,
        path: str,
        kind: type[FromAnswer],
        body: Mapping[str, object],
        version: int | None = None,
    ) -> FromAnswer:
        """The result of a command. With the same key it is done once, however often it is sent.

        ``version`` is the one that its user has seen. CallRefused or CountyAway if there is no result; after the
        latter nobody knows whether it was done.
        """
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return read(await self._send(method, path, headers=headers, json=body, timeout=WAIT_SECONDS), kind)

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            answer = await answer_to(self._client.send(self._client.build_request(method, path, **request)))
        except httpx.HTTPError as error:
            raise CountyAway(type(error).__name__) from error
        if answer.status_code >= 500:
            raise CountyAway(str(answer.status_code))
        if answer.status_code >= 400:
            raise refusal_of(answer, request.get("json"))
        return answer
