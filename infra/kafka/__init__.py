"""The jars and settings of the embedded Kafka."""
