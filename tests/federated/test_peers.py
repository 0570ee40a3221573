"""`norrsam peers test`: two counties that are joined, and what is said of each fault."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.access import table
from infra.access.table import Grant
from infra.cli.main import _program
from infra.mirror import looking
from shared.contracts.links import Applied, LinksReported, Written, links_id
from shared.contracts.topics import LINKS, STREAMS, topic_name
from tests.federated.conftest import LONG, NAMES, Side
from tests.support.waiting import eventually

OURS = topic_name("norrbotten", "actors")


def looked(side: Side, peers: Path | None = None) -> tuple[int, str]:
    """The exit status of `norrsam peers test`, and what it prints."""
    env = {
        "NORRSAM_COUNTIES": "norrbotten:25,jamtland:23",
        "NORRSAM_KAFKA": side.engine.kafka,
        "NORRSAM_KAFKA_SECURITY": "SASL_SSL",
        "NORRSAM_KAFKA_CA": str(side.secrets.ca),
        "NORRSAM_KAFKA_PASSWORDS": str(side.secrets.passwords),
        "NORRSAM_PEERS": str(peers or side.peers),
    }
    said = CliRunner().invoke(_program(["peers"]), ["peers", "test", "jamtland", "--county", side.county], env=env)
    assert said.exception is None or isinstance(said.exception, SystemExit), said.exception
    assert max(map(len, said.output.splitlines())) <= 80
    return said.exit_code, said.output


def report(side: Side, as_of: datetime, written: int = 0, applied: int = 0) -> None:
    """The county's service `actors` reports, as of then."""
    told = LinksReported(
        id=links_id(side.county, "actors"),
        county=side.county,
        service="actors",
        generation=1,
        counter=int(datetime.now(UTC).timestamp() * 1000),
        as_of=as_of,
        written=(Written(topic=topic_name(side.county, "actors"), epoch=1, first=1, last=written),),
        applied=(Applied(topic=OURS, epoch=1, number=applied),) if side.county != "norrbotten" else (),
    )
    asyncio.run(side.write(topic_name(side.county, LINKS), [(b"actors", told.write(), [])]))


@pytest.fixture
def reported(jamtland: Side, norrbotten: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have reported: jamtland has applied all 22 numbers of norrbotten. A slow machine may take long to look."""
    monkeypatch.setattr(looking, "APART", LONG)
    report(norrbotten, datetime.now(UTC) - timedelta(seconds=2 * LONG), written=22)
    report(jamtland, datetime.now(UTC), applied=22)

    async def has_come() -> None:
        written, come = [(await side.records(topic_name("jamtland", LINKS)))[-1:] for side in (jamtland, norrbotten)]
        assert [each.value for each in come] == [each.value for each in written]

    asyncio.run(eventually(has_come, LONG))  # the mirror may only just have been started


def lines(text: str, word: str) -> list[str]:
    """All that was looked at and is good, or bad."""
    return [line[8:33].strip() for line in text.splitlines() if line.startswith(f"  {word}")]


@pytest.mark.usefixtures("reported")
def test_counties_that_are_joined_are_good(norrbotten: Side) -> None:
    status, text = looked(norrbotten)

    print(f"\n{text}")
    reads = [f"reads {stream}" for stream in STREAMS]
    rights = ["writes nothing", "sees nothing else"]
    assert lines(text, "good") == [
        "TLS",
        "log-in",
        *reads,
        *rights,
        "schemas",
        "clock",
        "comes here",
        "goes there",
        "there and back",
    ]
    assert "TLSv1.3, certificate until 20" in text
    assert "it has applied all" in text
    assert (status, lines(text, "bad")) == (0, [])


@pytest.mark.usefixtures("reported")
def test_what_a_county_has_not_applied_is_bad(jamtland: Side, norrbotten: Side) -> None:
    report(norrbotten, datetime.now(UTC) - timedelta(seconds=2 * LONG), written=25)
    report(jamtland, datetime.now(UTC), applied=22)

    status, text = looked(norrbotten)
    report(jamtland, datetime.now(UTC), applied=25)

    assert (status, lines(text, "bad")) == (1, ["goes there"])
    assert "it lacks 3 of 25 numbers of ours" in text


@pytest.mark.usefixtures("reported")
def test_a_right_that_is_too_much_is_bad(jamtland: Side, norrbotten: Side) -> None:
    grants = table.grants(["jamtland"], NAMES)
    more = Grant("norrbotten-mirror", "topic", topic_name("jamtland", "actors"), False, "WRITE")
    foreign = Grant("norrbotten-mirror", "topic", OURS, False, "READ")
    jamtland.allow([*grants, more, foreign])

    status, text = looked(norrbotten)
    jamtland.allow(grants)

    assert (status, lines(text, "bad")) == (1, ["writes nothing", "sees nothing else"])
    assert "WRITE of jamtland.shared.actors.v1" in text
    assert "norrbotten.shared.actors.v1" in text


@pytest.fixture
def copied(norrbotten: Side, tmp_path: Path) -> Path:
    """A copy of the folder of peers, that no mirror looks at."""
    return Path(shutil.copytree(norrbotten.peers, tmp_path / "peers"))


def test_a_password_that_does_not_count_is_bad(norrbotten: Side, copied: Path) -> None:
    (copied / "jamtland" / "password").write_text("another")

    status, text = looked(norrbotten, copied)

    assert (status, lines(text, "good"), lines(text, "bad")) == (1, ["TLS"], ["log-in"])
    assert "another" not in text


def test_a_kafka_of_another_authority_is_bad(norrbotten: Side, copied: Path) -> None:
    shutil.copy(norrbotten.secrets.ca, copied / "jamtland" / "ca.pem")

    status, text = looked(norrbotten, copied)

    assert (status, lines(text, "good"), lines(text, "bad")) == (1, [], ["TLS"])
    assert "no trust" in text
    assert "ask jamtland for a new bundle" in text


def test_a_kafka_that_is_away_is_bad(norrbotten: Side, copied: Path) -> None:
    (copied / "jamtland" / "address").write_text("127.0.0.1:1")

    assert "no connection: Connection refused" in looked(norrbotten, copied)[1]
