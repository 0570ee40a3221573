"""The resources that the counties recommend."""

from shared.contracts.knowledge import KnowledgeResource
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.swedish import sort_key


def _search_text(state: KnowledgeResource) -> list[str]:
    return [state.title, *state.publishers, state.designation or ""]


RESOURCES_STREAM = StreamTable(
    "initiatives",
    "resources",
    1,
    {"resource": KnowledgeResource},
    lambda state: sort_key(state.title),
    _search_text,
)
RESOURCES = AggregateTable(RESOURCES_STREAM, KnowledgeResource)
