"""Kafka clients whose settings lose nothing, with workarounds for faults of their libraries.

The only package that imports faststream or aiokafka. A topic is addressed by its name alone: it has one partition.
"""
