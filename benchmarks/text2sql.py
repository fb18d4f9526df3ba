"""Question to form against a 12 x 768 BERT's sketch, and question to result over 200,000 rows.

    python benchmarks/text2sql.py

The post 基于Bert的NL2SQL模型 reads question and column names with BERT-base and fills its sketch from small heads: a
class per column (its aggregate, or not selected), one for the connective, a tag per character of the question (the
operator of the condition whose value it is part of), and a match of every tagged character with every column. Built
here from that description with random weights, which timing does not depend on; it reads question, names of columns
and matched cells, as the sketch filler does. Ours writes with a beam of six. Runs alternate; medians are printed with
their ratio, then the time from question to rows over 200,000 rows.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch
from torch import nn
from transformers import BertConfig, BertModel

import core
from core.text2sql.candidates import known_of
from core.text2sql.database import open_database
from core.text2sql.encoding import encode
from core.text2sql.table import Table, build_table
from core.text2sql.table_files import read_table
from demos.text2sql.suggest import suggest

RUNS, ROWS = 7, 200_000


class BertSketch(nn.Module):
    """The post's baseline: heads on BERT-base over question and columns."""

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        self.encoder = BertModel(BertConfig(vocab_size=vocabulary))
        self.select, self.connective, self.operator = nn.Linear(768, 7), nn.Linear(768, 3), nn.Linear(768, 5)
        self.of_question, self.of_column, self.match = nn.Linear(768, 256), nn.Linear(768, 256), nn.Linear(256, 1)

    @torch.inference_mode()
    def forward(self, ids: torch.Tensor, columns: torch.Tensor, question: slice) -> None:
        hidden = self.encoder(input_ids=ids).last_hidden_state[0]
        self.select(hidden[columns]), self.connective(hidden[0]), self.operator(hidden[question])
        pairs = self.of_question(hidden[question])[:, None] + self.of_column(hidden[columns])[None]
        self.match(torch.tanh(pairs))


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def large_table(rows: int) -> Table:
    """Sales of shops, as many rows as wanted: two columns of few different words, one of many, a date, two numbers."""
    rng = random.Random(0)
    cities = [f"{a}{b}市" for a in "东西南北中" for b in "山河江海湖"]
    goods = ["苹果", "香蕉", "葡萄", "西瓜", "梨", "桃", "樱桃", "草莓"]
    first = date(2015, 1, 1)
    made = [
        [
            f"订单{i:06d}",
            rng.choice(cities),
            rng.choice(goods),
            (first + timedelta(rng.randrange(3650))).isoformat(),
            rng.randrange(1, 500),
            round(rng.uniform(1, 90), 2),
        ]
        for i in range(rows)
    ]
    return build_table(["订单编号", "城市", "商品", "日期", "数量", "单价(元)"], made, name="销售记录")


def main() -> None:
    pipeline = core.load("text2sql")
    tokenizer = pipeline.writer.tokenizer
    example = Path(core.__file__).resolve().parent.parent / "assets" / "examples" / "text2sql" / "olympics.csv"
    table = read_table(example.read_bytes(), example.name)
    questions = suggest(table)
    linker, today = pipeline.linker(table), date.today()
    known = known_of(linker, table)
    bert = BertSketch(len(tokenizer)).eval()
    encoded = [encode(q, linker, linker.candidates(q, today), tokenizer) for q in questions]

    def theirs() -> None:
        for e in encoded:
            bert(torch.tensor([e.ids]), torch.tensor([s for s, _ in e.slots]), slice(*e.question))

    def ours() -> None:
        for q in questions:
            pipeline.writer(q, (), linker, today, known=known)

    times: dict[str, list[float]] = {"bert": [], "ours": []}
    for _ in range(RUNS):
        times["bert"].append(seconds(theirs) / len(questions))
        times["ours"].append(seconds(ours) / len(questions))
    medians = {name: 1000 * statistics.median(values) for name, values in times.items()}
    tokens = round(statistics.mean(len(e.ids) for e in encoded))
    print(json.dumps({"tokens": tokens} | {f"{k}_ms": round(v, 1) for k, v in medians.items()}))
    print(json.dumps({"ratio": round(medians["bert"] / medians["ours"], 1)}))

    large = large_table(ROWS)
    load = seconds(lambda: (open_database(large), pipeline.linker(large)))
    asked = [
        "数量最多的5个订单编号",
        "每个城市的总数量",
        "东山市2018年苹果的平均单价",
        "单价大于80的有多少条记录",
        "北海市有几种商品",
    ]
    pipeline(asked[0], large)
    spent = [1000 * seconds(lambda q=q: pipeline(q, large)) for q in asked for _ in range(3)]
    print(
        json.dumps(
            {
                "rows": ROWS,
                "load_s": round(load, 2),
                "question_to_result_ms": round(statistics.median(spent)),
                "worst_ms": round(max(spent)),
                "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    main()
