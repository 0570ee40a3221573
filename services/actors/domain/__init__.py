"""Decisions about actors, agreements and networks. Pure: nothing here waits, reads or writes."""
