"""The story that `make demo` plays: four counties on real reference data, with what goes wrong in between."""
