"""The register of streams: the purpose, legal ground, recipients and retention of each.

Only `norrsam topics apply` creates topics, from this register. A topic always has one partition: its order and its
numbers depend on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

LINKS = "links"
"""The one stream of state, not history: its records have no number, and the newest counts."""
_INSIDE = frozenset({"READER", "COUNTY_COORDINATOR", "POLICE"})
_EVERYBODY = _INSIDE | {"MUNICIPAL_COORDINATOR", "OPERATOR"}


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that every county publishes. ``retention`` None means for ever.

    ``service`` is the one that writes it; None if every service does. Nothing of an event on an ``unlinkable`` stream
    but its data leads to its cause: its id is random, its time and its record's are cut to the hour, and no header
    links it to others. Of a ``labelled`` stream some events are for county boards and the police alone (TLP): others
    are told no number of it, for that would count what they do not see.

    ``readers`` are the roles in a token that may read all of it at `/events`: those that may call every list of it.
    """

    name: str
    service: str | None
    purpose: str
    legal_ground: str
    recipients: str
    partners: Literal["may", "never"]
    retention: timedelta | None
    unlinkable: bool = False
    labelled: bool = False
    readers: frozenset[str] = frozenset()

    def topic_settings(self) -> Mapping[str, str]:
        """The settings of this stream's topics on a broker."""
        kept = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        return {"cleanup.policy": "delete", "retention.ms": str(kept), "retention.bytes": "-1"}


STREAMS = {
    stream.name: stream
    for stream in (
        Stream(
            name="actors",
            service="actors",
            purpose="Who takes part in crime prevention: actors, their functions, agreements and networks",
            legal_ground="Förordning (2016:1258) 1 och 2 §§: regional samordning",
            recipients="The county administrative boards; partner agencies by agreement",
            partners="may",
            retention=None,
            readers=_EVERYBODY,
        ),
        Stream(
            name="shipment-signals",
            service="shipment-alerts",
            purpose="What the police have released about suspected shipments, generalised, so that staff are protected",
            legal_ground="Förordning (2016:1258) 2 §, and the release by the police; 5 kap. postlagen is kept",
            recipients="The county administrative boards; police and customs by agreement",
            partners="may",
            retention=timedelta(days=2 * 365),
            unlinkable=True,
            labelled=True,
            readers=_INSIDE,
        ),
        Stream(
            name="guidance",
            service="shipment-alerts",
            purpose="What staff do with a suspected shipment, the method behind it, and how far municipalities are",
            legal_ground="Förordning (2016:1258) 1 och 2 §§: regional samordning",
            recipients="The county administrative boards; partner agencies by agreement",
            partners="may",
            retention=None,
            labelled=True,
            readers=_INSIDE,
        ),
        Stream(
            name="trainings",
            service="trainings",
            purpose="Which trainings the counties give, and when and where each is held",
            legal_ground="Förordning (2016:1258) 2 § 3: kompetensutveckling och tvärsektoriella utbildningsinsatser",
            recipients="The county administrative boards; partner agencies by agreement",
            partners="may",
            retention=None,
            readers=_EVERYBODY,
        ),
        Stream(
            name="enrolments",
            service="trainings",
            purpose="Which seats the counties ask of each other's occasions, and what the hosts answer; no name",
            legal_ground="Förordning (2016:1258) 2 § 3, and 2 kap. 2 § lag (2018:218): a task of public interest",
            recipients="The county administrative boards",
            partners="never",
            retention=timedelta(days=731 - 30),  # 24 months after the occasion, which the last events follow by 30 days
            readers=frozenset({"READER", "COUNTY_COORDINATOR"}),
        ),
        Stream(
            name="meetings",
            service="meetings",
            purpose="To which meetings the counties invite each other, what each answers, and what is decided; no name",
            legal_ground="Förordning (2016:1258) 2 § 2: samarbete och erfarenhetsutbyte",
            recipients="The county administrative boards",
            partners="never",
            retention=timedelta(days=90),  # a text that had to be corrected is gone from every log after that time
            readers=frozenset({"COUNTY_COORDINATOR", "MUNICIPAL_COORDINATOR", "POLICE"}),
        ),
        Stream(
            name="initiatives",
            service="initiatives",
            purpose="Released problem pictures, what is done about them, counts of EST weeks, and lessons; no name",
            legal_ground="Förordning (2016:1258) 2 § 1 och 4: kunskapsbaserat arbete, kommunöverskridande åtgärder",
            recipients="The county administrative boards",
            partners="never",
            retention=timedelta(days=90),  # as of meetings: a text that had to be corrected is gone after that time
            readers=frozenset({"READER", "COUNTY_COORDINATOR", "MUNICIPAL_COORDINATOR", "POLICE"}),
        ),
        Stream(
            name=LINKS,
            service=None,
            purpose="Up to where each service has written its streams, and applied those of the others",
            legal_ground="None is needed: it says nothing of anybody",
            recipients="The county administrative boards",
            partners="never",
            retention=timedelta(days=2),
        ),
    )
}

READS_ONLY = ("reports",)
"""The services that publish no stream of their own."""
SERVICES = (*dict.fromkeys(stream.service for stream in STREAMS.values() if stream.service), *READS_ONLY)
"""Every service, in the order of the register of streams; those that only read come last."""


def topic_name(county: str, stream: str) -> str:
    """The topic on which ``county`` publishes ``stream``: the same name on every Kafka."""
    return f"{county}.shared.{stream}.v1"


def county_of(topic: str) -> str:
    """The county that alone writes ``topic``."""
    return topic.split(".", 1)[0]


def stream_name(topic: str) -> str:
    """The stream that ``topic`` carries: of a county, or of a partner."""
    return topic.split(".")[-2]


def unlinkable(topic: str) -> bool:
    """Whether nothing of an event on ``topic`` but its data may lead to its cause."""
    stream = STREAMS.get(stream_name(topic))
    return stream is not None and stream.unlinkable


def labelled(topic: str) -> bool:
    """Whether only some may see all events on ``topic``, so that others are told no number of them."""
    stream = STREAMS.get(stream_name(topic))
    return stream is not None and stream.labelled


def all_topics(counties: Iterable[str]) -> dict[str, Stream]:
    """Every topic of these counties, with its stream."""
    return {topic_name(county, name): stream for county in counties for name, stream in STREAMS.items()}
