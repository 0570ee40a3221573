"""The mails of a county of the local engine, which become files."""

from email import message_from_bytes
from email.policy import default

from infra.engine.engine import Engine


def told(engine: Engine, county: str) -> dict[str, str]:
    """The subject of the newest mail to each mailbox that the county has told something."""
    files = sorted((engine.config.data / "mail" / county).glob("*.eml"))  # named by ids that are in order of time
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return {str(mail["To"]): str(mail["Subject"]) for mail in mails}
