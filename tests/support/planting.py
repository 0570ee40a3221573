"""Asks every route of a county in every wrong way, each time with a marker of its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import uuid4

import httpx

from services.actors.service import service as actors
from services.initiatives.service import service as initiatives
from services.meetings.service import service as meetings
from services.reports.service import service as reports
from services.shipment_alerts.service import service as shipment_alerts
from services.trainings.service import service as trainings
from tests.support.bodies import BODIES
from tests.support.markers import marker

ALL = (actors, initiatives, meetings, reports, shipment_alerts, trainings)
DISCREET = {name for service in ALL if service.discreet for name in service.rights}
BELONGS = "qxzvkwjyp"
"""Begins the markers that are taken, in a field for a text of the caller's own."""
TAKEN = {
    *("register_actor reference", "register_actor name", "change_actor name", "name_person name"),
    *(f"{verb}_{kind} name" for verb in ("register", "change") for kind in ("network", "cooperation")),
    *(f"{verb}_cooperation {key} in a list" for verb in ("register", "change") for key in ("purposes", "areas")),
    *("put_operator name", "put_operator {slug}"),
    *(f"{verb}_training {key}" for verb in ("publish", "change") for key in ("title", "goal")),
    *(f"{verb}_occasion place" for verb in ("register", "change")),
    "enrol participants name",
    *(f"{verb}_meeting {key}" for verb in ("plan", "change") for key in ("title", "purpose", "place", "agenda title")),
    *("plan_meeting reference", "assign_item reference", "assign_item text", "change_item text"),
    *(
        f"{verb}_picture {key}"
        for verb in ("begin", "change")
        for key in ("title", "local_theme", "summary", "place_factors in a list", "factors text", "causes text")
    ),
    *(
        f"{verb}_{kind}measure {key}"
        for verb in ("propose", "change")
        for kind in ("", "joint_")
        for key in ("title", "local_theme", "operational_goal", "indicator text", "indicator unit")
    ),
    *("follow_up_measure text", "follow_up_joint_measure text"),
    *(f"{verb}_lesson {key}" for verb in ("share", "change") for key in ("title", "local_theme", "text")),
    *(f"{verb}_resource {key}" for verb in ("recommend", "change") for key in ("title", "publishers in a list")),
    *("register_est_area name", "change_est_area name", "report_est_observation place", "note_est_measure text"),
    *("decide_focus text", "decide_focus goals text", "review_est_year text", "review_est_year conclusions text"),
    "prioritise_est_quarter reason",
    *(f"write_yearly_report {key}" for key in ("competence", "cross_municipal", "exchange", "knowledge_based")),
    *("change_readiness board_name", "propose_assessment text", "assess_requirement reason", "step_back reason"),
    *(f"assess_requirement evidence {key}" for key in ("title", "diary_number")),
    *(f"record_evidence {key}" for key in ("title", "diary_number")),
    *("start_process title", "change_process title", "sign_agreement title"),
    *(f"sign_agreement {key} in a list" for key in ("purposes", "areas")),
    *(f"{verb} {key}" for verb in ("ask_for_support", "change_support_request") for key in ("need", "local_theme")),
    *(f"{verb}_support text" for verb in ("decline", "offer", "provide")),
    *(f"change_minutes_draft {key}" for key in ("text", "decisions text", "decisions dissent")),
}
"""The fields in which a right body would be taken with a marker."""
HEADERS = (
    "User-Agent",
    "Accept-Language",
    "Referer",
    "Origin",
    "Cookie",
    "From",
    "Forwarded",
    "X-Forwarded-For",
    "X-Request-ID",
    "X-Correlation-ID",
    "traceparent",
    "tracestate",
    "baggage",
    "Range",
    "Prefer",
    "X-Made-Up",
)
"""Headers that no command is refused for."""
ENDS = ("retire", "cancel", "withdraw", "close", "revoke")
"""How the paths end that end what is there: they come last."""
_VERSION = re.compile(r'"\d|W/"\d+-')
REFUSED = ("If-Match", "If-None-Match", "Content-Type", "Authorization", "Accept")
"""Headers that a command may be refused for."""


