"""A 200-character passage: one answer read against BERT-base, one question asked against the post's way, and how soon
the first and the fifth pair are there.

    python benchmarks/qa_pairs.py

The post 学会提问的BERT has BERT-base as a UniLM (arXiv:1905.03197): passage, answer and question are one sequence,
which it encodes anew for every character of the question, once for each beam. Built here with random weights, which
timing does not depend on, writing as many characters as ours. Runs alternate; medians and their ratio are printed, then
the times to the first and the fifth checked pair of the bundled models.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch
from transformers import BertConfig, BertForMaskedLM, BertForQuestionAnswering

import core
from core.text import normalise

RUNS = 5
PASSAGE = (
    "竺可桢，1890年3月7日出生于浙江省绍兴县东关镇，中国近代地理学和气象学的奠基者。1910年，他考取留学美国的庚款公费生，"
    "先在伊利诺伊大学农学院学习，后转入哈佛大学地学系，1918年获得博士学位。1936年4月，他出任浙江大学校长，历时十三年，"
    "为浙江大学定下“求是”的校训。1949年起，他担任中国科学院副院长。1974年2月7日，竺可桢在北京逝世，享年八十四岁，"
    "一生写下的日记留存约八百万字。"
)


class UniLM:
    """BERT-base that attends over passage and answer both ways and over the question from left to right, no cache."""

    def __init__(self, vocabulary: int) -> None:
        torch.manual_seed(0)
        self.model = BertForMaskedLM(BertConfig(vocab_size=vocabulary)).eval()

    @torch.inference_mode()
    def write(self, prefix: list[int], characters: int, beams: int) -> list[int]:
        """`characters` more ids by beam search, every step over the whole sequence again."""
        sequences, scores = torch.tensor([prefix]), torch.zeros(1)
        for _ in range(characters):
            n = sequences.size(1)
            mask = torch.tril(torch.ones(n, n))
            mask[:, : len(prefix)] = 1
            mask = mask.expand(len(sequences), 1, n, n)
            logs = self.model(sequences, attention_mask=mask).logits[:, -1].log_softmax(-1)
            best = (scores[:, None] + logs).flatten().topk(beams)
            rows, tokens = best.indices // logs.size(1), best.indices % logs.size(1)
            sequences, scores = torch.cat([sequences[rows], tokens[:, None]], 1), best.values
        found: list[int] = sequences[0, len(prefix) :].tolist()
        return found


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def arrivals(pipeline: Any, seed: int) -> list[float]:
    """Seconds until each pair that passed the check."""
    begin = time.perf_counter()
    return [time.perf_counter() - begin for p in pipeline.stream(PASSAGE, 5, seed=seed) if p.passed]


def reading(tokenizer: Any) -> None:
    """Milliseconds of one answer, tokens and decoding included, by the bundled reader and by a 12 x 768 BERT."""
    reader, question = core.load("answer"), "竺可桢在哪里获得博士学位？"
    torch.manual_seed(0)
    bert = BertForQuestionAnswering(BertConfig(vocab_size=len(tokenizer))).eval()

    @torch.inference_mode()
    def theirs() -> None:
        characters = [*normalise(question).text, "[SEP]", *normalise(PASSAGE).text]
        ids = torch.tensor([[2, *tokenizer.convert_tokens_to_ids(characters), 3]])
        out = bert(ids)
        starts, ends = out.start_logits.softmax(-1), out.end_logits.softmax(-1)
        (starts[0, :, None] * ends[0, None]).triu().argmax().item()

    times: dict[str, list[float]] = {"bert": [], "ours": []}
    for _ in range(4 * RUNS):
        times["bert"].append(seconds(theirs))
        times["ours"].append(seconds(lambda: reader(PASSAGE, question)))
    medians = {k: statistics.median(v) for k, v in times.items()}
    row = {"reading": len(PASSAGE)} | {f"{k}_ms": round(1000 * v, 1) for k, v in medians.items()}
    print(json.dumps(row | {"ratio": round(medians["bert"] / medians["ours"], 1)}))


def main() -> None:
    pipeline: Any = core.load("qa_pairs")
    tokenizer = pipeline.generator.tokenizer
    reading(tokenizer)
    text = normalise(PASSAGE).text
    at = text.index("哈佛大学")
    read = pipeline.generator.read(text)
    [asked] = pipeline.generator.ask(read, [((at, at + 4), 0)], 3)
    length = len(asked.text) + 1
    unilm = UniLM(len(tokenizer))
    prefix = [2, *tokenizer.convert_tokens_to_ids(list(text)), 3, *tokenizer.convert_tokens_to_ids(list("哈佛大学")), 3]

    def ours(beams: int) -> None:
        pipeline.generator.ask(pipeline.generator.read(text), [((at, at + 4), 0)], beams)

    for beams in (1, 3):
        times: dict[str, list[float]] = {"unilm": [], "ours": []}
        ours(beams)
        for _ in range(RUNS):
            times["unilm"].append(seconds(lambda b=beams: unilm.write(prefix, length, b)))
            times["ours"].append(seconds(lambda b=beams: ours(b)))
        medians = {k: statistics.median(v) for k, v in times.items()}
        print(
            json.dumps(
                {"beams": beams, "characters": length, "passage": len(PASSAGE)}
                | {f"{k}_ms": round(1000 * v, 1) for k, v in medians.items()}
                | {"ratio": round(medians["unilm"] / medians["ours"], 1)}
            )
        )
    found = [arrivals(pipeline, seed) for seed in range(RUNS)]
    firsts, fifths = [f[0] for f in found if f], [f[4] for f in found if len(f) > 4]
    print(
        json.dumps(
            {
                "first_pair_s": round(statistics.median(firsts), 2),
                "first_worst_s": round(max(firsts), 2),
                "five_pairs_s": round(statistics.median(fifths), 2) if fifths else None,
                "five_worst_s": round(max(fifths), 2) if fifths else None,
                "runs_with_five": len(fifths),
                "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    )


if __name__ == "__main__":
    main()
