"""The embedded engine: Apache Kafka and PostgreSQL on a machine that has only Python, and the counties' processes."""

from infra.engine.databases import create_databases
from infra.engine.engine import Engine
from infra.engine.errors import EngineError
from infra.engine.keys import ensure_keys
from infra.engine.settings import EngineConfig
from infra.engine.temporary import temporary_engine

__all__ = ["Engine", "EngineConfig", "EngineError", "create_databases", "ensure_keys", "temporary_engine"]
