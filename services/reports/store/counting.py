"""The counts: one statement for each report, so that memory stays flat however much is counted.

In each $1 is the county, or null for all; $2 and $3 are the first day and the day after the last.
"""

from collections.abc import Mapping
from typing import Any

from services.reports.domain.catalogue import CountReport, Period, by_sector
from services.reports.store.tables import ACTORS, ENROLMENTS, GUIDANCE, INITIATIVES, MEETINGS, SIGNALS, TRAININGS
from shared.runtime.aggregates import StreamTable
from shared.runtime.db import Connection


def _of(table: StreamTable, kind: str, within: bool = True) -> str:
    """The rows of a kind that somebody may count, of the county or all, and within the period."""
    days = " AND sort_key >= $2 AND sort_key < $3" if within else ""
    return f"""(SELECT county, id, state FROM {table.name}
        WHERE kind = '{kind}' AND {table.visible_sql} AND ($1::text IS NULL OR county = $1){days})"""


_ALL_ANSWERS = f"(SELECT * FROM enrolments WHERE kind = 'answer' AND {ENROLMENTS.visible_sql})"
_ALL_REQUESTS = f"(SELECT * FROM enrolments WHERE kind = 'request' AND {ENROLMENTS.visible_sql})"
_TRAININGS = f"""
    WITH occasion AS MATERIALIZED {_of(TRAININGS, "occasion")}, seated AS (
        SELECT occasion.county, occasion.id,
            count(*) FILTER (WHERE seat ->> 'state' = 'ATTENDED') AS attended,
            count(*) FILTER (WHERE seat ->> 'state' = 'ABSENT') AS absent
        FROM occasion JOIN {_ALL_ANSWERS} AS answer
            ON answer.county = occasion.county AND answer.state ->> 'occasion' = occasion.id::text,
            jsonb_array_elements(answer.state -> 'seats') AS seat
        GROUP BY 1, 2)
    SELECT occasion.county, training.state ->> 'title' AS training, training.state ->> 'mandate_area' AS mandate_area,
        count(*) FILTER (WHERE occasion.state ->> 'status' = 'HELD') AS held,
        count(*) FILTER (WHERE occasion.state ->> 'status' = 'CANCELLED') AS cancelled,
        coalesce(sum((occasion.state ->> 'seats')::int) FILTER (WHERE occasion.state ->> 'status' = 'HELD'), 0)
            AS seats,
        coalesce(sum(attended), 0)::bigint AS attended, coalesce(sum(absent), 0)::bigint AS absent
    FROM occasion LEFT JOIN seated USING (county, id) LEFT JOIN {_of(TRAININGS, "training", within=False)} AS training
        ON training.county = occasion.county AND training.id = (occasion.state ->> 'training')::uuid
    GROUP BY occasion.county, training.id, 2, 3 ORDER BY 1, 2, training.id
"""
_PARTICIPANTS = f"""
    WITH occasion AS MATERIALIZED {_of(TRAININGS, "occasion")}
    SELECT occasion.county, participant ->> 'actor_type' AS actor_type, participant ->> 'municipality' AS municipality,
        count(*) AS attended
    FROM occasion JOIN {_ALL_ANSWERS} AS answer
        ON answer.county = occasion.county AND answer.state ->> 'occasion' = occasion.id::text
    JOIN {_ALL_REQUESTS} AS request
        ON request.county = answer.state -> 'request' ->> 'county'
            AND request.id = (answer.state -> 'request' ->> 'id')::uuid,
        jsonb_array_elements(answer.state -> 'seats') AS seat,
        jsonb_array_elements(request.state -> 'participants') AS participant
    WHERE seat ->> 'state' = 'ATTENDED' AND seat ->> 'participant' = participant ->> 'id'
    GROUP BY 1, 2, 3
"""
_CERTIFIED = f"""
    WITH asked AS (
        SELECT county, participant ->> 'id' AS id, participant ->> 'municipality' AS municipality,
            participant ->> 'actor_type' AS actor_type
        FROM {_of(ENROLMENTS, "request", within=False)} AS request,
            jsonb_array_elements(state -> 'participants') AS participant)
    SELECT certificate.county, coalesce(municipality, '') AS municipality,
        coalesce(actor_type, 'UNKNOWN') AS actor_type, count(*) AS certificates
    FROM {_of(ENROLMENTS, "certificate", within=False)} AS certificate
    LEFT JOIN asked ON asked.county = certificate.county AND asked.id = certificate.state ->> 'participant'
    WHERE certificate.state ->> 'status' <> 'REVOKED' AND certificate.state ->> 'held_on' < $3
        AND certificate.state ->> 'valid_until' >= $2
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_MEETINGS = f"""
    SELECT county, coalesce(state ->> 'kind', 'COLLABORATION') AS kind,
        count(*) FILTER (WHERE held) AS held, count(*) FILTER (WHERE state ->> 'status' = 'CANCELLED') AS cancelled,
        coalesce(sum(jsonb_array_length(state -> 'invitees')) FILTER (WHERE held), 0)::bigint AS invited,
        coalesce(sum(jsonb_array_length(jsonb_path_query_array(state, '$.attendance[*] ? (@.presence == "ATTENDED")')))
            FILTER (WHERE held), 0)::bigint AS attended
    FROM ({_of(MEETINGS, "meeting")} UNION ALL {_of(MEETINGS, "collaboration")}) AS meeting,
        LATERAL (SELECT state ->> 'status' IN ('HELD', 'CLOSED') AS held) AS judged
    GROUP BY 1, 2
    UNION ALL SELECT county, counted ->> 'kind', sum((counted ->> 'held')::int), sum((counted ->> 'cancelled')::int),
        sum((counted ->> 'invited')::int), sum((counted ->> 'attended')::int)
    FROM {_of(MEETINGS, "counts")} AS counts, jsonb_array_elements(state -> 'kinds') AS counted
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_SIGNALS = f"""
    SELECT county, (state ->> 'iso_week_year')::int AS iso_week_year, (state ->> 'iso_week')::int AS iso_week,
        count(*) AS signals
    FROM {_of(SIGNALS, "signal")} AS signal
    WHERE state ->> 'status' IN ('RELEASED', 'EXPIRED') AND state @> '{{"exercise": false}}'
    GROUP BY 1, 2, 3 ORDER BY 2, 3, 1
"""
_UNDER_WAY = "state ->> 'first_day' < $3 AND state ->> 'last_day' >= $2"
_ALL_MEASURES = f"""(SELECT *, false AS joint FROM {_of(INITIATIVES, "measure", within=False)} AS measure
        UNION ALL SELECT *, true FROM {_of(INITIATIVES, "joint", within=False)} AS measure)"""
