"""Kafka, as delivery needs it: clients whose settings lose nothing, and what their libraries do otherwise.

The only package that imports faststream or aiokafka. Topics are named by themselves: each has one partition.
"""
