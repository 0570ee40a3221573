"""The truths: claims that hold under every schedule and fault."""

from enum import StrEnum


class Truth(StrEnum):
    """The promises of the protocol. Most are checked in every step, the last ones after delivery has come to rest."""

    NOT_OLDER = "no row goes from newer to older"
    ONCE = "nothing takes effect twice"
    TRUE = "nothing forged takes effect"
    REACTION = "nobody reacts twice, or to what is older"
    ONE_ROW = "a batch writes a row once, or Postgres refuses it"
    LIVING = "what is withdrawn was not living when the stream was written again"
    COMPLETE = "all that was committed before complete_until is there"
    NUMBER = "a number is given once"
    NEWEST = "no report gives way to an older one"
    CONFIRMED = "what counts as confirmed has been in the topic"
    KEPT = "nothing is sent that retention deletes at once"
    ASKED = "nobody asks for what lies before him in his own log"
    SURE = "a database that was not restored is not in doubt"
    ACCEPTED = "recovery keeps what was accepted here"
    FOUND = "recovery keeps what the topic has, or reports it"
    UNCHANGED = "recovery takes over what nobody has changed here"
    OWN_LOG = "nothing is missed that the own log has"
    QUIET = "gaps close, and it becomes quiet and complete"
    ALIKE = "in the end every receiver shows what the owner has, and nothing else"
    SUBSCRIBER = "in the end the topic tells every subscriber what the owner has"


class Untrue(AssertionError):  # noqa: N818 - what the model says of the protocol
    """The protocol has broken a promise."""

    def __init__(self, truth: Truth) -> None:
        super().__init__(truth.value)
        self.truth = truth


def claim(condition: bool, truth: Truth) -> None:
    """Raise Untrue unless ``condition``."""
    if not condition:
        raise Untrue(truth)
