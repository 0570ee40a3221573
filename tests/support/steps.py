"""Keeps the reports of `norrsam up` for a test."""


class Steps:
    """Keeps the reports."""

    def __init__(self) -> None:
        self.times: dict[str, float | None] = {}
        self.warnings: list[str] = []

    def doing(self, what: str) -> None:
        pass

    def warn(self, what: str) -> None:
        self.warnings.append(what)

    def done(self, what: str, detail: str, seconds: float | None) -> None:
        self.times[what] = seconds
