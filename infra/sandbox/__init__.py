"""The sandbox: one county with invented events, for the developer of a subscriber (docs/subscribing.md)."""
