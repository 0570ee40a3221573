"""Laws of the code that the import law cannot say."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
MAKERS = {"AIOKafkaProducer", "AIOKafkaConsumer", "AIOKafkaAdminClient"}
THE_ONE_PLACE = PROJECT / "shared" / "transport" / "kafka.py"


def sources() -> Iterator[Path]:
    for folder in ("services", "shared", "infra"):
        yield from (PROJECT / folder).rglob("*.py")


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def test_consumers_and_producers_are_made_in_one_module() -> None:
    elsewhere = [
        (path, name) for path in sources() if path != THE_ONE_PLACE for name, node in calls(path) if name in MAKERS
    ]
    assert elsewhere == []


def test_given_the_one_place_then_its_values_lose_nothing() -> None:
    given = {
        (name, keyword.arg): ast.unparse(keyword.value)
        for name, node in calls(THE_ONE_PLACE)
        for keyword in node.keywords
    }

    assert given["AIOKafkaConsumer", "auto_offset_reset"] == "'earliest'"
    assert given["AIOKafkaConsumer", "enable_auto_commit"] == "False"  # nothing but the checkpoint says what is done
    assert given["AIOKafkaProducer", "acks"] == "'all'"
    assert given["AIOKafkaProducer", "enable_idempotence"] == "False"


SET_BY_THE_KIT = {
    *("msg.body", "message.raw_message"),  # FastStream's parsers and middlewares are meant to set them
    "self.connection.row_factory",  # SQLite's own way
    *("position.offset", "position.event_id", "position.skipped"),  # its own
}


def test_libraries_of_kafka_are_used_as_they_are_published() -> None:
    touched = []
    shared = PROJECT / "shared"
    for path in [*(shared / "transport").glob("*.py"), *(shared / "subscribing").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) not in ("self", "cls"):
                private = node.attr.startswith("_") and not node.attr.startswith("__")
                replaced = isinstance(node.ctx, ast.Store | ast.Del) and ast.unparse(node) not in SET_BY_THE_KIT
                touched += [(path.name, node.lineno, ast.unparse(node))] if private or replaced else []
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "setattr", "delattr", "vars"):
                touched.append((path.name, node.lineno, ast.unparse(node)))

    assert touched == []


def test_given_what_only_decides_then_it_never_awaits() -> None:
    for path in [*(PROJECT / "services").rglob("domain*"), PROJECT / "shared" / "protocol"]:
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            kinds = {type(node) for node in ast.walk(ast.parse(file.read_text()))}
            assert not kinds & {ast.Await, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith}, file


def test_given_a_file_then_it_is_short_enough_to_be_read() -> None:
    long = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in sources()}
    reasons = {
        "shared/messaging/inbox.py": "one subject: every batch in order, in one transaction",
        "shared/contracts/shipment_signals.py": "one stream, one module",
    }

    assert {name: size for name, size in long.items() if size > 200 and name not in reasons} == {}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_a_domain_imports_pydantic_and_contracts_only() -> None:
    for service in (PROJECT / "services").iterdir():
        allowed = (
            "pydantic",
            "shared.contracts",
            "shared.disclosure",
            "shared.letter",
            "shared.rejected",
            f"services.{service.name}.domain",
        )
        for file in [*service.glob("domain.py"), *service.glob("domain/**/*.py")]:
            strange = [
                name
                for name in imports(file)
                if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(allowed)
            ]
            assert strange == [], file


def test_no_docstring_begins_with_what() -> None:
    begun = [
        str(path.relative_to(PROJECT))
        for path in (*sources(), *(PROJECT / "tests").rglob("*.py"))
        if '"' * 3 + "What " in path.read_text("utf-8")
    ]
    assert begun == []


def test_no_service_has_a_word_for_how_the_counties_are_deployed() -> None:
    words = ("federat", "19122", "19125", "own_kafka")
    texts = {path: path.read_text() for path in sources() if "infra" not in path.relative_to(PROJECT).parts}
    told = [(path.name, word) for path, text in texts.items() for word in words if word in text]

    assert told == []


def test_the_name_of_a_test_is_a_claim_of_sixty_characters() -> None:
    longer = [
        f"{path.relative_to(PROJECT)}: {node.name}"
        for path in (PROJECT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and len(node.name.removeprefix("test_")) > 60
    ]
    assert longer == []
