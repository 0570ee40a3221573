"""Counties that joined after the settings were written: lines ``name:code`` in the file NORRSAM_JOINED."""

from pathlib import Path

from shared.contracts.counties import County, with_joined


def all_counties(listed: tuple[County, ...], file: Path | None) -> tuple[County, ...]:
    """The listed counties, and those in the file, which need not be there. ValueError if it cannot be used."""
    try:
        return with_joined(listed, file.read_text(encoding="ascii") if file else "")
    except FileNotFoundError:
        return listed
    except (OSError, ValueError) as error:
        raise ValueError(f"NORRSAM_JOINED: {file}: {error}") from None
