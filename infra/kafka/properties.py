"""Values of Java's .properties files."""

import json


def escaped(value: str) -> str:
    """``value`` as Kafka reads it: it takes the file for Latin-1, so every other letter is written as \\uXXXX."""
    return json.dumps(value)[1:-1].replace('\\"', '"')
