#!/bin/sh
exec python3 /opt/kafka/run.py