@dataclass
class Planter:
    """Asks every route that ``document``, the county's OpenAPI document, describes: with wrong headers, queries, paths
    and fields. Collects the answers that are to repeat nothing, the routes that did not take their body, and those that
    have done what they are for.

    ``known`` has the ids of things that are there, by the path before them; where it has none, a path gets any.
    ``bodies`` are BODIES where these name what is there.
    """

    client: httpx.Client
    county: str
    document: dict[str, Any]
    known: dict[str, str]
    bodies: dict[str, dict[str, Any]]
    versions: dict[str, str] = field(default_factory=dict)
    number: int = 0
    planted: dict[str, str] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)
    done: set[str] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def mark(self, where: str) -> str:
        """A new marker, planted at ``where``."""
        self.number += 1
        word = marker(self.number, "z" if self.number % 2 else "")
        if where in TAKEN:
            word = BELONGS + word[len(BELONGS) :]
        self.planted[word] = where
        return word

    def plant(self) -> None:
        """Every route, and some paths that are none."""
        for path, operations in sorted(self.document["paths"].items(), key=lambda each: each[0].endswith(ENDS)):
            for method, operation in operations.items():
                self._ask(method.upper(), path, operation)
        for wrong in (
            "/shipment-alerts/{}",
            "/shipment-signals/{}/{}/{}",
            "/actors/{}",
            "/occasions/{}/{}/{}",
            "/meetings/{}",
            "/{}",
        ):
            self.send("GET", wrong.replace("{}", self.mark(f"no route {wrong}")), headers=self._headers(wrong, wrong))

    def send(self, method: str, path: str, name: str = "", **what: Any) -> httpx.Response:
        """One request; the answer is remembered if its route is to repeat nothing."""
        answer = self.client.request(method, path, **what)
        self.statuses.add(answer.status_code)
        if answer.is_success:
            self.done.add(name)
        if answer.is_success and _VERSION.match(answer.headers.get("etag", "")):
            self.versions |= {one: answer.headers["etag"] for one in self.known.values() if one in path}
        if name in DISCREET:
            self.answers.append(f"{name} {answer.text} {dict(answer.headers)}")
        return answer

    def _ask(self, method: str, path: str, operation: dict[str, Any]) -> None:
        name = operation["operationId"]
        body, right = self.bodies.get(name), self._right(path)
        answer = self.send(method, right, name, json=body, headers=self._headers(name, right))
        if "requestBody" in operation and "json" in str(operation["requestBody"]) and "invalid-request" in answer.text:
            self.unread.append(f"{name}: {answer.text}")
        self._ask_headers(name, method, right)
        unknown = {"q": self.mark(f"{name} ?q"), "x": f"{self.mark(f'{name} ?x')}/{uuid4()}"}
        queries: list[dict[str, str]] = [unknown]
        for query in [each["name"] for each in operation.get("parameters", []) if each["in"] == "query"]:
            queries += [{query: value.format(self.mark(f"{name} ?{query}"))} for value in ("{}", f"{{}}/{uuid4()}")]
        for params in queries:
            params[self.mark(f"{name} a query's name")] = "1"
            self.send(method, right, name, json=body, params=params, headers=self._headers(name, right))
        for part in re.findall(r"{[^}]+}", path):
            for form in ("{}", "{}.Å"):
                wrong = self._right(path.replace(part, form.format(self.mark(f"{name} {part}"))))
                self.send(method, wrong, name, json=body, headers=self._headers(name, wrong))
        if "requestBody" in operation:
            self._ask_bodies(name, method, right, operation)

    def _ask_headers(self, name: str, method: str, path: str) -> None:
        """All wrong headers at once, which a read that is answered was not refused for; otherwise one at a time."""
        wrong = {header: self.mark(f"{name} {header}") for header in REFUSED}
        wrong["Idempotency-Key"] = f"{self.mark(f'{name} a wrong key')} with a space"
        token = wrong.pop("Authorization")
        if method == "GET" and self.send(method, path, name, headers=self._headers(name, path) | wrong).is_success:
            wrong = {}
        for header, value in (*wrong.items(), ("Authorization", token)):
            headers = self._headers(name, path) | {header: value}
            self.send(method, path, name, json=self.bodies.get(name), headers=headers)

    def _ask_bodies(self, name: str, method: str, path: str, operation: dict[str, Any]) -> None:
        content = operation["requestBody"]["content"]
        schema = next(iter(content.values()))["schema"]

        def ask(body: Any) -> set[str]:
            """The fields that the body is refused for."""
            answer = self.send(method, path, name, json=body, headers=self._headers(name, path))
            return {each["field"] for each in answer.json().get("errors", [])} if answer.status_code == 422 else set()

        rights = [BODIES.get(name, {}), self.bodies.get(name, {})]
        for right in rights[rights[0] == rights[1] :]:
            self._ask_fields(ask, name, schema, right)
        for body in (self.mark(name), [self.mark(name)]):
            ask(body)
        raw = {**self._headers(name, path), "Content-Type": next(iter(content))}
        self.send(method, path, name, content=f'{{"note": {self.mark(name)}'.encode(), headers=raw)

    def _ask_fields(
        self,
        ask: Callable[[Any], set[str]],
        where: str,
        schema: dict[str, Any],
        value: Any,
        whole: Callable[[Any], Any] = lambda part: part,
        place: str = "",
    ) -> None:
        """A marker, and a list of one, in all fields at once, beside names that nobody asks for; then in one field at a
        time, but in none that the answer named: it was refused together with the others as it would be alone. Then
        deeper down. ``whole`` makes a body of what stands at ``place`` in it.
        """
        schema = self._resolved(schema)
        if isinstance(value, list) and value:
            items, rest = schema.get("items", {}), value[1:]
            self._ask_fields(ask, where, items, value[0], lambda part: whole([part, *rest]), f"{place}0.")
        if not isinstance(value, dict):
            return
        known = schema.get("properties", {})
        keys = sorted({*known, *value})
        for kind in ("", " in a list"):
            wrong = {key: self.mark(f"{where} {key}{kind} in a wrong body") for key in keys}
            unknown = {self.mark(f"{where} a field's name"): 1, "reporter": {"name": self.mark(f"{where} reporter")}}
            everywhere = {key: [word] if kind else word for key, word in wrong.items()}
            named = ask(whole({**value, **everywhere, **unknown}))
            for key in keys:
                if not any(f"{field}.".startswith(f"{place}{key}.") for field in named):
                    word = self.mark(f"{where} {key}{kind}")
                    ask(whole({**value, key: [word] if kind else word}))
        for key in keys:

            def deeper(part: Any, key: str = key) -> Any:
                return whole({**value, key: part})

            self._ask_fields(ask, f"{where} {key}", known.get(key, {}), value.get(key), deeper, f"{place}{key}.")

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        for one in [schema, *schema.get("anyOf", [])]:
            if "$ref" in one:
                return dict(self.document["components"]["schemas"][one["$ref"].rpartition("/")[2]])
        return schema

    def _right(self, path: str) -> str:
        right = ""
        for part in path.split("/")[1:]:
            if part.startswith("{"):
                known = {"{county}": self.county, "{slug}": "op"}.get(part)
                part = known or self.known.get(right.replace(f"/{self.county}", ""), str(uuid4()))
            right += f"/{part}"
        return right

    def _headers(self, name: str, path: str) -> dict[str, str]:
        made_up = {header: self.mark(f"{name} {header}") for header in HEADERS}
        key = {"Idempotency-Key": self.mark(f"{name} Idempotency-Key")}
        version = next((version for one, version in self.versions.items() if one in path), '"1"')
        seen = {"If-Match": version} if name in self._versioned else {}
        return {**made_up, self.mark(f"{name} a header's name"): "1", **key, **seen}

    @cached_property
    def _versioned(self) -> set[str]:
        """The commands that compare a version: any other one is refused with If-Match."""
        operations = [each for path in self.document["paths"].values() for each in path.values()]
        return {one["operationId"] for one in operations if "If-Match" in str(one.get("parameters"))}
