"""Which services there are to run: those of the register of streams that have a `service.py`.

A stream may be in the register before its service is there.
"""

from pathlib import Path

from shared.contracts import topics

_FOLDER = Path(__file__).parent.parent / "services"

SERVICES = tuple(name for name in topics.SERVICES if (_FOLDER / name.replace("-", "_") / "service.py").is_file())
"""Their names, in the order of the register."""
