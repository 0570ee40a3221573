"""Signals as a STIX 2.1 bundle, made of what the list of signals shows and of constants.

STIX wants two times of an object, and the list shows none: a week may be corrected, and no version may become older
by that. So `created` is the same moment for all, and `modified` that many milliseconds later as the version says.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from services.shipment_alerts.domain.aggregate import NAMESPACE
from shared.contracts.shipment_codes import SignalStatus, Tlp

Signal = Mapping[str, Any]
"""A signal as JSON, as the list shows it."""
CREATED = datetime(1970, 1, 1, tzinfo=UTC)
MARKINGS = {
    Tlp.CLEAR: "94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "939a9414-2ddd-4d32-a0cd-375ea402b003",
}
"""The ids that OASIS has given to the labels of TLP 2.0."""
TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
LABELLED = (
    *("county", "municipality", "police_area", "site_type", "indicator_groups", "hazard_class", "category", "kind"),
    *("origin", "source_grade", "information_grade", "message_kind", "status"),
)
"""The fields that become labels of the form ``norrsam:category="NARCOTICS"``, one for each code."""


def bundle(signals: Sequence[Signal]) -> dict[str, Any]:
    """The signals as incidents, and the labels of TLP. The same signals make the same bundle."""
    objects = [*map(_marking, MARKINGS), *map(_incident, signals)]
    return {"type": "bundle", "id": f"bundle--{uuid5(NAMESPACE, json.dumps(objects))}", "objects": objects}


def _incident(signal: Signal) -> dict[str, Any]:
    """The incident whose id follows from the signal's id and its county: no other county can replace it."""
    return {
        "type": "incident",
        "spec_version": "2.1",
        "id": f"incident--{uuid5(UUID(signal['id']), signal['county'])}",
        "created": _moment(0),
        "modified": _moment(signal["version"]),
        "revoked": signal["status"] == SignalStatus.WITHDRAWN,
        "name": signal["english"],
        "lang": "en",
        "labels": list(_labels(signal)),
        "external_references": [{"source_name": "norrsam", "external_id": f"{signal['county']}/{signal['id']}"}],
        "object_marking_refs": [_marking_id(Tlp(signal["tlp"]))],
    }


def _labels(signal: Signal) -> Iterator[str]:
    for name in LABELLED:
        value = signal[name]
        for code in value if isinstance(value, list) else [value]:
            if code is not None:
                yield f"norrsam:{name.replace('_', '-')}={json.dumps(code, ensure_ascii=False)}"
    yield f'norrsam:week="{signal["iso_week_year"]}-W{signal["iso_week"]:02}"'
    if signal["exercise"]:
        yield 'norrsam:exercise="true"'


def _marking(label: Tlp) -> dict[str, Any]:
    """The label as OASIS has published it."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _marking_id(label),
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{label.value}",
        "extensions": {TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": label.value.lower()}},
    }


def _marking_id(label: Tlp) -> str:
    return f"marking-definition--{MARKINGS[label]}"


def _moment(version: int) -> str:
    moment = CREATED + timedelta(milliseconds=version)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
