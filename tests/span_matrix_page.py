"""Serves the view of a model's inside alone, with the matrices of a GPLinker model for two sentences."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOKENS = list("《战狼2》由吴京执导，谢楠主演")
FIRST = {
    "kind": "gplinker",
    "tokens": TOKENS,
    "entities": {"subject": [[1, 3, 0.97], [1, 2, 0.12]], "object": [[6, 7, 0.93], [11, 12, 0.88], [11, 11, 0.06]]},
    "heads": {"导演": [[1, 6, 0.95]], "主演": [[1, 11, 0.9], [1, 6, 0.2]]},
    "tails": {"导演": [[3, 7, 0.94], [2, 7, 0.08]], "主演": [[3, 12, 0.87]], "编剧": []},
}
LONG = {
    "kind": "gplinker",
    "tokens": list("<b>" + "字" * 120),
    "entities": {"subject": [], "object": [[100, 110, 0.5]]},
    "heads": {},
    "tails": {},
}
VALUE = {"json": json.dumps({"sentences": [FIRST, LONG]}, ensure_ascii=False)}

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    import gradio as gr

    from demos import launch_options
    from demos.triples.views import TriplesInside

    with gr.Blocks(analytics_enabled=False) as page:
        TriplesInside(VALUE, elem_id="triples-inside")
    page.launch(**launch_options())
