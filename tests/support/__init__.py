"""Shared by the tests: a real engine, fresh databases, tokens, a client, and one way to wait."""
