"""Bulletins: the smallest service, one plain aggregate from HTTP to Kafka and back."""
