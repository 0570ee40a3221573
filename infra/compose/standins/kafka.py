"""Starts a Kafka as the image apache/kafka does with file input: the folder's settings, and then the environment's."""

import os
import re
import shutil
import subprocess
from pathlib import Path

GIVEN, CONFIG = Path("/mnt/shared/config"), Path("/opt/kafka/config")
SETTINGS = CONFIG / "server.properties"
OPTIONS = ("KAFKA_HEAP_OPTS", "KAFKA_LOG4J_OPTS")
MARKS = {"_": ".", "__": "_", "___": "-"}
JAVA = (
    "/opt/java/bin/java",
    *" ".join(os.environ.get(name, "") for name in OPTIONS).split(),
    "-cp",
    "/opt/kafka/libs/*",
)


def setting(variable: str) -> str:
    """The name of the setting that ``variable`` gives: KAFKA_NODE_ID is node.id."""
    return re.sub("_{1,3}", lambda found: MARKS[found[0]], variable.removeprefix("KAFKA_")).lower()


def main() -> None:
    """The storage is formatted, once; then this process is the broker."""
    for file in GIVEN.iterdir():
        shutil.copyfile(file, CONFIG / file.name)
    given = {name for name in os.environ if name.startswith("KAFKA_")} - set(OPTIONS)
    with SETTINGS.open("a", encoding="utf-8") as settings:
        settings.writelines(f"\n{setting(name)}={os.environ[name]}" for name in sorted(given))
    form = ("kafka.tools.StorageTool", "format", "-t", os.environ["CLUSTER_ID"], "-c", str(SETTINGS))
    subprocess.run([*JAVA, *form, "--ignore-formatted"], check=True)  # noqa: S603
    os.execv(JAVA[0], [*JAVA, "kafka.Kafka", str(SETTINGS)])  # noqa: S606


if __name__ == "__main__":
    main()
