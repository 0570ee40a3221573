"""What the embedded Kafka is made of: its jars, its settings."""
