"""Four simulated counties, the network between them, and the claims that must always hold."""