_POLICY_AREAS = f"""
    WITH tagged AS (
        SELECT county, 'actor' AS kind, state FROM {_of(ACTORS, "actor", within=False)} AS actor
        WHERE state ->> 'status' = 'ACTIVE'
        UNION ALL SELECT occasion.county, 'training', training.state FROM {_of(TRAININGS, "occasion")} AS occasion
        JOIN {_of(TRAININGS, "training", within=False)} AS training
            ON training.county = occasion.county AND training.id = (occasion.state ->> 'training')::uuid
        WHERE occasion.state ->> 'status' = 'HELD'
        UNION ALL SELECT county, 'meeting', state FROM {_of(MEETINGS, "meeting")} AS meeting
        WHERE state ->> 'status' IN ('HELD', 'CLOSED')
        UNION ALL SELECT county, 'picture', state FROM {_of(INITIATIVES, "picture", within=False)} AS picture
        WHERE {_UNDER_WAY}
        UNION ALL SELECT county, 'measure', state FROM {_ALL_MEASURES} AS measure WHERE {_UNDER_WAY})
    SELECT county, policy_area, count(*) FILTER (WHERE kind = 'actor') AS actors,
        count(*) FILTER (WHERE kind = 'training') AS trainings, count(*) FILTER (WHERE kind = 'meeting') AS meetings,
        count(*) FILTER (WHERE kind = 'picture') AS pictures, count(*) FILTER (WHERE kind = 'measure') AS measures
    FROM tagged, jsonb_array_elements_text(state -> 'policy_areas') AS policy_area GROUP BY 1, 2 ORDER BY 1, 2
"""
_COVERAGE = f"""
    SELECT county, state ->> 'municipality' AS municipality, state ->> 'status' AS status,
        (SELECT max((activity ->> 'year')::int) FROM jsonb_array_elements(state -> 'activities') AS activity
         WHERE activity ->> 'code' = 'YEARLY_MEETING' AND activity ->> 'year' <= left($2, 4)
        ) AS last_yearly_meeting,
        (SELECT count(*) FROM jsonb_array_elements(state -> 'activities') AS activity
         WHERE activity ->> 'code' = 'STAFF_TRAINING' AND activity ->> 'year' = left($2, 4)) AS trainings,
        (SELECT count(*) FROM jsonb_array_elements(state -> 'activities') AS activity
         WHERE activity ->> 'code' = 'VISIT' AND activity ->> 'year' = left($2, 4)) AS visits
    FROM {_of(GUIDANCE, "implementation", within=False)} AS implementation
    WHERE $3::text IS NOT NULL ORDER BY 1, 2
"""
_MEASURES = f"""
    SELECT county, state ->> 'status' AS measure_status, state -> 'follow_up' ->> 'colour' AS follow_up,
        count(*) FILTER (WHERE NOT joint) AS measures, count(*) FILTER (WHERE joint) AS joint_measures
    FROM {_ALL_MEASURES} AS measure WHERE {_UNDER_WAY} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_SUPPORT = f"""
    SELECT county, state ->> 'form' AS form,
        count(*) FILTER (WHERE state ->> 'asked_on' >= $2 AND state ->> 'asked_on' < $3) AS asked,
        count(*) FILTER (WHERE state ->> 'provided_on' >= $2 AND state ->> 'provided_on' < $3) AS provided,
        count(*) FILTER (WHERE state ->> 'status' = 'DECLINED' AND state ->> 'answered_on' >= $2
            AND state ->> 'answered_on' < $3) AS declined
    FROM {_of(INITIATIVES, "support", within=False)} AS support
    WHERE state ->> 'status' <> 'TAKEN_BACK' GROUP BY 1, 2 ORDER BY 1, 2
