"""The engine's errors: each message is one that a person can act on."""


class EngineError(Exception):
    """The engine cannot do what was asked; the message names what was wrong, the value and what to do."""


class PortTakenError(EngineError):
    """A port that the engine needs is in use."""


class DoubtedError(EngineError):
    """A county runs, but refuses commands until an operator has recovered its database."""
