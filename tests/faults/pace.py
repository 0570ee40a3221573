"""PACE: how many times slower the machine is than one on which the time limits of the test are right."""

import os

PACE = float(os.environ.get("PACE") or 1)
