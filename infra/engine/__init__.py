"""The embedded engine: Apache Kafka and PostgreSQL on a machine that has only Python, and the counties' processes.

Names are imported on first use: keys and databases are also made where the engine's packages are not installed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.engine.databases import create_databases
    from infra.engine.engine import Engine
    from infra.engine.errors import EngineError
    from infra.engine.keys import ensure_keys
    from infra.engine.settings import EngineConfig
    from infra.engine.temporary import temporary_engine

__all__ = ["Engine", "EngineConfig", "EngineError", "create_databases", "ensure_keys", "temporary_engine"]

_PLACES = {
    "Engine": "engine",
    "EngineConfig": "settings",
    "EngineError": "errors",
    "create_databases": "databases",
    "ensure_keys": "keys",
    "temporary_engine": "temporary",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
