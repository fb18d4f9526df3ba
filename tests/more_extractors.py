"""Runs the app, cut from the network, as if more extractors shipped: the checkpoints in the folder $MODOU_MORE."""

from __future__ import annotations

import os
import runpy
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from core import catalog

    more = sorted(Path(os.environ["MODOU_MORE"]).iterdir())
    models = Path(tempfile.mkdtemp())
    for folder in (*catalog.MODELS.iterdir(), *more):
        (models / folder.name).symlink_to(folder)
    module, pipeline, names = catalog._PIPELINES["triples"]
    catalog.MODELS = models
    catalog._PIPELINES["triples"] = (module, pipeline, (*names, *(folder.name for folder in more)))
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
