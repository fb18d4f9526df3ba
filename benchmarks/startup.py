"""How long a visitor waits for a freshly started app, and what memory it takes.

    python benchmarks/startup.py

Starts `app.py` three times; prints, for each start, seconds to the first page and to the first answer of every
endpoint, then the median time of ten further answers, and the resident memory with the models loaded.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parent.parent
INPUTS = {
    "triples": ["《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映", None],
    "similarity": ["花呗怎么还款", "怎么把花呗的钱还上", None, True],
    "text2sql": ["乙市的人口是多少", {"header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}, None],
    "xiangqi": ["h2e2 h9g7 h0g2 i9h9 i0h0 b9c7", None, 0, None],
}


def answer(base: str, endpoint: str) -> float:
    """Seconds from the request to the whole answer."""
    begin = time.perf_counter()
    data = json.dumps({"data": INPUTS[endpoint]}).encode()
    request = Request(f"{base}/gradio_api/call/{endpoint}", data, {"Content-Type": "application/json"})
    with urlopen(request) as reply:
        event = json.loads(reply.read())["event_id"]
    with urlopen(f"{base}/gradio_api/call/{endpoint}/{event}") as reply:
        assert reply.read().startswith(b"event: complete")
    return time.perf_counter() - begin


def resident_mb(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found.group(1)) / 1024


def first_page(process: subprocess.Popen[str], begin: float) -> tuple[str, float]:
    assert process.stdout
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            break
    else:
        raise RuntimeError("the app ended without an address")
    while True:
        try:
            with urlopen(found.group()) as reply:
                reply.read()
            return found.group(), time.perf_counter() - begin
        except URLError:
            time.sleep(0.05)


def main() -> None:
    for _ in range(3):
        begin = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-u", "app.py"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        try:
            base, page = first_page(process, begin)
            before = resident_mb(process.pid)
            row = {"first_page_s": page, "rss_before_mb": before}
            for endpoint in INPUTS:
                answer(base, endpoint)
                row[f"first_{endpoint}_s"] = time.perf_counter() - begin
                row[f"next_{endpoint}_ms"] = 1000 * statistics.median(answer(base, endpoint) for _ in range(10))
            row["rss_mb"] = resident_mb(process.pid)
            print(json.dumps({k: round(v, 2) for k, v in row.items()}), flush=True)
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
