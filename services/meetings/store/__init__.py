"""The tables of this service, in plain SQL: what is shared, and beside it what stays in the county."""
