"""Sentences per second of the bundled extractors against CasRel on a 12 x 768 BERT, side by side in one process.

    python benchmarks/triples.py

bert4keras做三元组抽取 (spaces.ac.cn/archives/7161) reads a sentence with BERT-base, tags its subjects, and then tags
the objects of each subject. Built here with our own CasRel on a BERT of that size with random weights, which timing
does not depend on but for the subjects found: it is handed those that our default model finds, and both runs include
tokens, lexical features where a model has them, and decoding. Runs alternate; medians are printed with their ratios,
then the 95th percentile of the latency of one sentence of 60 characters, and the peak resident memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch
from transformers import BertConfig, BertModel

import core
from core import catalog
from core.text import normalise, split_sentences
from core.triples.casrel import CasRel, CasRelConfig, CasRelExtractor
from core.triples.extractor import Extractor

RUNS, BATCHES, CHARACTERS = 5, (1, 32), 60
EXAMPLES = Path(core.__file__).resolve().parent.parent / "assets" / "examples" / "triples" / "examples.json"


class Baseline:
    """The two passes and their decoding on BERT-base, for sentences whose subjects are given."""

    def __init__(self, like: Extractor) -> None:
        bert = BertConfig(vocab_size=len(like.tokenizer))
        schema = next(iter(like.schemas))
        config = CasRelConfig(
            encoder=bert.to_dict(), relations=like.relations, schemas={schema: like.relations}, lexical=False
        )
        model = CasRel(config)
        model.encoder = BertModel(bert, add_pooling_layer=False)  # the library's own, as the post has it
        self.extractor = CasRelExtractor(model, like.tokenizer)
        self.schema = schema

    def __call__(self, sentences: Sequence[str], subjects: Sequence[Sequence[tuple[int, int]]]) -> None:
        self.extractor.extract(sentences)  # the prior of the weights tags no subject, so this is the first pass
        rows = [(b, first + 1, last + 1) for b, spans in enumerate(subjects) for first, last in spans]
        if rows:
            self._second(sentences, rows)

    @torch.inference_mode()
    def _second(self, sentences: Sequence[str], rows: list[tuple[int, int, int]]) -> None:
        model = self.extractor.model
        longest = max(map(len, sentences)) + 2
        # Its input is the first pass's output, which extract() does not give away; any of that shape takes as long.
        hidden = torch.zeros(len(sentences), longest, model.width)
        sentence, start, end = torch.tensor(rows).T
        model.object_logits(hidden[sentence], start, end).sigmoid().numpy()


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def examples() -> list[str]:
    """The sentences of the shipped examples."""
    found = []
    for example in json.loads(EXAMPLES.read_text(encoding="utf-8")):
        text = normalise(example["text"]).text
        found += [text[a:b] for a, b in split_sentences(text, 254)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=list(catalog.bundled("triples")), help="names or folders")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--sentences", type=int, default=64)
    args = parser.parse_args()
    extractors: dict[str, Extractor] = {name: core.load("triples", name).extractor for name in args.models}
    first = next(iter(extractors.values()))
    baseline = Baseline(first)
    pool = examples()
    sentences = sorted((pool * (args.sentences // len(pool) + 1))[: args.sentences], key=len)
    subjects = [sorted({f.subject for f in found}) for found in first.extract(sentences)]
    given = [[(a, b - 1) for a, b in spans] for spans in subjects]

    def bert(batch: int) -> None:
        for i in range(0, len(sentences), batch):
            baseline(sentences[i : i + batch], given[i : i + batch])

    def ours(extractor: Extractor, batch: int) -> None:
        for i in range(0, len(sentences), batch):
            extractor.extract(sentences[i : i + batch])

    for batch in BATCHES:
        times: dict[str, list[float]] = {name: [] for name in ("bert", *extractors)}
        for _ in range(args.runs):
            times["bert"].append(seconds(lambda batch=batch: bert(batch)))
            for name, extractor in extractors.items():
                times[name].append(seconds(lambda e=extractor, batch=batch: ours(e, batch)))
        rates = {name: len(sentences) / statistics.median(values) for name, values in times.items()}
        ratios = {name: round(rates[name] / rates["bert"], 1) for name in extractors}
        row = {"batch": batch, "sentences_per_s": {name: round(rate, 1) for name, rate in rates.items()}}
        print(json.dumps(row | {"ratio": ratios}, ensure_ascii=False), flush=True)

    one = max(pool, key=len)
    one = (one * (CHARACTERS // len(one) + 1))[:CHARACTERS]
    spans = [[(f.subject[0], f.subject[1] - 1) for f in first.extract([one])[0]]]
    for name, run in {
        "bert": lambda: baseline([one], spans),
        **{name: (lambda e=extractor: e.extract([one])) for name, extractor in extractors.items()},
    }.items():
        taken = sorted(1000 * seconds(run) for _ in range(max(20, 4 * args.runs)))
        p95 = statistics.quantiles(taken, n=20)[-1]
        print(json.dumps({"model": name, "p50_ms": round(statistics.median(taken), 1), "p95_ms": round(p95, 1)}))
    print(json.dumps({"peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))


if __name__ == "__main__":
    main()
