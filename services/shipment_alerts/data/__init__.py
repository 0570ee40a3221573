"""The tables that domain/tables.py reads."""
