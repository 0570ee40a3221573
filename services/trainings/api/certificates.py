"""Certificates: what the own county has issued, and the check that is open to everybody."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from services.trainings.api import check_page, lists
from services.trainings.api.check_page import page
from services.trainings.domain import certificates
from services.trainings.domain.certificates import Checked, fingerprint
from services.trainings.store import enrolments, participants
from shared.contracts.enrolments import Certificate
from shared.rejected import Rejected
from shared.runtime.lists import Page
from shared.runtime.models import Versioned
from shared.runtime.openapi import PROBLEM
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource, check_owner
from shared.runtime.routes import Router

router = Router()
PATH = "/certificates"


class CertificateView(Versioned, Certificate):
    """A certificate in its version, which is also its ETag."""


CERTIFICATES = Resource(enrolments.CERTIFICATES, PATH, CertificateView)


class Holder(BaseModel):
    """The code of a certificate, and whose it is; null where this county does not know any more."""

    code: str | None
    name: str | None
    mailbox: str | None


_HTML: dict[str, object] = {"text/html": {"schema": {"type": "string"}}}


@router.get(
    PATH + "/check/{code}",
    response_model=Checked,
    responses={200: {"content": _HTML}, 404: {"description": "No such certificate", "content": {**PROBLEM, **_HTML}}},
)
async def check_certificate(code: Annotated[str, Path(max_length=40)], request: QueryRequest) -> Response:
    """Whether the certificate with this code counts, whichever county has issued it. Nobody is asked who they are.

    A browser, which asks for `text/html`, gets a page in Swedish.
    """
    digest = fingerprint(code)
    async with request.db.read() as conn:
        found = await enrolments.certificate_with(conn, digest)
    checked = certificates.check(code, {digest: found} if found else {}, request.writer.context.today)
    if "text/html" in request.headers.get("accept", ""):
        return Response(page(checked), 200 if checked else 404, check_page.HEADERS, "text/html; charset=utf-8")
    if checked is None:
        raise Rejected("not-found", "No certificate with that code is known here; check each sign of it.")
    return Response(
        to_json(checked), media_type="application/json", headers={"Cache-Control": "no-store", "Vary": "Accept"}
    )


@router.get(PATH, response_model=Page[CertificateView])
async def list_certificates(query: Annotated[lists.OwnQuery, Query()], request: QueryRequest) -> Response:
    """This county's certificates, in the order of the days on which the trainings were held."""
    check_owner(request.writer, query.county or request.county)
    return await CERTIFICATES.list(request, query.model_copy(update={"county": request.county}))


@router.get(PATH + "/{county}/{id}", response_model=CertificateView)
async def get_certificate(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One certificate of this county."""
    check_owner(request.writer, county)
    return await CERTIFICATES.read(request, county, identity)


@router.get(PATH + "/{county}/{id}/holder", response_model=Holder)
async def get_holder(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """The code, which is for the participant, and whose certificate it is."""
    check_owner(request.writer, county)
    async with request.db.read() as conn:
        stored = await CERTIFICATES.known(conn, request, county, identity)
        code = await participants.code_of(conn, identity)
        person = await participants.person(conn, stored.state.participant)
    holder = Holder(code=code, name=person and person.name, mailbox=person and person.mailbox)
    return Response(to_json(holder), media_type="application/json", headers={"Cache-Control": "no-store"})


@router.post(PATH + "/{county}/{id}/revoke", response_model=CertificateView)
async def revoke_certificate(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The certificate does not count any more."""
    async with request.command() as tx:
        before = await CERTIFICATES.lock(tx, county, identity)
        after = await CERTIFICATES.update(tx, before, certificates.revoke(before.state))
        return tx.reply(CERTIFICATES.view(after))
