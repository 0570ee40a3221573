"""The side of the police: what they know of a case stays with them; what leaves is generalised before it does."""

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
        """No connection is left open."""
        self.client.close()

    def release(self, observation: Observation, handling: Handling) -> dict[str, Any]:
        """The signal that the county has taken. httpx.HTTPStatusError with the problem if it takes none."""
        return dict(self._body(self.client.post(PATH, content=self._generalised(observation, handling), headers=_JSON)))

    def correct(self, identity: str, observation: Observation, handling: Handling) -> dict[str, Any]:
        """The signal as it is now, under its id."""
        place, seen = self._place(identity)
        content = self._generalised(observation, handling)
        return dict(self._body(self.client.put(place, content=content, headers=_JSON | seen)))

    def withdraw(self, identity: str) -> dict[str, Any]:
        """The signal, withdrawn."""
        place, seen = self._place(identity)
        return dict(self._body(self.client.post(f"{place}/withdraw", headers=seen)))

    def counts(self) -> SiteCounts:
        """How many sites the county has, which decides how exactly a signal may say where it is from."""
        rows = self._body(self.client.get("/shipment-alerts/site-counts"))
        return SiteCounts(
            self.county.code, {(row["municipality"], SiteType(row["type"])): row["sites"] for row in rows}
        )

    def _generalised(self, observation: Observation, handling: Handling) -> str:
        return generalise(observation, self.counts(), handling).model_dump_json()

    def _place(self, identity: str) -> tuple[str, dict[str, str]]:
        """Where the signal is, and the header that says which version has been seen."""
        place = f"{PATH}/{self.county.name}/{identity}"
        answer = self.client.get(place)
        self._body(answer)
        return place, {"If-Match": answer.headers["ETag"]}

    @staticmethod
    def _body(answer: httpx.Response) -> Any:
        answer.raise_for_status()
        return answer.json()


_JSON = {"Content-Type": "application/json"}
