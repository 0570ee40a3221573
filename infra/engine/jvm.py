"""How a program of Kafka's jars is started: its Java, small, and the environment with the class path."""

import os
from collections.abc import Iterable
from pathlib import Path

from infra.engine.java import find_java

_LOGGING = Path(__file__).parent.parent / "kafka" / "log4j2.properties"
# One small program: a small heap, the collector that costs least, and no second compiler.
_SIZE = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:MaxMetaspaceSize=160m", "-Xss512k")
# Settings of the caller that would change this program or its Java.
_NOT_OURS = ("KAFKA_", "NORRSAM_", "JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS")


def command(main: str, *arguments: str | Path) -> list[str]:
    """The command line that runs the class ``main``. EngineError if there is no Java."""
    return [str(word) for word in (find_java(), *_SIZE, f"-Dlog4j2.configurationFile={_LOGGING}", main, *arguments)]


def environment(jars: Iterable[Path]) -> dict[str, str]:
    """The environment with the class path, which would make the command unreadable in a list of processes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
    return kept | {"CLASSPATH": os.pathsep.join(str(jar) for jar in jars)}
