"""An agreement with a partner agency: the file <agency>.toml in the folder NORRSAM_PARTNERS of a county.

name = "Polismyndigheten, polisregion Nord"
contact_function = "Regionala brottsförebyggande funktionen"
legal_ground = "Förordning (2016:1258) 2 §"
diary_number = "BD 2026-1234"
valid_from = 2026-12-01
valid_until = 2027-11-30        # the last day
streams = ["actors", "trainings", "shipment-signals"]
label = "AMBER"                 # of signals, up to which; may be left out

[webhook]                       # may be left out: for an agency without Kafka
url = "https://events.police.example/norrsam"

[quotas]                        # may be left out, and each line of it
bytes_per_second = 1000000
percent_of_a_thread = 25
connections_per_second = 10     # from each of these addresses
addresses = ["192.0.2.10"]
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, IPvAnyAddress, model_validator

from infra.access.users import partner_user
from infra.partners.own_topic import LABELS, own_topic
from infra.partners.own_topic import STREAM as SIGNALS
from shared.contracts.personal import in_text
from shared.contracts.shipment_codes import Tlp
from shared.contracts.topics import STREAMS, topic_name
from shared.swedish import TIME_ZONE


def _impersonal(text: str) -> str:
    if in_text(text):
        raise ValueError("it holds an identity number or a mail address: name a function, an authority, a law")
    return text


def _partners_may(stream: str) -> str:
    """ValueError says why a partner may not read the stream."""
    known = STREAMS.get(stream)
    if known is None:
        may = ", ".join(name for name, each in STREAMS.items() if each.partners == "may")
        raise ValueError(f"there is no stream {stream!r}; partners may read {may}")
    if known.partners == "never":
        raise ValueError(f"partners never read {stream!r}: the register has it for {known.recipients.lower()} alone")
    if known.labelled and stream != SIGNALS:
        raise ValueError(
            f"{stream!r} also carries what is for county boards alone (AMBER+STRICT), and no label keeps a reader from "
            "it: it can go to a partner on a topic of its own only, and there is none of it"
        )
    return stream


def _label(text: object) -> object:
    if text not in LABELS:
        named = "RED is for persons by name, so nothing on a topic has it; " if text == "RED" else ""
        raise ValueError(f"{named}write the highest that is agreed: {', '.join(LABELS)}")
    return text


def _address(text: str) -> str:
    """Encrypted, unless it is on this machine. A key in it would end in logs, and the signature makes it needless."""
    parts = urlsplit(text)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
        raise ValueError("it is no https:// address")
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("write host and path alone: no user, no query; the agency knows us by the signature")
    return text


Line = Annotated[str, Field(min_length=2, max_length=200, pattern=r"^[^\x00-\x1f]+$"), AfterValidator(_impersonal)]


class AgreedQuotas(BaseModel, frozen=True, extra="forbid"):
    """How much of the county's Kafka a partner may take. Kafka slows down who takes more; it refuses nothing.

    Bytes are those that it reads, per second; the percentage is of one thread of Kafka's. Kafka knows no limit of
    connections by user, only of new ones by address: so it holds for the addresses that are named.
    """

    bytes_per_second: Annotated[int, Field(ge=10_000, le=1_000_000_000)] = 1_000_000
    percent_of_a_thread: Annotated[int, Field(ge=1, le=100)] = 25
    connections_per_second: Annotated[int, Field(ge=1, le=1_000)] = 10
    addresses: tuple[IPvAnyAddress, ...] = ()


class AgreedWebhook(BaseModel, frozen=True, extra="forbid"):
    """The address to which the county posts the events, for an agency that does not read Kafka."""

    url: Annotated[str, AfterValidator(_address)]


class Agreement(BaseModel, frozen=True, extra="forbid"):
    """The content of the file; days are Swedish, and the last one counts."""

    agency: str
    name: Line
    contact_function: Line
    legal_ground: Line
    diary_number: Line
    valid_from: date
    valid_until: date
    streams: Annotated[tuple[Annotated[str, AfterValidator(_partners_may)], ...], Field(min_length=1)]
    label: Annotated[Tlp, BeforeValidator(_label)] = Tlp.AMBER
    quotas: AgreedQuotas = AgreedQuotas()
    webhook: AgreedWebhook | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_until < self.valid_from:
            raise ValueError("valid_until is before valid_from")
        if len(set(self.streams)) < len(self.streams):
            raise ValueError("streams names one of them twice")
        return self

    def holds(self, today: date) -> bool:
        """Whether the agreement holds."""
        return self.valid_from <= today <= self.valid_until

    def user(self, county: str) -> str:
        """The name with which the agency logs in."""
        return partner_user(county, self.agency)

    @property
    def groups(self) -> str:
        """How the names of its consumer groups begin."""
        return f"{self.agency}."

    def own_topic(self, county: str) -> str | None:
        """The topic on which this county shows it signals; None if they are not agreed."""
        return own_topic(county, self.agency, self.label) if SIGNALS in self.streams else None

    def topics_of(self, stream: str, county: str, counties: Sequence[str]) -> list[str]:
        """The topics on this county's Kafka with one agreed stream of these counties."""
        if stream == SIGNALS:
            return [own_topic(county, self.agency, self.label)]
        return [topic_name(each, stream) for each in counties]

    def topics(self, county: str, counties: Sequence[str]) -> list[str]:
        """All topics there that it reads."""
        return [topic for stream in self.streams for topic in self.topics_of(stream, county, counties)]


def day(now: datetime) -> date:
    """The day in Sweden, by which agreements are judged."""
    return now.astimezone(TIME_ZONE).date()
