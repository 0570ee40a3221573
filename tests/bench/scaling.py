"""How much the reports on `links` are, by the number of counties: `python -m tests.bench.scaling`.

Reports are made as services make them, and counted; nothing is started. docs/scaling.md has the table.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from shared.contracts.links import Applied, LinksReported, Written, links_id
from shared.contracts.topics import LINKS, SERVICES, STREAMS, topic_name
from shared.links.reporter import WHOLE_SECONDS
from shared.messaging.relay import REPORT_SECONDS
from shared.protocol.envelope import unnumbered
from shared.runtime.service import find

NUMBERS = (4, 10, 21, 290)
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LATER = NOW + timedelta(seconds=REPORT_SECONDS)
EVENT = "0b4f9f0e-5f0a-5c7e-9a53-6d2c1f7f1c11"


def table() -> list[str]:
    """The rows of the table, as Markdown."""
    return [_row(number) for number in NUMBERS]


def _row(number: int) -> str:
    counties = [f"county-{chr(97 + at // 26)}{chr(97 + at % 26)}" for at in range(number)]
    reports = [_report(counties[0], service, counties) for service in SERVICES]
    whole = sum(len(report.write()) for report in reports)
    unchanged = sum(len(report.model_copy(update={"as_of": LATER}).since(report).write()) for report in reports)
    around = sum(_around(report) for report in reports)
    sent, wholes = 3600 / REPORT_SECONDS, 3600 / WHOLE_SECONDS
    quiet = (number - 1) * (wholes * whole + (sent - wholes) * unchanged + sent * around)
    busy = (number - 1) * sent * (whole + around)
    read = sum(len(find(service).topics_read(counties[0], counties)) + number for service in SERVICES)
    figures = [number * len(STREAMS), read, f"{whole / 1e3:,.0f} KB", f"{quiet / 1e6:,.0f} MB", f"{busy / 1e6:,.0f} MB"]
    return f"| {number} | {' | '.join(map(str, figures))} |"


def _report(county: str, service: str, counties: Sequence[str]) -> LinksReported:
    """A whole report of a service that has written all its streams, and applied those of all."""
    known = find(service)
    applied = [topic for topic in known.topics_read(county, counties) if not topic.startswith(f"{county}.")]
    return LinksReported(
        id=links_id(county, service),
        county=county,
        service=service,
        generation=int(NOW.timestamp() * 1000),
        counter=1,
        as_of=NOW,
        written=tuple(Written(topic=each, epoch=1, first=1, last=99_999) for each in known.topics_written(county)),
        applied=tuple(Applied(topic=each, epoch=1, number=99_999, event_id=EVENT) for each in applied),
    )


def _around(report: LinksReported) -> int:
    """Bytes of key and headers."""
    headers = unnumbered(topic_name(report.county, LINKS), report.event_type, report.service, NOW)
    return len(report.service) + sum(len(name) + len(value) for name, value in headers)


if __name__ == "__main__":
    print("\n".join(table()))
