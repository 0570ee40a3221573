"""The commands of this service that are more than find, decide and write: none yet."""
