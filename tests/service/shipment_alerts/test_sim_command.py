"""`norrsam sim police` against a county's process: the input stays here, and only its generalisation leaves."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from typer.testing import CliRunner, Result

from infra.cli.county import local_token
from infra.cli.sim import sim
from infra.engine import Engine, temporary_engine
from tests.service.shipment_alerts.given import BJURHOLM, SITES, UMEA
from tests.support import databases

COUNTY = "vasterbotten"


@dataclass
class Running:
    """A running process of Västerbotten with sites."""

    engine: Engine
    url: str

    def client(self, role: str) -> httpx.Client:
        token = local_token(self.engine.config.data, COUNTY, [role])
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with temporary_engine(kafka=False) as engine:
        engine.migrate([COUNTY], ["shipment-alerts"])
        databases.begin(engine, f"{COUNTY}_shipment_alerts")
        county = Running(engine, engine.start_county(COUNTY, ["shipment-alerts"]))
        with county.client("COUNTY_COORDINATOR") as client:
            client.put("/shipment-alerts/operators/postnord", json={"name": "PostNord"}).raise_for_status()
            for code in [code for code, count in SITES.items() for _ in range(count)]:
                site = {"type": "AGENT", "operator": "postnord", "municipality": code}
                client.post("/shipment-alerts/sites", json=site).raise_for_status()
        yield county


def police(running: Running, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    monkeypatch.setenv("NORRSAM_DATA", str(running.engine.config.data))
    return CliRunner().invoke(sim, ["police", *words, "--county", COUNTY, "--url", running.url])


def test_a_case_is_released_corrected_and_withdrawn_under_one_id(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = ("--municipality", BJURHOLM, "--indicator", "EXCESSIVE_TAPE", "--origin", "DOMESTIC")

    released = police(running, monkeypatch, "release", *case)

    assert released.exit_code == 0, released.stderr

    identity, rest = released.stdout.split(" ", 1)
    assert rest.startswith("RELEASED: Lokalpolisområde Umeå, v. ")
    assert rest.strip().endswith("brev, inrikes, förpackning, H0, narkotika (misstanke)")
    assert not {"Bjurholm", BJURHOLM} & set(released.stdout.split())

    corrected = police(running, monkeypatch, "correct", identity, "--municipality", UMEA, "--danger", "POWDER")
    assert corrected.stdout.startswith(f"{identity} RELEASED: Umeå, v. ")
    assert ", H2, " in corrected.stdout

    withdrawn = police(running, monkeypatch, "withdraw", identity)
    assert withdrawn.stdout.startswith(f"{identity} WITHDRAWN: ")

    with running.client("READER") as client:
        (signal,) = client.get("/shipment-signals", params={"status": "ANY"}).json()["items"]
    assert (signal["id"], signal["version"], signal["status"]) == (identity, 3, "WITHDRAWN")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("release", "--municipality", "2584"), "no municipality of the county 24"),
        (("release", "--municipality", UMEA, "--observed", "2020-01-01"), "more than 12 weeks ago"),
        (("release", "--municipality", UMEA, "--tlp", "RED"), "it is one of CLEAR, GREEN"),
        (("withdraw", "5b0d6c0e-2f3a-4d1b-9c77-0a1e5d3f8b21"), "No signal"),
    ],
)
def test_an_impossible_case_is_told_and_fails(
    running: Running, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    done = police(running, monkeypatch, *words)

    assert done.exit_code != 0
    assert said in " ".join(done.stderr.split())


def test_a_county_that_is_away_is_told(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "url", "http://127.0.0.1:9")

    done = police(running, monkeypatch, "release", "--municipality", UMEA)

    assert done.exit_code == 1
    assert "nothing answers at http://127.0.0.1:9" in done.stderr
