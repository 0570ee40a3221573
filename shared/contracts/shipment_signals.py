"""The stream `shipment-signals`: what the police have released about suspected shipments, and what counties answer.

Three aggregates, each event with the aggregate's whole shared state. Nothing here has a field for text, a site, a
person, a tracking number or a time of day, and no field can hold one: there are codes of fixed lists, weeks, counts
and ids. What is about one letter stays with the police; the county never had it.
"""

from typing import Annotated, Self

from pydantic import ValidationInfo, model_validator

from shared.contracts.codes import Status
from shared.contracts.event import READER, Event, Shared, events_in
from shared.contracts.fields import RandomId, as_set
from shared.contracts.reference import MUNICIPALITIES
from shared.contracts.shipment_codes import (
    FeedbackCode,
    HazardClass,
    IndicatorGroup,
    InformationGrade,
    MessageKind,
    OriginScope,
    ShipmentKind,
    SignalStatus,
    SiteType,
    SourceGrade,
    SuspectedCategory,
    Tlp,
)
from shared.contracts.shipment_fields import (
    KnownMunicipality,
    KnownPoliceArea,
    Quarter,
    ReportCount,
    VersionReference,
    Week,
    Year,
    told,
)
from shared.contracts.weeks import check_week


class SignalDetails(Shared):
    """A signal as the police release it, generalised.

    It says where only as exactly as the rule for small places allows, and when by ISO week. A municipality comes
    with its police area; neither means: somewhere in the county.
    """

    municipality: KnownMunicipality | None = None
    police_area: KnownPoliceArea | None = None
    site_type: SiteType | None = None
    iso_week_year: Year
    iso_week: Week
    indicator_groups: Annotated[tuple[IndicatorGroup, ...], as_set(0, 10, "indicator groups")] = ()
    hazard_class: HazardClass
    category: SuspectedCategory
    kind: ShipmentKind
    origin: OriginScope
    tlp: Tlp
    source_grade: SourceGrade
    information_grade: InformationGrade
    exercise: bool = False

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        if info.context == READER:
            return self
        if self.municipality is not None and MUNICIPALITIES[self.municipality].police_area != self.police_area:
            raise ValueError("a municipality is named together with the police area that it lies in")
        if self.municipality is None and self.site_type is not None:
            raise ValueError("a site type is told only with the municipality")
        check_week(self.iso_week_year, self.iso_week)
        return self


class ShipmentSignal(SignalDetails, Event, stream="shipment-signals"):
    """The part of a suspected shipment that counties and partners may know. Its id leads to no alert."""

    id: RandomId
    message_kind: MessageKind
    status: SignalStatus = SignalStatus.RELEASED

    @property
    def labels_known(self) -> bool:
        """See Event."""
        return self.tlp is not Tlp.UNKNOWN


class ShipmentSignalReleased(ShipmentSignal, version=1):
    """The police have released a signal."""


class ShipmentSignalCorrected(ShipmentSignal, version=1):
    """The police have corrected a signal: this is how it is now."""


class ShipmentSignalWithdrawn(ShipmentSignal, version=1, final=True):
    """The police have withdrawn a signal, for instance after a false alarm. It does not come back."""


class ShipmentSignalExpired(ShipmentSignal, version=1, final=True):
    """A signal has become old. It counts in statistics, and is in no list."""


class SignalFeedback(Event, stream="shipment-signals"):
    """A county's answer to another's signal: one answer for each, by a fixed code."""

    signal: VersionReference
    code: FeedbackCode
    message_kind: MessageKind
    exercise: bool = False
    status: Status = Status.ACTIVE


class SignalFeedbackGiven(SignalFeedback, version=1):
    """A county has answered."""


class SignalFeedbackChanged(SignalFeedback, version=1):
    """A county answers something else, or has seen a newer version of the signal."""


class SignalFeedbackWithdrawn(SignalFeedback, version=1):
    """A county has taken its answer back."""


class ReportNumbersDetails(Shared):
    """How many reports of staff the police have checked in a quarter, and in how many the suspicion came true.

    Neither number, nor the difference between them, is told where it is from 1 to 4.
    """

    year: Year
    quarter: Quarter
    checked: ReportCount
    confirmed: ReportCount | None = None

    @model_validator(mode="after")
    def _nothing_small_between(self, info: ValidationInfo) -> Self:
        if info.context != READER and self.confirmed is not None:
            if self.confirmed > self.checked:
                raise ValueError("more reports are confirmed than checked")
            told(self.checked - self.confirmed)
        return self


class ToldNumbers(Shared):
    """Numbers of a quarter that were told before they were corrected."""

    checked: ReportCount
    confirmed: ReportCount | None = None


class ReportNumbers(ReportNumbersDetails, Event, stream="shipment-signals"):
    """The numbers of one county and quarter, which go back to postal staff.

    ``earlier`` are all that were told before: whoever has seen them subtracts, so a correction is held against each.
    """

    earlier: tuple[ToldNumbers, ...] = ()
    status: Status = Status.ACTIVE


class ReportNumbersReleased(ReportNumbers, version=1):
    """The police have released the numbers of a quarter."""


class ReportNumbersCorrected(ReportNumbers, version=1):
    """The police have corrected the numbers of a quarter."""


class ReportNumbersWithdrawn(ReportNumbers, version=1):
    """The police have withdrawn the numbers of a quarter."""


EVENTS = events_in(globals())
