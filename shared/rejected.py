"""The refusal of a command: one of the three kinds of failure, beside outage and defect."""


class Rejected(Exception):  # noqa: N818 - it names what happened to the command
    """A command is refused and nothing has changed.

    slug    names the rule in a URL-safe word: ``not-owner``, ``invalid-municipality``, ``not-found``
    message says what was wrong, with the value, and what to do
    values  are shown beside the message in the problem document
    """

    def __init__(self, slug: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.slug = slug
        self.message = message
        self.values = values
