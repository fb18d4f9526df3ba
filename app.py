"""Modou: interactive Chinese-NLP demos, a tab each. `python app.py` serves them; `python app.py --check` tries every
model on this machine, without a network; `--models ID_OR_FOLDER[,...]` lets the pages load these checkpoints too."""

from __future__ import annotations

import argparse
import os
import signal

# Before Gradio and the Hub's client are imported: they would report their use to servers outside.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["DO_NOT_TRACK"] = "1"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="try every model that ships, then end")
    parser.add_argument("--models", help="Hub ids and folders that may be loaded, separated by commas (MODOU_MODELS)")
    asked, _ = parser.parse_known_args()  # whoever runs this file from one of his own has arguments too
    if asked.models is not None:
        os.environ["MODOU_MODELS"] = asked.models
    if asked.check:
        os.environ["HF_HUB_OFFLINE"] = "1"
        from core.check import main

        raise SystemExit(main())

from core.errors import InputError
from demos import build_app, launch_options
from demos.server.monitoring import configure

try:
    demo = build_app()
except InputError as error:  # what the one who starts it can mend: a deck, say
    raise SystemExit(str(error)) from None

if __name__ == "__main__":
    # Told to go by a container or a service manager, end as by Ctrl-C: temporary folders go too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    configure()
    demo.launch(**launch_options())
