"""What Norrsam costs, measured beside what its engines can do at best: `make bench`."""