"""
_READINESS = f"""
    SELECT county, summed ->> 'requirement' AS requirement, (state ->> 'municipalities')::int AS municipalities,
        (summed ->> 'at_least')::int AS at_least, (summed ->> 'at_most')::int AS at_most
    FROM {_of(INITIATIVES, "readiness-sums", within=False)} AS sums,
        jsonb_array_elements(state -> 'requirements') AS summed
    WHERE $2::text < $3::text ORDER BY 1, length(summed ->> 'requirement'), 2
"""
_STATEMENTS = {
    "trainings": _TRAININGS,
    "participants": _PARTICIPANTS,
    "certificates": _CERTIFIED,
    "meetings": _MEETINGS,
    "signals": _SIGNALS,
    "policy-areas": _POLICY_AREAS,
    "method-coverage": _COVERAGE,
    "measures": _MEASURES,
    "support": _SUPPORT,
    "readiness": _READINESS,
}


async def rows_of(conn: Connection, report: CountReport, period: Period, county: str | None) -> list[Mapping[str, Any]]:
    """The rows of the report about the county, or all of them, in the period."""
    days = period.first.isoformat(), period.end.isoformat()
    rows = [dict(row) for row in await conn.fetch(_STATEMENTS[report.name], county, *days)]
    return list(by_sector(rows) if report.name == "participants" else rows)
