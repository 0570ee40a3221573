"""Words and the form of reports, as data."""
