"""Four simulated counties, the network between them, and what must be true whatever happens to both."""
