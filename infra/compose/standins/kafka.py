"""Starts a Kafka whose settings are the environment's: KAFKA_NODE_ID is node.id, and so on."""

import os
import re
import subprocess
from pathlib import Path

SETTINGS = Path("/opt/kafka/config/server.properties")
NOT_THE_BROKERS = {"KAFKA_HEAP_OPTS", "KAFKA_OPTS", "KAFKA_JVM_PERFORMANCE_OPTS"}
MARKS = {"_": ".", "__": "_", "___": "-"}
JAVA = ("/opt/java/bin/java", *os.environ.get("KAFKA_HEAP_OPTS", "").split(), "-cp", "/opt/kafka/libs/*")


def setting(variable: str) -> str:
    """The name of the setting that ``variable`` gives."""
    return re.sub("_{1,3}", lambda found: MARKS[found[0]], variable.removeprefix("KAFKA_")).lower()


def main() -> None:
    """The storage is formatted, once; then this process is the broker."""
    given = {name for name in os.environ if name.startswith("KAFKA_")} - NOT_THE_BROKERS
    SETTINGS.write_text("".join(f"{setting(name)}={os.environ[name]}\n" for name in sorted(given)), encoding="utf-8")
    form = ("kafka.tools.StorageTool", "format", "-t", os.environ["CLUSTER_ID"], "-c", str(SETTINGS))
    subprocess.run([*JAVA, *form, "--ignore-formatted"], check=True)  # noqa: S603
    os.execv(JAVA[0], [*JAVA, "kafka.Kafka", str(SETTINGS)])  # noqa: S606


if __name__ == "__main__":
    main()
