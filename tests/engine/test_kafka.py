"""The cluster id of a new Kafka."""

import os

import pytest

from infra.engine.kafka import new_cluster_id


def test_no_cluster_id_begins_with_a_dash(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([b"\xf8" + bytes(15), b"\xfb" + bytes(15), bytes(16)])
    monkeypatch.setattr(os, "urandom", lambda size: next(drawn))
    assert new_cluster_id() == "A" * 22
