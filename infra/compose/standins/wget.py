#!/usr/bin/python3
"""The part of BusyBox's wget that the gateway's health check uses: `wget -q -T SECONDS -O /dev/null URL`."""

import sys
import urllib.request

urllib.request.urlopen(sys.argv[-1], timeout=int(sys.argv[3])).read()  # noqa: S310
