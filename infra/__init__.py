"""What runs Norrsam on a machine: engine, command line, demo, composition. Nothing imports it."""
