"""Finds free ports of this machine, and who holds a taken one."""

import random
import socket
from contextlib import suppress

import psutil

from infra.engine.errors import EngineError, PortTakenError

HOST = "127.0.0.1"
# Below the range from which the system takes ports for outgoing connections: a client that retries while its
# server is down could otherwise be given the server's own port, and the server could not come back to it.
_FREE = range(20000, 30000)
_given: set[int] = set()  # whoever was given one may not listen on it yet


def require_free(port: int, purpose: str, setting: str) -> None:
    """Raise PortTakenError if ``port`` is taken; it names the port, its holder and the setting that moves it."""
    if is_free(port):
        return
    raise PortTakenError(
        f"Port {port} for {purpose} is in use{holder(port)}. Stop what uses it, or choose another port with {setting}."
    )


def is_free(port: int) -> bool:
    """Whether ``port`` can be listened on now; EngineError if it is not a port for an ordinary program."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise EngineError(f"Port {port} may not be used by this user; choose one above 1023.") from None
        except OverflowError:
            raise EngineError(f"Port {port} does not exist; choose one from 1024 to 65535.") from None
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """``count`` different ports that nothing listens on now, and that this program was not given before."""
    found: list[int] = []
    # Spread, so that two engines seldom meet; by the system's chance, for tests give `random` the same seed.
    for port in random.SystemRandom().sample(_FREE, len(_FREE)):
        if len(found) == count:
            return found
        if port not in _given and is_free(port):
            found.append(port)
            _given.add(port)
    raise EngineError(f"No {count} free ports between {_FREE.start} and {_FREE.stop - 1}.")


def answers(port: int) -> bool:
    """Whether something accepts connections on ``port``."""
    with suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


def holder(port: int) -> str:
    """`` by <name> (process <id>)``, or nothing if the system does not tell."""
    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            local = connection.laddr
            if connection.status == psutil.CONN_LISTEN and local and local.port == port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""
