"""Resources over HTTP. The county's coordinator recommends them, and all counties see them at once."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from fastapi import Query
from pydantic import computed_field
from starlette.responses import Response
from uuid_utils.compat import uuid7

from services.initiatives.domain import knowledge
from services.initiatives.store.knowledge import RESOURCES
from shared.contracts.codes import PolicyArea
from shared.contracts.initiative_codes import ResourceKind, Theme
from shared.contracts.knowledge import KnowledgeResource, KnowledgeResourceDetails
from shared.contracts.reference.initiatives import TERMS
from shared.runtime.lists import Page, SearchQuery
from shared.runtime.models import Versioned
from shared.runtime.request import CommandRequest, QueryRequest
from shared.runtime.resource import Id, Owner, Resource
from shared.runtime.routes import Router

router = Router()
PATH = "/resources"


class ResourceQuery(SearchQuery):
    """A query for resources."""

    one_of: ClassVar[Mapping[str, str]] = {"theme": "themes", "policy_area": "policy_areas"}

    kind: ResourceKind | None = None
    theme: Theme | None = None
    policy_area: PolicyArea | None = None
    status: Literal["ACTIVE", "RETIRED", "ANY"] = "ACTIVE"


class RecommendResource(KnowledgeResourceDetails):
    """The resource as it is to be."""


class ResourceView(Versioned, KnowledgeResource):
    """A resource in its version, which is also its ETag."""

    @computed_field
    def swedish(self) -> str:
        """Its kind in Swedish."""
        word = TERMS["ResourceKind"].get(self.kind)
        return word.swedish if word else ""


_RESOURCES = Resource(RESOURCES, PATH, ResourceView)


@router.post(PATH, status_code=201, response_model=ResourceView)
async def recommend_resource(command: RecommendResource, request: CommandRequest) -> Response:
    """The county recommends the resource to all."""
    async with request.command() as tx:
        after = await _RESOURCES.insert(tx, knowledge.recommend(command, uuid7(), tx.context))
        return tx.reply(_RESOURCES.view(after), location=_RESOURCES.location(after.state))


@router.get(PATH, response_model=Page[ResourceView])
async def list_resources(query: Annotated[ResourceQuery, Query()], request: QueryRequest) -> Response:
    """The resources of all counties, in Swedish order."""
    return await _RESOURCES.list(request, query)


@router.get(PATH + "/{county}/{id}", response_model=ResourceView)
async def get_resource(county: Owner, identity: Id, request: QueryRequest) -> Response:
    """One resource, of whatever county."""
    return await _RESOURCES.read(request, county, identity)


@router.put(PATH + "/{county}/{id}", response_model=ResourceView)
async def change_resource(county: Owner, identity: Id, command: RecommendResource, request: CommandRequest) -> Response:
    """The resource is as the body says. An address that was checked again has a new checked_on."""
    async with request.command() as tx:
        before = await _RESOURCES.lock(tx, county, identity)
        after = await _RESOURCES.update(tx, before, knowledge.change(command, before.state, tx.context))
        return tx.reply(_RESOURCES.view(after))


@router.post(PATH + "/{county}/{id}/withdraw", response_model=ResourceView)
async def withdraw_resource(county: Owner, identity: Id, request: CommandRequest) -> Response:
    """The resource is not recommended any more."""
    async with request.command() as tx:
        before = await _RESOURCES.lock(tx, county, identity)
        after = await _RESOURCES.update(tx, before, knowledge.withdraw(before.state))
        return tx.reply(_RESOURCES.view(after))
