"""How long a visitor waits for a freshly started app, and what memory it takes.

    python benchmarks/startup.py

Starts `app.py` three times; prints, for each start, seconds to the first page and to the first answer of every
endpoint, then the median time of ten further answers, and the resident memory (MB of 1,000,000 bytes) before any model
is loaded, with all models that the endpoints use by default, and with every model that ships. The last line is the
verdict: the exit status is 1 where a start took 30 s or the memory is above 1,800 MB.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.serving import resident_mb, served

MOST_SECONDS, MOST_MB = 30, 1_800
FILM = "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映"
PASSAGE = "泼水节，亦称宋干节，已有700年的历史，是傣族、德昂族最盛大的传统节日。"
PAIR = ["花呗怎么还款", "怎么把花呗的钱还上"]
INPUTS: dict[str, list[Any]] = {
    "triples": [FILM, None],
    "events": ["2024年5月18日，张三与李四在青岛结婚。", None],
    "qa_pairs": [PASSAGE, 3],
    "answer": [PASSAGE, "泼水节有多少年的历史？"],
    "similarity": PAIR,
    "text2sql": ["乙市的人口是多少", {"header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}],
    "xiangqi": ["h2e2 h9g7 h0g2 i9h9 i0h0 b9c7"],
}
# Models that ship beside the default of their endpoint. Xiangqi's is not offered by its endpoint, only by the page.
OTHERS: dict[str, list[list[Any]]] = {
    "triples": [[FILM, None, "triples-gplinker"], [FILM, None, "triples-dgcnn"]],
    "similarity": [[*PAIR, "similarity-static"]],
}


def answer(base: str, endpoint: str, inputs: list[Any]) -> float:
    """Seconds from the request to the whole answer."""
    begin = time.perf_counter()
    request = Request(
        f"{base}/gradio_api/call/{endpoint}",
        json.dumps({"data": inputs}).encode(),
        {"Content-Type": "application/json"},
    )
    with urlopen(request) as reply:
        event = json.loads(reply.read())["event_id"]
    with urlopen(f"{base}/gradio_api/call/{endpoint}/{event}") as reply:
        said = reply.read()
    assert b"event: complete\n" in said, said[:300]  # heartbeats come before it where it takes long
    return time.perf_counter() - begin


def measure() -> dict[str, float]:
    """One start."""
    with served() as app:
        row = {"first_page_s": app.first_page(), "rss_before_mb": resident_mb(app.pid)}
        for endpoint, inputs in INPUTS.items():
            answer(app.url, endpoint, inputs)
            row[f"first_{endpoint}_s"] = app.seconds
            times = [answer(app.url, endpoint, inputs) for _ in range(10)]
            row[f"next_{endpoint}_ms"] = 1000 * statistics.median(times)
        row["rss_mb"] = resident_mb(app.pid)
        for endpoint, variants in OTHERS.items():
            for inputs in variants:
                answer(app.url, endpoint, inputs)
        row["rss_every_model_mb"] = resident_mb(app.pid)
    return row


def main() -> None:
    rows = []
    for _ in range(3):
        rows.append(measure())
        print(json.dumps({k: round(v, 2) for k, v in rows[-1].items()}), flush=True)
    start, memory = max(r["first_page_s"] for r in rows), max(r["rss_every_model_mb"] for r in rows)
    print(f"start {start:.1f} s (limit {MOST_SECONDS}), memory {memory:,.0f} MB (limit {MOST_MB:,})")
    sys.exit(start >= MOST_SECONDS or memory > MOST_MB)


if __name__ == "__main__":
    main()
