"""Runs commands of `norrsam` with given settings, and gives what they print and how they end."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from subprocess import CompletedProcess

import pytest

from infra.cli.main import app


def norrsam(*words: str, **settings: str) -> "CompletedProcess[str]":
    """Run it in this process: one of its own would import for seconds what is here already.

    It may be called where an event loop runs, for the command has a thread and a loop of its own.
    """
    out, err, code = StringIO(), StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in _ours():
            patch.delenv(name)
        for name, value in settings.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["norrsam", *words])
        try:
            ThreadPoolExecutor(1).submit(app).result()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return CompletedProcess(words, code, out.getvalue(), err.getvalue())


def own_process(*words: str, output: int = subprocess.PIPE, **settings: str) -> "CompletedProcess[str]":
    """Run it in a process of its own, for what a thread cannot show, such as a closed pipe."""
    kept = {name: value for name, value in os.environ.items() if name not in _ours()}
    command = [sys.executable, "-m", "infra.cli.main", *words]
    return subprocess.run(command, env=kept | settings, stdout=output, stderr=subprocess.PIPE, text=True, check=False)


def _ours() -> list[str]:
    return [name for name in os.environ if name.startswith("NORRSAM_")]
