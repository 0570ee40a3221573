"""The cost of Norrsam, measured beside the best that its engines can do: `make bench`."""
