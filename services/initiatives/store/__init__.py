"""The tables of this service: what stays in this county, and a table of its own for each aggregate that all see."""
