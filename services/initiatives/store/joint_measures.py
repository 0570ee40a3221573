"""Joint measures of all counties, and the answers of the municipalities that they ask."""

from collections.abc import Collection

from shared.contracts.asking import Reference
from shared.contracts.joint_measures import JointAnswer, JointMeasure
from shared.runtime.aggregates import AggregateTable, StreamTable
from shared.runtime.db import Connection
from shared.swedish import sort_key


def _search_text(state: JointMeasure | JointAnswer) -> list[str]:
    if isinstance(state, JointAnswer):
        return []
    return [state.title, state.local_theme or "", state.operational_goal]


JOINT_STREAM = StreamTable(
    "initiatives",
    "joint_measures",
    1,
    {"joint": JointMeasure, "joint-answer": JointAnswer},
    sort_key=lambda state: "" if isinstance(state, JointAnswer) else sort_key(state.title),
    search_text=_search_text,
)
JOINTS = AggregateTable(JOINT_STREAM, JointMeasure)
JOINT_ANSWERS = AggregateTable(JOINT_STREAM, JointAnswer)

_ANSWERS = f"""
    SELECT state FROM joint_measures
    WHERE kind = 'joint-answer' AND {JOINT_STREAM.visible_sql} AND state -> 'joint' = ANY($1::jsonb[])
    ORDER BY state ->> 'municipality', county
"""


async def answers_to(conn: Connection, joints: Collection[Reference]) -> dict[Reference, list[JointAnswer]]:
    """All answers to each of these joint measures, by municipality: also those that do not count."""
    found: dict[Reference, list[JointAnswer]] = {each: [] for each in joints}
    for row in await conn.fetch(_ANSWERS, [each.model_dump_json() for each in joints]):
        answer = JointAnswer.read(row["state"].encode())
        found[answer.joint].append(answer)
    return found
