"""Sentences per second of the bundled event model against the same heads on a 12 x 768 BERT, side by side.

    python benchmarks/events.py

GPLinker for events (spaces.ac.cn/archives/8926) reads a sentence with BERT-base. Built here with our own heads on a
BERT of that size with random weights, which timing does not depend on but for the arguments found: it decodes the
graphs that our model saw, so that building them is not counted against it. Both runs include tokens, scores and
events, ours the lexical features too. Runs alternate; medians are printed with their ratio, then the latency of one
sentence of 60 characters and of as many as are read at a time, and the peak resident memory.
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
from core.runtime import configure
from core.text import normalise
from core.triples.event_extractor import EventExtractor, Seen
from core.triples.events import EventLinker, EventLinkerConfig, argument_graphs
from core.triples.events_pipeline import read_together

RUNS, BATCHES, CHARACTERS = 5, (1, 32), (60, 120)
EXAMPLES = Path(core.__file__).resolve().parent.parent / "assets" / "examples" / "triples" / "events.json"
# More than any random head says: nothing of what it would find is decoded.
_NEVER = 1 - 1e-12


class Baseline:
    """BERT-base under the same heads."""

    def __init__(self, like: EventExtractor) -> None:
        bert = BertConfig(vocab_size=len(like.tokenizer))
        config = EventLinkerConfig(
            roles=like.model.config.roles,
            head_size=like.model.config.head_size,
            encoder=bert.to_dict(),
            lexical=False,
            max_tokens=like.config.max_tokens,
        )
        model = EventLinker(config)
        model.encoder = BertModel(bert, add_pooling_layer=False)  # the library's own, as the post has it
        self.extractor, self.like = EventExtractor(model, like.tokenizer), like

    @torch.inference_mode()
    def __call__(self, sentences: Sequence[str], seen: Sequence[Seen]) -> None:
        """Read `sentences`, in which our model saw what is in `seen`."""
        encoded = self.extractor.encode(sentences)
        parts = self.extractor.model.scores(encoded.hidden, encoded.mask)
        for b, (offsets, ours) in enumerate(zip(encoded.offsets, seen, strict=True)):
            arguments, heads, tails = (part.sentence(b, len(offsets)) for part in parts)
            argument_graphs(arguments, heads, tails, self.extractor.model.config.roles, _NEVER)
            self.like.read(ours)


def seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def examples(most: int) -> list[str]:
    """The parts of the shipped examples that are read at a time, up to `most` characters."""
    found = []
    for example in json.loads(EXAMPLES.read_text(encoding="utf-8")):
        text = normalise(example["text"]).text
        found += [text[a:b] for a, b in read_together(text, most)]
    return found


def ours(extractor: EventExtractor, sentences: Sequence[str]) -> None:
    for seen in extractor.see(sentences):
        extractor.read(seen)


def throughput(extractor: EventExtractor, baseline: Baseline, sentences: Sequence[str], batch: int, runs: int) -> None:
    """Print the sentences per second of both, in batches of that size."""
    seen = [extractor.see([text])[0] for text in sentences]
    parts = [slice(i, i + batch) for i in range(0, len(sentences), batch)]
    times: dict[str, list[float]] = {"bert": [], "ours": []}
    for _ in range(runs):
        times["bert"].append(seconds(lambda: [baseline(sentences[p], seen[p]) for p in parts]))
        times["ours"].append(seconds(lambda: [ours(extractor, sentences[p]) for p in parts]))
    rates = {name: round(len(sentences) / statistics.median(taken), 1) for name, taken in times.items()}
    print(json.dumps({"batch": batch, "sentences_per_s": rates, "ratio": round(rates["ours"] / rates["bert"], 1)}))


def latency(extractor: EventExtractor, baseline: Baseline, one: str, runs: int) -> None:
    """Print the milliseconds that both take for one sentence."""
    seen = extractor.see([one])
    for name, run in {"bert": lambda: baseline([one], seen), "ours": lambda: ours(extractor, [one])}.items():
        taken = [1000 * seconds(run) for _ in range(max(20, 4 * runs))]
        p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
        print(json.dumps({"model": name, "characters": len(one), "p50_ms": round(p50, 1), "p95_ms": round(p95, 1)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="folder or Hub id; default: the bundled model")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--sentences", type=int, default=64)
    args = parser.parse_args()
    configure()
    extractor = EventExtractor.from_folder(catalog.find("events", args.model).folder, "cpu")
    baseline = Baseline(extractor)
    pool = examples(extractor.config.max_tokens - 2)
    sentences = sorted((pool * (args.sentences // len(pool) + 1))[: args.sentences], key=len)
    for batch in BATCHES:
        throughput(extractor, baseline, sentences, batch, args.runs)
    for length in CHARACTERS:
        one = max(pool, key=len)
        latency(extractor, baseline, (one * (length // len(one) + 1))[:length], args.runs)
    print(json.dumps({"peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))


if __name__ == "__main__":
    main()
