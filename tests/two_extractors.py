"""Runs the app, cut from the network, as if a second extractor shipped: the checkpoint in the folder $MODOU_SECOND."""

from __future__ import annotations

import os
import runpy
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "triples-second"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from core import catalog

    models = Path(tempfile.mkdtemp())
    for folder in catalog.MODELS.iterdir():
        (models / folder.name).symlink_to(folder)
    (models / NAME).symlink_to(os.environ["MODOU_SECOND"])
    module, pipeline, names = catalog._PIPELINES["triples"]
    catalog.MODELS = models
    catalog._PIPELINES["triples"] = (module, pipeline, (names[0], NAME))
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
