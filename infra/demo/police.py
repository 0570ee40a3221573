"""The police's side: a case stays with them, and only its generalised form leaves."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from services.shipment_alerts.domain.generaliser import Handling, Observation, generalise
from services.shipment_alerts.domain.sites import SiteCounts
from shared.contracts.counties import County
from shared.contracts.shipment_codes import SiteType

PATH = "/shipment-signals"


@dataclass
class Police:
    """The police of a county: its origin, and a token with the role POLICE for it."""

    county: County
    url: str
    token: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=10)

    def close(self) -> None:
        """Close all connections."""
        self.client.close()

    def release(self, observation: Observation, handling: Handling) -> dict[str, Any]:
        """Release a signal; the signal as the county accepted it. httpx.HTTPStatusError if it refuses."""
        return dict(self._body(self.client.post(PATH, content=self._generalised(observation, handling), headers=_JSON)))

    def correct(self, identity: str, observation: Observation, handling: Handling) -> dict[str, Any]:
        """Correct the signal, which keeps its id; the corrected signal."""
        place, seen = self._place(identity)
        content = self._generalised(observation, handling)
        return dict(self._body(self.client.put(place, content=content, headers=_JSON | seen)))

    def withdraw(self, identity: str) -> dict[str, Any]:
        """Withdraw the signal; the withdrawn signal."""
        place, seen = self._place(identity)
        return dict(self._body(self.client.post(f"{place}/withdraw", headers=seen)))

    def counts(self) -> SiteCounts:
        """The county's number of sites, which decides how precisely a signal may name its origin."""
        rows = self._body(self.client.get("/shipment-alerts/site-counts"))
        return SiteCounts(
            self.county.code, {(row["municipality"], SiteType(row["type"])): row["sites"] for row in rows}
        )

    def _generalised(self, observation: Observation, handling: Handling) -> str:
        return generalise(observation, self.counts(), handling).model_dump_json()

    def _place(self, identity: str) -> tuple[str, dict[str, str]]:
        """The signal's path, and the If-Match header with its version."""
        place = f"{PATH}/{self.county.name}/{identity}"
        answer = self.client.get(place)
        self._body(answer)
        return place, {"If-Match": answer.headers["ETag"]}

    @staticmethod
    def _body(answer: httpx.Response) -> Any:
        answer.raise_for_status()
        return answer.json()


_JSON = {"Content-Type": "application/json"}
