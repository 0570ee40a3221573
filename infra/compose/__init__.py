"""The composition's parts: the gateway's settings, and the story that tests it on a Docker engine."""
