"""Initiatives: what a municipality and the police know of a local problem, and what is done about it."""
