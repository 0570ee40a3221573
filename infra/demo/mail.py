"""The mails of a county of the local engine, which become files."""

from email import message_from_bytes
from email.policy import default

from infra.engine.engine import Engine


def coordinator(county: str) -> str:
    """The made-up mailbox of the county's coordinator: the reference data have none."""
    return f"samordnare@{county}.example"


def with_mailboxes(directory: bytes, county: str) -> bytes:
    """The county's directory, a CSV file, in which the coordinator's function has a mailbox, so that it is told."""
    return directory.replace(b"COUNTY_COORDINATOR", f"COUNTY_COORDINATOR: {coordinator(county)}".encode())


def told(engine: Engine, county: str, domain: str = "ombud.example") -> dict[str, str]:
    """The subject of the newest mail to each mailbox of the domain that the county has told something."""
    files = sorted((engine.config.data / "mail" / county).glob("*.eml"))  # named by ids that are in order of time
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return {str(mail["To"]): str(mail["Subject"]) for mail in mails if str(mail["To"]).endswith(f"@{domain}")}
