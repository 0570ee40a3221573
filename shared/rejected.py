"""The domain says no."""


class Rejected(Exception):  # noqa: N818 - the glossary's word, as in design D7
    """A command is refused and nothing has changed.

    slug    names the rule in a URL-safe word: ``not-owner``, ``invalid-municipality``, ``not-found``
    message says in the caller's words what was wrong, with the value, and what to do
    values  are shown beside the message in the problem document
    """

    def __init__(self, slug: str, message: str, **values: object) -> None:
        super().__init__(message)
        self.slug = slug
        self.message = message
        self.values = values
