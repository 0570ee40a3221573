"""Makes jars.lock from pom.xml: `python -m infra.kafka.lock`, on a machine that has Maven (`mvn`).

The lock says all about what the embedded Kafka runs on: one line for each jar, `sha256 group:artifact:version`.
Change a version in pom.xml, run this, read the difference, commit both.
"""

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE / "jars.lock"
HEAD = "# The jars of the embedded Kafka, made from pom.xml by `python -m infra.kafka.lock`. Not edited by hand.\n"
_LINE = re.compile(r"\s+([\w.-]+):([\w.-]+):jar:([\w.-]+):(?:compile|runtime):(\S+\.jar)")


def resolved() -> dict[str, Path]:
    """Every jar that Maven resolves for running Kafka: coordinates and the local file."""
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "list.txt"
        command = ["mvn", "--quiet", "--batch-mode", "--file", str(HERE / "pom.xml"), "dependency:list"]
        command += ["-DincludeScope=runtime", f"-DoutputFile={listing}", "-DoutputAbsoluteArtifactFilename=true"]
        subprocess.run(command, check=True)  # noqa: S603
        lines = listing.read_text(encoding="utf-8").splitlines()
    matches = [match for line in lines if (match := _LINE.match(line))]
    return {f"{match[1]}:{match[2]}:{match[3]}": Path(match[4]) for match in matches}


def main() -> None:
    """Writes jars.lock anew, in the order of the coordinates."""
    jars = resolved()
    if not jars:
        sys.exit("Maven listed no jar for infra/kafka/pom.xml; see what `mvn dependency:list` says there")
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()} {name}\n" for name, path in sorted(jars.items())]
    LOCK.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{LOCK.name}: {len(lines)} jars")


if __name__ == "__main__":
    main()
