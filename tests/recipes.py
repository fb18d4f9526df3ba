"""Recipes run as from the command line, in this process: importing torch anew takes longer than a tiny training."""

from __future__ import annotations

import io
import runpy
import sys
import warnings
from contextlib import redirect_stdout
from unittest.mock import patch


def run_recipe(module: str, *args: str) -> str:
    """What `python -m module args` prints."""
    printed = io.StringIO()
    with patch.object(sys, "argv", [module, *args]), redirect_stdout(printed), warnings.catch_warnings():
        # The test may have imported the recipe too.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    return printed.getvalue()
