"""A county as its own users see it: over HTTP only."""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import InitVar, dataclass, field
from typing import Any

import httpx

Place = tuple[str, str]

PATIENCE_SECONDS = 60


@dataclass
class DemoCounty:
    """A county's origin, and a coordinator's token for it."""

    name: str
    url: str
    token: str
    trusted: InitVar[ssl.SSLContext | bool] = True
    client: httpx.Client = field(init=False)

    def __post_init__(self, trusted: ssl.SSLContext | bool) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self.client = httpx.Client(base_url=self.url, headers=headers, timeout=10, verify=trusted)

    def close(self) -> None:
        """Close all connections to it."""
        self.client.close()

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON at ``path``; NotKnownError if the county does not know it, RuntimeError if it refuses."""
        return _ok(self._ask(path, query)).json()

    def post(self, path: str, body: object = None, seen: int | None = None) -> Any:
        """Send a command on the version ``seen``; its answer, as JSON."""
        headers = {} if seen is None else {"If-Match": f'"{seen}"'}
        return _ok(self.client.post(path, json=body, headers=headers)).json()

    def put(self, path: str, body: object, seen: int) -> Any:
        """Change what is at ``path`` and has the version ``seen``; the answer, as JSON."""
        return _ok(self.client.put(path, json=body, headers={"If-Match": f'"{seen}"'})).json()

    def import_csv(self, csv: bytes) -> dict[str, Any]:
        """Import the directory in ``csv``; the counts in the answer."""
        answer = self.client.post(
            "/actors/import", content=csv, headers={"Content-Type": "text/csv"}, params={"dry_run": False}
        )
        return dict(_ok(answer).json())

    def register(self, actor: dict[str, Any]) -> dict[str, Any]:
        """Register the actor; the actor with its id."""
        return dict(_ok(self.client.post("/actors", json=actor)).json())

    def rename(self, place: Place, name: str) -> int:
        """Give one of the county's own actors this name; its new version."""
        path = f"/actors/{place[0]}/{place[1]}"
        found = _ok(self._ask(path))
        details = {key: value for key, value in found.json().items() if key in _DETAILS}
        answer = self.client.put(path, json=details | {"name": name}, headers={"If-Match": found.headers["ETag"]})
        return int(_ok(answer).headers["ETag"].strip('"'))

    def open_sites(self, counts: Mapping[str, int]) -> None:
        """Register this many postal agents in the county, by municipality."""
        _ok(self.client.put("/shipment-alerts/operators/postnord", json={"name": "PostNord"}))
        for municipality in [code for code, count in counts.items() for _ in range(count)]:
            site = {"type": "AGENT", "operator": "postnord", "municipality": municipality}
            _ok(self.client.post("/shipment-alerts/sites", json=site))

    def signals(self, status: str = "RELEASED") -> dict[str, dict[str, Any]]:
        """The signals that this county lists, by id."""
        query: dict[str, str | int] = {"status": status, "limit": 500}
        return {item["id"]: item for item in _ok(self._ask("/shipment-signals", query)).json()["items"]}

    def signals_of(self, owner: str) -> int:
        """The number of signals of the county ``owner`` that count in this one."""
        weeks = _ok(self._ask("/shipment-signals/weeks", {"county": owner})).json()["items"]
        return sum(week["signals"] for week in weeks)

    def version(self, path: str) -> int:
        """The version of what is at ``path`` as this county knows it; 0 if it does not."""
        try:
            return int(self.get(path)["version"])
        except NotKnownError:
            return 0

    def directory(self) -> dict[Place, dict[str, Any]]:
        """Every actor that this county knows, its own and the others'."""
        return {(item["county"], item["id"]): item for item in self._pages()}

    def counts(self) -> dict[str, int]:
        """The number of actors that this county knows, by their county."""
        counts: dict[str, int] = {}
        for county, _ in self.directory():
            counts[county] = counts.get(county, 0) + 1
        return counts

    def _ask(self, path: str, query: Mapping[str, str | int] | None = None) -> httpx.Response:
        """The answer to a question, which is asked again as long as the county asks for that (503), up to a minute."""
        answer, begun = self.client.get(path, params=query), time.monotonic()
        while answer.status_code == httpx.codes.SERVICE_UNAVAILABLE and time.monotonic() - begun < PATIENCE_SECONDS:
            time.sleep(float(answer.headers["Retry-After"]))
            answer = self.client.get(path, params=query)
        return answer

    def _pages(self) -> Iterator[dict[str, Any]]:
        cursor: str | None = ""
        while cursor is not None:
            page = _ok(self._ask("/actors", {"limit": 200} | ({"cursor": cursor} if cursor else {}))).json()
            yield from page["items"]
            cursor = page["next"]


_DETAILS = ("name", "level", "type", "municipality", "police_area", "policy_areas", "contact_functions")


class NotKnownError(RuntimeError):
    """The county does not know what it was asked for, perhaps not yet."""


def _ok(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        error = NotKnownError if answer.status_code == httpx.codes.NOT_FOUND else RuntimeError
        raise error(f"{answer.request.method} {answer.request.url} answered {answer.status_code}: {answer.text[:300]}")
    return answer


def wait_until_seen(
    counties: Sequence[DemoCounty],
    place: Place,
    version: int,
    seconds: float = PATIENCE_SECONDS,
    path: str | None = None,
) -> dict[str, float]:
    """Wait until each county knows at least ``version``; the seconds that each took. RuntimeError after ``seconds``."""
    begun, path = time.monotonic(), path or f"/actors/{place[0]}/{place[1]}"
    seen: dict[str, float] = {}

    def all_know() -> bool:
        for county in counties:
            if county.name not in seen and county.version(path) >= version:
                seen[county.name] = time.monotonic() - begun
        return len(seen) == len(counties)

    until(all_know, f"{path} in version {version} in each of {[county.name for county in counties]}", seconds)
    return seen


def wait_known(
    counties: Sequence[DemoCounty], resource: str, aggregate: Mapping[str, Any], seconds: float = PATIENCE_SECONDS
) -> float:
    """Wait until all counties know this version of the aggregate or a later one; the seconds it took."""
    place = (aggregate["county"], aggregate["id"])
    path = f"/{resource}/{place[0]}/{place[1]}"
    return max(wait_until_seen(counties, place, aggregate["version"], seconds, path).values())


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until ``holds`` is true; the seconds it took. RuntimeError, with what was waited for, if it stays false.

    It is false as long as a county does not know what it is asked for: the event may be on its way.
    """
    begun = time.monotonic()
    while True:
        with suppress(NotKnownError):
            if holds():
                return time.monotonic() - begun
        waited = time.monotonic() - begun
        if waited > seconds:
            raise RuntimeError(f"after {seconds:.0f} s not yet: {what}")
        time.sleep(min(0.02 + waited / 10, 0.25))  # to ask without a pause would slow down what is waited for
