"""Kafka clients whose settings lose nothing, with workarounds for faults of their library.

The only package that imports aiokafka, through its public interface alone. A topic is addressed by its name alone: it
has one partition.
"""
