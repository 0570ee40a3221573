"""The content of a body, without its sender's confirmation."""

from typing import TypeVar

from shared.contracts.event import Shared

Said = TypeVar("Said", bound=Shared)


def content_of(kind: type[Said], body: Said) -> Said:
    """The fields that ``kind`` has, of a body that also says whether doubts are confirmed."""
    return kind(**{name: getattr(body, name) for name in kind.model_fields})
