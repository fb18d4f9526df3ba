"""Runs the app, cut from the network, as if more extractors shipped: the checkpoints in the folder $MODOU_MORE."""

from __future__ import annotations

import os
import runpy
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from core import catalog, tasks

    more = sorted(Path(os.environ["MODOU_MORE"]).iterdir())
    models = Path(tempfile.mkdtemp())
    for folder in (*catalog.MODELS.iterdir(), *more):
        (models / folder.name).symlink_to(folder)
    task = tasks.find("triples")
    catalog.MODELS = models
    tasks._tasks["triples"] = replace(task, models=(*task.models, *(folder.name for folder in more)))
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
