"""Decisions of reports: which there are, of which time, and what may be public."""
