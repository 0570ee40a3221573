"""Engine, command line, demo and composition: how Norrsam runs on a machine. Services and shared never import it."""
