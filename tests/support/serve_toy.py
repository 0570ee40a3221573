"""Serves the toy service by the settings of the environment: `python -m tests.support.serve_toy`."""

from shared.runtime.serve import serve
from shared.runtime.settings import load
from tests.support import toy

if __name__ == "__main__":
    settings = load()
    serve([toy.service], settings, settings.county("norrbotten"))
