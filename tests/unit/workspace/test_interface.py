"""Each call of the workspace is one that the county's interface takes, and each field shown is one that it gives."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints
from uuid import UUID

import httpx
import pytest
from pydantic import BaseModel

from services.workspace import (
    calls_assigning,
    calls_est,
    calls_guidance,
    calls_hosting,
    calls_joint,
    calls_lessons,
    calls_meetings,
    calls_minutes,
    calls_pictures,
    calls_processes,
    calls_readiness,
    calls_recording,
    calls_reports,
    calls_resources,
    calls_signals,
    calls_support,
)
from services.workspace.answers import CallRefused, CountyAway
from services.workspace.calls_aggregates import ShownAggregate
from services.workspace.county import PART_SECONDS, WAIT_SECONDS, CountyInterface
from services.workspace.shown import FromCounty
from services.workspace.shown_trainings import ShownEnrolment, ShownReference
from shared.contracts.topics import SERVICES
from shared.contracts.weeks import YearWeek

OPENAPI = json.loads((Path(__file__).parents[3] / "docs" / "openapi" / "county.json").read_text("utf-8"))
ID, INVITEE = UUID(int=7), UUID(int=8)
SEEN = ShownEnrolment(
    id=str(ID),
    county="jamtland",
    version=3,
    occasion=ShownReference(county="jamtland", id=str(ID)),
    overdue=False,
    participants=[],
    settled=False,
    seats=[],
)
CALLS: dict[str, tuple[Any, ...]] = {
    "signals": ("t", 5),
    "signal": ("t", "jamtland", ID),
    "signal_weeks": ("t",),
    "feedback": ("t", "jamtland", ID),
    "actors": ("t",),
    "actor": ("t", "jamtland", ID),
    "function_names": ("t", "jamtland", ID),
    "networks": ("t",),
    "cooperations": ("t", f"jamtland/{ID}"),
    "occasions": ("t", date(2026, 12, 9), 20),
    "trainings": ("t",),
    "drafts": ("t",),
    "sites": ("t",),
    "coming": ("t", {"limit": 20, "from": "2026-12-09", "county": "jamtland", "cursor": "x"}),
    "occasion": ("t", "jamtland", ID),
    "training": ("t", "jamtland", str(ID)),
    "enrolment": ("t", "jamtland", ID),
    "certificate": ("t", "K7M2Q9XW3T"),
    "persons": ("t", "jamtland", str(ID)),
    "enrol": ("t", "key-of-the-form", {"occasion": {}, "participants": []}),
    "act": ("t", "key-of-the-form", SEEN, "accept"),
    "advice": ({"dangers": [], "language": "sv"},),
}


GUIDANCE: dict[str, tuple[Any, ...]] = {
    "in_force": ("t", "AGENT"),
    "routines": ("t",),
    "safety_advice": ("t",),
    "routine": ("t", "jamtland", ID),
    "advice": ("t", "jamtland", ID),
    "acknowledgements": ("t", "jamtland", ID),
    "drafts": ("t",),
    "sites": ("t",),
    "operators": ("t",),
    "register_site": ("t", "key-of-the-form", {}),
    "change_site": ("t", "key-of-the-form", ID, {}, 3),
    "close_site": ("t", "key-of-the-form", ID, 3),
    "acknowledge": ("t", "key-of-the-form", "jamtland", ID, {}),
    "draft": ("t", "key-of-the-form", "routine", {}),
    "approve": ("t", "key-of-the-form", ID),
    "discard": ("t", "key-of-the-form", ID),
    "withdraw": ("t", "key-of-the-form", "safety-advice", "jamtland", ID, 3),
    "implementations": ("t",),
    "implement": ("t", "key-of-the-form", {}, 3),
}
"""The calls of `calls_guidance.py`, after the interface."""
MEETINGS: dict[str, tuple[Any, ...]] = {
    "meetings": ("t",),
    "meeting": ("t", "jamtland", ID),
    "invitations": ("t",),
    "invitations_to": ("t", "jamtland", ID, date(2026, 12, 9)),
    "answer": ("t", "key-of-the-form", "jamtland", ID, INVITEE, {"state": "ACCEPTED", "sequence": 0}),
    "items": ("t",),
    "own_items": ("t",),
    "item": ("t", "jamtland", ID),
    "report": ("t", "key-of-the-form", "jamtland", ID, "DONE", 3),
}
"""The same of `calls_meetings.py`."""
HOSTING: dict[str, tuple[Any, ...]] = {
    "hosted": ("t", "jamtland", ID),
    "plan": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "step": ("t", "key-of-the-form", "jamtland", ID, "invite", 3),
    "hold": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
}
"""The same of `calls_hosting.py`."""
MINUTES: dict[str, tuple[Any, ...]] = {
    "minutes_of": ("t", "jamtland", ID),
    "waiting": ("t",),
    "approve": ("t", "key-of-the-form", "jamtland", str(ID), str(INVITEE), 3),
    "object_to": ("t", "key-of-the-form", "jamtland", str(ID), str(INVITEE), 3, "Fel dag"),
}
"""The same of `calls_minutes.py`."""
RECORDING: dict[str, tuple[Any, ...]] = {
    "drafts": ("t",),
    "begin": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", str(ID), {}, 3),
    "circulate": ("t", "key-of-the-form", str(ID), True, 3),
    "correct": ("t", "key-of-the-form", "jamtland", str(ID), {}, 3),
}
"""The same of `calls_recording.py`."""
ASSIGNING: dict[str, tuple[Any, ...]] = {
    "assign": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "cancel": ("t", "key-of-the-form", "jamtland", ID, 3),
}
"""The same of `calls_assigning.py`."""
SIGNALS: dict[str, tuple[Any, ...]] = {
    "download": ("t", "csv"),
    "try_release": ("t", "key-of-the-form", {}),
    "release": ("t", "key-of-the-form", {}),
    "correct": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "withdraw": ("t", "key-of-the-form", "jamtland", ID, 3),
    "answer": ("t", "key-of-the-form", "jamtland", ID, {}, None),
    "take_back": ("t", "key-of-the-form", "jamtland", ID, 3),
    "partner_replies": ("t", "jamtland", ID),
}
"""The same of `calls_signals.py`."""
PICTURES: dict[str, tuple[Any, ...]] = {
    "pictures": ("t",),
    "home_pictures": ("t",),
    "picture": ("t", "jamtland", ID),
    "measures": ("t",),
    "home_measures": ("t",),
    "measure": ("t", "jamtland", ID),
    "model_news": ("t",),
    "revised": ("t",),
    "read_revision": ("t", "key-of-the-form", "jamtland", ID, 3),
    "see_model": ("t", "key-of-the-form", "jamtland", ID),
    "begin": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "picture_step": ("t", "key-of-the-form", "jamtland", ID, "agree", {}, 3),
    "propose": ("t", "key-of-the-form", {}),
    "plan": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "measure_step": ("t", "key-of-the-form", "jamtland", ID, "follow-up", {}, 3),
}
"""The same of `calls_pictures.py`."""
READINESS: dict[str, tuple[Any, ...]] = {
    "shared": ("t",),
    "at_home": ("t",),
    "sums": ("t",),
    "readiness": ("t", "2303"),
    "change": ("t", "key-of-the-form", "2303", {}, 3),
    "assess": ("t", "key-of-the-form", "2303", "R1", {}, 3),
    "step": ("t", "key-of-the-form", "2303", "R1", "propose", {}, 3),
}
"""The same of `calls_readiness.py`."""
SUPPORT: dict[str, tuple[Any, ...]] = {
    "requests": ("t",),
    "request": ("t", "jamtland", ID),
    "ask": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "step": ("t", "key-of-the-form", "jamtland", ID, "take-back", {}, 3),
}
"""The same of `calls_support.py`."""
PROCESSES: dict[str, tuple[Any, ...]] = {
    "processes": ("t",),
    "process": ("t", "jamtland", ID),
    "start": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "step": ("t", "key-of-the-form", "jamtland", ID, "back", {}, 3),
}
"""The same of `calls_processes.py`."""
LESSONS: dict[str, tuple[Any, ...]] = {
    "lessons": ("t",),
    "lesson": ("t", "jamtland", ID),
    "share": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "withdraw": ("t", "key-of-the-form", "jamtland", ID, 3),
    "focuses": ("t",),
    "focus": ("t", "jamtland", ID),
    "decide": ("t", "key-of-the-form", {}, None),
    "withdraw_focus": ("t", "key-of-the-form", "jamtland", ID, 3),
}
"""The same of `calls_lessons.py`."""
RESOURCES: dict[str, tuple[Any, ...]] = {
    "resources": ("t",),
    "resource": ("t", "jamtland", ID),
    "recommend": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "withdraw": ("t", "key-of-the-form", "jamtland", ID, 3),
}
"""The same of `calls_resources.py`."""
EST: dict[str, tuple[Any, ...]] = {
    "areas": ("t",),
    "area": ("t", "jamtland", ID),
    "register": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "step": ("t", "key-of-the-form", "jamtland", ID, "retire", {}, 3),
    "pictures": ("t", str(ID)),
    "week": ("t", "jamtland", ID, YearWeek(2025, 52)),
    "report": ("t", "key-of-the-form", "jamtland", ID, {}),
    "take_back": ("t", "key-of-the-form", "jamtland", ID, str(INVITEE)),
    "note": ("t", "key-of-the-form", "jamtland", ID, {}),
    "priorities": ("t",),
    "prioritise": ("t", "key-of-the-form", {}, None),
    "withdraw_priority": ("t", "key-of-the-form", "jamtland", ID, 3),
    "reviews": ("t",),
    "review": ("t", "key-of-the-form", {}, 3),
    "withdraw_review": ("t", "key-of-the-form", "jamtland", ID, 3),
    "year": ("t", "2303", 2025),
}
"""The same of `calls_est.py`."""
JOINT: dict[str, tuple[Any, ...]] = {
    "measures": ("t",),
    "measure": ("t", "jamtland", ID),
    "propose": ("t", "key-of-the-form", {}),
    "change": ("t", "key-of-the-form", "jamtland", ID, {}, 3),
    "answer": ("t", "key-of-the-form", "jamtland", ID, {}),
    "step": ("t", "key-of-the-form", "jamtland", ID, "follow-up", {}, 3),
}
"""The same of `calls_joint.py`."""
REPORTS: dict[str, tuple[Any, ...]] = {
    "reports": ("t",),
    "download": ("t", "trainings", "csv"),
    "begun_yearly": ("t",),
    "yearly": ("t", 2025),
    "download_yearly": ("t", 2025),
    "write_yearly": ("t", "key-of-the-form", 2025, {}, None),
    "freeze_yearly": ("t", "key-of-the-form", 2025, 3),
}
"""The same of `calls_reports.py`."""
FUNCTIONS = {f"guidance.{name}": (getattr(calls_guidance, name), arguments) for name, arguments in GUIDANCE.items()}
FUNCTIONS |= {f"meetings.{name}": (getattr(calls_meetings, name), arguments) for name, arguments in MEETINGS.items()}
FUNCTIONS |= {f"hosting.{name}": (getattr(calls_hosting, name), arguments) for name, arguments in HOSTING.items()}
FUNCTIONS |= {f"recording.{name}": (getattr(calls_recording, name), given) for name, given in RECORDING.items()}
FUNCTIONS |= {f"assigning.{name}": (getattr(calls_assigning, name), given) for name, given in ASSIGNING.items()}
FUNCTIONS |= {f"signals.{name}": (getattr(calls_signals, name), arguments) for name, arguments in SIGNALS.items()}
FUNCTIONS |= {f"minutes.{name}": (getattr(calls_minutes, name), arguments) for name, arguments in MINUTES.items()}
FUNCTIONS |= {f"readiness.{name}": (getattr(calls_readiness, name), given) for name, given in READINESS.items()}
FUNCTIONS |= {f"support.{name}": (getattr(calls_support, name), given) for name, given in SUPPORT.items()}
FUNCTIONS |= {f"processes.{name}": (getattr(calls_processes, name), given) for name, given in PROCESSES.items()}
FUNCTIONS |= {f"lessons.{name}": (getattr(calls_lessons, name), given) for name, given in LESSONS.items()}
FUNCTIONS |= {f"resources.{name}": (getattr(calls_resources, name), given) for name, given in RESOURCES.items()}
FUNCTIONS |= {f"est.{name}": (getattr(calls_est, name), given) for name, given in EST.items()}
FUNCTIONS |= {f"joint.{name}": (getattr(calls_joint, name), given) for name, given in JOINT.items()}
FUNCTIONS |= {f"reports.{name}": (getattr(calls_reports, name), given) for name, given in REPORTS.items()}
FUNCTIONS |= {f"pictures.{name}": (getattr(calls_pictures, name), arguments) for name, arguments in PICTURES.items()}
FUNCTIONS |= {name: (getattr(CountyInterface, name), arguments) for name, arguments in CALLS.items()}
"""Every call with the arguments after the interface, which comes first."""
CHOSEN: dict[str, dict[str, Any]] = {"offers": {"state": "OFFERED"}, "overdue": {"overdue": True}}


PATIENCE = CountyInterface("http://county.test")._client.timeout  # to make its client takes 40 ms


class Noted(CountyInterface):
    """Sends nothing: it notes the request, and the model that the answer would be read into."""

    def __init__(self) -> None:
        self.sent: list[httpx.Request] = []

        def note(request: httpx.Request) -> httpx.Response:
            self.sent.append(request)
            return httpx.Response(503)

        transport = httpx.MockTransport(note)
        self._client = httpx.AsyncClient(base_url="http://county.test", transport=transport, timeout=PATIENCE)


async def sent(name: str, *arguments: Any, **more: Any) -> httpx.Request:
    interface = Noted()
    call, known = FUNCTIONS.get(name, (getattr(CountyInterface, name, None), ()))
    with pytest.raises(CountyAway):
        await call(interface, *(arguments or known), **more)
    await interface.close()
    (request,) = interface.sent
    return request


def path_of(request: httpx.Request) -> str:
    path = request.url.path.replace(str(ID), "{id}").replace(str(INVITEE), "{invitee}")
    path = path.replace("/jamtland/", "/{county}/").replace("K7M2Q9XW3T", "{code}")
    path = path.replace("/reports/trainings", "/reports/{report}").replace("/2025", "/{year}")
    path = path.replace("/observations/{invitee}", "/observations/{observation}").replace("/52", "/{week}")
    return path.replace("/2303", "/{municipality}").replace("/R1", "/{requirement}")


def parameters(request: httpx.Request) -> dict[str, Any]:
    path = path_of(request)
    operation = OPENAPI["paths"][path][request.method.lower()]
    return {each["name"]: each["schema"] for each in operation.get("parameters", [])}


def allowed(schema: dict[str, Any], value: str) -> bool:
    kinds = schema.get("anyOf", [schema])
    enums = [code for kind in kinds for code in kind.get("enum", [kind["const"]] if "const" in kind else [])]
    most = min((kind["maximum"] for kind in kinds if "maximum" in kind), default=None)
    return (not enums or value in enums) and (most is None or int(value) <= most)


@pytest.mark.parametrize("name", [*FUNCTIONS, "offers", "overdue", *SERVICES])
async def test_a_call_is_one_that_the_county_takes(name: str) -> None:
    if name in SERVICES:
        request = await sent("links", "t", name)
    elif name in FUNCTIONS:
        request = await sent(name)
    else:
        request = await sent("enrolments", "t", "jamtland", **CHOSEN[name])

    known = parameters(request)
    strange = {key: value for key, value in request.url.params.items() if key not in known}
    assert strange == {}
    assert [key for key, value in request.url.params.items() if not allowed(known[key], value)] == []


async def test_a_file_and_a_command_may_take_longer_than_a_part() -> None:
    calls = [("signals",), ("file", "t", "/reports/x"), ("act",)]

    seconds = [(await sent(*call)).extensions["timeout"]["read"] for call in calls]

    assert seconds == [PART_SECONDS, WAIT_SECONDS, WAIT_SECONDS]


async def test_a_part_may_take_as_long_as_the_client_waits() -> None:
    """So the tests of pages can be patient: a busy machine is no county that is away."""
    interface = Noted()
    interface._client.timeout = httpx.Timeout(77)

    with pytest.raises(CountyAway):
        await interface.drafts("t")

    assert interface.sent[0].extensions["timeout"]["read"] == 77


def models(kind: type[BaseModel] = FromCounty) -> Iterator[type[BaseModel]]:
    for each in kind.__subclasses__():
        yield each
        yield from models(each)


SCHEMAS = {
    "ShownFreshness": "Freshness",
    "ShownStream": "ReadStream",
    "ShownFault": "Fault",
    "ShownLinks": "Links",
    "ShownWritten": "WrittenStream",
    "SignalContent": "SignalView",
    "TriedSignal": "ReleasableDetails",
    "ShownSignal": "SignalView",
    "ShownWeekCount": "WeekCount",
    "SignalWeeks": "WeekCounts",
    "ShownFeedback": "FeedbackView",
    "FeedbackPage": "Page_FeedbackView_",
    "ShownReply": "PartnerReplyView",
    "PartnerReplyList": "PartnerReplies",
    "ShownFunction": "ContactFunction",
    "ShownActor": "ActorView",
    "ActorPage": "Page_ActorView_",
    "NamedFunction": "NamedContact",
    "ShownNetwork": "NetworkView",
    "NetworkPage": "Page_NetworkView_",
    "ShownAgreement": "CooperationView",
    "AgreementPage": "Page_CooperationView_",
    "ShownOccasion": "OccasionView",
    "ShownTraining": "TrainingView",
    "TrainingDetail": "TrainingView",
    "OccasionDetail": "OccasionView",
    "ReservedPart": "ReservedSeats",
    "ShownPerson": "NamedParticipant",
    "ShownReference": "Reference",
    "ShownPlace": "ShownSeat",
    "ShownEnrolment": "EnrolmentView",
    "ShownWish": "Participant",
    "CheckedCertificate": "Checked",
    "ShownDraft": "DraftView",
    "ShownInForce": "InForce",
    "GuidanceInForce": "AllInForce",
    "ShownContent": "GuidanceDetails",
    "RoutineContent": "RoutineVersion",
    "AdviceContent": "SafetyAdviceVersion",
    "ShownRoutine": "RoutineView",
    "RoutinePage": "Page_RoutineView_",
    "ShownSafetyAdvice": "SafetyAdviceView",
    "SafetyAdvicePage": "Page_SafetyAdviceView_",
    "DraftContent": "SafetyAdviceDetails",
    "ShownGuidanceDraft": "DraftView",
    "GuidanceDraftPage": "Page_DraftView_",
    "ShownVersion": "VersionReference",
    "ShownActivity": "MethodActivity",
    "ShownImplementation": "ImplementationView",
    "ImplementationPage": "Page_ImplementationView_",
    "ShownAcknowledgement": "AcknowledgementsView",
    "AcknowledgementPage": "Page_AcknowledgementsView_",
    "ShownAcknowledged": "Acknowledged",
    "ShownPublished": "SafetyAdviceView",
    "SiteDetail": "Site",
    "SiteRegister": "Page_Site_",
    "ShownOperator": "Operator",
    "OperatorPage": "Page_Operator_",
    "ShownSite": "Site",
    "ShownPage": "Page_SignalView_",
    "SignalPage": "Page_SignalView_",
    "OccasionPage": "Page_OccasionView_",
    "TrainingPage": "Page_TrainingView_",
    "EnrolmentPage": "Page_EnrolmentView_",
    "DraftPage": "Page_DraftView_",
    "SitePage": "Page_Site_",
    "ShownNumber": "NumberToCall",
    "ShownChoice": "Choice",
    "ShownQuestion": "AskedNext",
    "ShownAdvice": "Advice",
    "PlanOfMeeting": "MeetingView",
    "HostedMeeting": "MeetingView",
    "ShownPresence": "PresenceMark",
    "ShownMeeting": "ListedMeeting",
    "MeetingPage": "Page_ListedMeeting_",
    "MeetingDetail": "MeetingView",
    "ShownAgendaItem": "AgendaItem",
    "ShownInvitee": "InviteeView",
    "ShownInvitation": "InvitationView",
    "InvitationPage": "Page_InvitationView_",
    "ShownOwner": "ItemOwner",
    "ShownItem": "ItemView",
    "ItemPage": "Page_ItemView_",
    "ShownDoubt": "DoubtView",
    "ShownMinutesDraft": "MinutesDraftView",
    "MinutesDraftPage": "Page_MinutesDraftView_",
    "ShownDecisionReference": "DecisionReference",
    "ShownDecider": "CountyFunction",
    "ShownDecision": "MinutedDecision",
    "ShownApproval": "ApprovalView",
    "ShownMinutes": "MinutesView",
    "MinutesPage": "Page_MinutesView_",
    "PictureElement": "PictureFactor",
    "ShownCause": "PictureCause",
    "ShownContributor": "Contributor",
    "ShownSubject": "PictureView",
    "ShownInitiative": "PictureView",
    "ShownPicture": "PictureView",
    "ShownRevisedPicture": "RevisedPictureView",
    "RevisedPicturesList": "RevisedPictures",
    "PicturePage": "Page_PictureView_",
    "ShownFollowUp": "MeasureFollowUp",
    "ShownIndicator": "MeasureIndicator",
    "ShownPlan": "MeasureView",
    "ShownJoint": "JointMeasureView",
    "JointPage": "Page_AnsweredJointMeasure_",
    "ShownJointAnswer": "JointAnswerView",
    "AnsweredJoint": "AnsweredJointMeasure",
    "ShownMeasure": "MeasureView",
    "MeasurePage": "Page_MeasureView_",
    "ShownModelNews": "ModelNewsView",
    "ModelNewsList": "AllModelNews",
    "ShownEvidence": "Evidence",
    "ShownProposal": "ReadinessProposal",
    "ShownRequirement": "RequirementView",
    "ShownReadiness": "ReadinessView",
    "ReadinessPage": "Page_ReadinessView_",
    "ShownRange": "RequirementSum",
    "ShownSums": "SumsView",
    "SumsPage": "Page_SumsView_",
    "ShownSupport": "SupportView",
    "SupportPage": "Page_SupportView_",
    "ShownMilestone": "Milestone",
    "ShownSigned": "SignedAgreement",
    "ShownStepChange": "StepChange",
    "ShownProcess": "ProcessView",
    "ProcessPage": "Page_ProcessView_",
    "ShownLesson": "LessonView",
    "LessonPage": "Page_LessonView_",
    "ShownGoal": "FocusGoal",
    "ShownFocus": "FocusView",
    "FocusPage": "Page_FocusView_",
    "ShownResource": "ResourceView",
    "ResourcePage": "Page_ResourceView_",
    "ShownWeekTime": "WeekTime",
    "ShownOfMunicipality": "EstAreaView",
    "ShownEstArea": "EstAreaView",
    "EstAreaPage": "Page_EstAreaView_",
    "ShownCategoryCount": "EstCategoryCount",
    "ShownEstPicture": "EstPictureView",
    "EstPicturePage": "Page_EstPictureView_",
    "ShownEstPriority": "EstPriorityView",
    "EstPriorityPage": "Page_EstPriorityView_",
    "ShownConclusion": "EstConclusion",
    "ShownEstReview": "EstReviewView",
    "EstReviewPage": "Page_EstReviewView_",
    "ShownObservation": "EstObservationView",
    "ShownShortMeasure": "ShortMeasureView",
    "ShownEstWeek": "EstWeekView",
    "ShownEstYear": "EstYearView",
    "ShownReport": "ReportName",
    "ShownReports": "ReportNames",
    "ShownYearly": "YearlyView",
    "ShownYearlyState": "YearlyState",
    "ShownYearlyStates": "YearlyStates",
}
TYPES = {"string": str, "integer": int, "boolean": bool}


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_a_field_that_is_shown_is_given(model: type[BaseModel]) -> None:
    given = OPENAPI["components"]["schemas"][SCHEMAS[model.__name__]]["properties"]

    assert model.model_fields.keys() - given.keys() == set()
    for name, field in model.model_fields.items():
        kind = given[name].get("type")
        if kind in TYPES:
            assert TYPES[kind] in (field.annotation, *get_args(field.annotation)) or kind == "string", name
        if "null" in json.dumps(given[name].get("anyOf", "")):
            assert type(None) in get_args(field.annotation), name


@pytest.mark.parametrize("name", [*FUNCTIONS, "offers"])
async def test_an_answer_is_read_as_it_is_given(name: str) -> None:
    call = "enrolments" if name == "offers" else name
    request = await sent(call, *(("t", "jamtland") if name == "offers" else ()))

    path = path_of(request)
    answers = OPENAPI["paths"][path][request.method.lower()]["responses"]
    order = ["201"] if name == "signals.release" else ["200", "201", "204"]  # a dry run is answered with 200
    done = next(answers[status] for status in order if status in answers)
    function: Any = CountyInterface.enrolments if name == "offers" else FUNCTIONS[name][0]
    read = get_type_hints(function)["return"]
    read = function.__self__.kind if read is ShownAggregate else read
    if "content" not in done:
        assert read is type(None)
        return
    if read is bytes:
        assert {"text/csv", "application/pdf"} & done["content"].keys()
        return
    given = done["content"]["application/json"]["schema"]
    (model,) = [each for each in get_args(read) if each is not type(None)] or (read,)
    known = {each["$ref"].rpartition("/")[2] for each in given.get("anyOf", [given.get("items", given)])}
    whole = {SCHEMAS[model.__name__], f"Page_{SCHEMAS[model.__name__]}_"}
    assert known & whole
    needed = {name for name, field in model.model_fields.items() if field.is_required()}
    for each in known - whole:  # some callers, or some aggregates, give an answer with fewer fields
        assert needed - OPENAPI["components"]["schemas"][each]["properties"].keys() == set()


async def test_a_refusal_has_the_name_of_the_rule_and_no_more() -> None:
    interface = Noted()
    interface._client = httpx.AsyncClient(
        base_url="http://county.test",
        transport=httpx.MockTransport(
            lambda _: httpx.Response(422, json={"type": "/problems/not-open", "detail": "Somebody Private"})
        ),
    )

    with pytest.raises(CallRefused) as refused:
        await interface.drafts("t")

    assert (refused.value.status, refused.value.slug) == (422, "not-open")
    assert "Private" not in str(refused.value)


async def test_an_answer_that_is_no_answer_is_an_outage() -> None:
    interface = Noted()
    for answer in (httpx.Response(200, text="<html>"), httpx.Response(200, json={"a": 1})):
        interface._client = httpx.AsyncClient(
            base_url="http://county.test", transport=httpx.MockTransport(lambda _, found=answer: found)
        )
        with pytest.raises(CountyAway):
            await interface.drafts("t")
