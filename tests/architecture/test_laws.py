"""Laws of the code that the import law cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
MAKERS = {"subscriber", "publisher", "KafkaBroker", "AIOKafkaProducer", "AIOKafkaConsumer", "AIOKafkaAdminClient"}
THE_ONE_PLACE = PROJECT / "shared" / "messaging" / "kafka.py"


def sources() -> Iterator[Path]:
    for folder in ("services", "shared", "infra"):
        yield from (PROJECT / folder).rglob("*.py")


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def test_given_the_code_then_consumers_and_producers_are_made_in_one_place() -> None:
    elsewhere = [
        (path, name)
        for path in sources()
        if path != THE_ONE_PLACE
        for name, node in calls(path)
        if name in MAKERS
        and not (isinstance(node.func, ast.Attribute) and name == "subscriber" and path.name == "inbox.py")
    ]
    assert elsewhere == []


def test_given_the_one_place_then_its_values_lose_nothing() -> None:
    given = {
        (name, keyword.arg): ast.unparse(keyword.value)
        for name, node in calls(THE_ONE_PLACE)
        for keyword in node.keywords
    }
    assert given["subscriber", "ack_policy"] == "AckPolicy.NACK_ON_ERROR"
    assert given["subscriber", "auto_offset_reset"] == "'earliest'"
    assert given["subscriber", "no_reply"] == "True"
    assert given["KafkaBroker", "allow_auto_create_topics"] == "False"
    assert given["AIOKafkaProducer", "acks"] == "'all'"
    assert given["AIOKafkaProducer", "enable_idempotence"] == "False"


def test_given_a_domain_then_it_never_awaits() -> None:
    for path in (PROJECT / "services").rglob("domain*"):
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            kinds = {type(node) for node in ast.walk(ast.parse(file.read_text()))}
            assert not kinds & {ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith}, file


def test_given_a_file_then_it_is_short_enough_to_be_read() -> None:
    long = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in sources()}
    reasons = {
        "shared/messaging/inbox.py": "one subject: from a batch to its effect",
        "shared/messaging/kafka.py": "the one place",
    }
    assert {name: size for name, size in long.items() if size > 200 and name not in reasons} == {}
