import json
import subprocess
import sys

import asyncpg
import pytest
from pydantic import BaseModel, ValidationError

from shared.runtime import logs

PREPARED = """
import logging, structlog
from shared.runtime import logs
logs.configure("INFO", "jamtland")
log = structlog.get_logger()
"""


def written(code: str) -> list[dict[str, str]]:
    """The log lines of a process that runs ``code``; a process of its own, because logging is global."""
    done = subprocess.run([sys.executable, "-c", PREPARED + code], capture_output=True, text=True, check=True)
    assert not done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_our_logs_and_those_of_libraries_are_json_with_context() -> None:
    ours, theirs = written("""
with structlog.contextvars.bound_contextvars(correlation_id="c-1", service="actors", event_id="e-1"):
    log.info("inbox.applied", count=3)
    logging.getLogger("some.library").warning("%s is odd", "This")
""")

    assert ours["event"] == "inbox.applied"
    assert theirs["event"] == "This is odd"
    for line in (ours, theirs):
        assert {"timestamp", "level"} <= line.keys()
        named = [line[name] for name in ("county", "service", "correlation_id", "event_id")]
        assert named == ["jamtland", "actors", "c-1", "e-1"]


def test_a_repeated_message_of_a_client_is_logged_once() -> None:
    lines = written("""
for _ in range(50):
    logging.getLogger("aiokafka.client").error("Unable to connect")
logging.getLogger("aiokafka.client").error("Something else")
""")

    assert [line["event"] for line in lines] == ["Unable to connect", "Something else"]


def test_a_secret_is_not_logged() -> None:
    (line,) = written("""
log.info("x", token="hemligt", authorization="hemligt", password="hemligt", body="hemligt", payload="hemligt")
""")

    assert "hemligt" not in json.dumps(line)


def test_a_logged_error_has_its_position_and_no_locals() -> None:
    ours, theirs = written("""
def fail(secret):
    raise RuntimeError("what went wrong")
try:
    fail("hem" + "ligt")
except RuntimeError:
    log.exception("x")
    logging.getLogger("some.library").exception("y")
""")

    for line in (ours, theirs):
        assert line["error"] == "RuntimeError: what went wrong"
        assert any(frame.endswith(" fail") for frame in line["raised_at"])
        assert "hemligt" not in json.dumps(line)


def test_a_warning_is_logged_as_json() -> None:
    (line,) = written("import warnings; warnings.warn('old')")

    assert "old" in line["event"]


def test_a_described_error_leaves_out_the_data_it_quotes() -> None:
    class Person(BaseModel):
        age: int

    with pytest.raises(ValidationError) as invalid:
        Person(age="hemligt")

    unique = asyncpg.UniqueViolationError("duplicate key: (name)=(hemligt)")
    group = ExceptionGroup("some", [unique, invalid.value])
    for error in (invalid.value, unique, group):
        assert "hemligt" not in logs.describe(error)
    assert "age" in logs.describe(invalid.value)
    assert "UniqueViolationError 23505" in logs.describe(group)


def test_nobody_s_requests_are_told_by_a_library() -> None:
    assert (
        written("""
logging.getLogger("httpx").info('HTTP Request: GET http://127.0.0.1:8123/actors?q=Somebody "HTTP/1.1 200 OK"')
logging.getLogger("httpcore.http11").info("send_request_headers")
""")
        == []
    )
