"""Generates what readers of the contracts need, and checks that no change breaks them."""
