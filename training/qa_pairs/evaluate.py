"""Dev figures of the reader and of the question generator.

    python -m training.qa_pairs.evaluate reader
    python -m training.qa_pairs.evaluate generator
    python -m training.qa_pairs.evaluate pairs --show 50
    add --write to put the figures where the interface finds them

Character F1 and exact match as CMRC 2018 scores them (punctuation and white space left out), and on the hand-written
questions F1 of the characters in both, by kind; ROUGE-L and BLEU-4 on characters.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from core import catalog
from core.qa_pairs import DEFAULT_BEAMS
from core.qa_pairs.generator import Generator
from core.qa_pairs.generator_model import QuestionGenerator
from core.qa_pairs.pair import Pair
from core.qa_pairs.passage import Passage as Read
from core.qa_pairs.pipeline import QAPairsPipeline
from core.qa_pairs.reader_model import ReaderModel
from core.qa_pairs.scoring import plain
from core.qa_pairs.spans import MAX_ANSWER
from training.common import write_figures
from training.finetuning import load_tokenizer
from training.qa_pairs.data import best_occurrence, passages
from training.qa_pairs.reading_dev import CMRC, score_reader

# A question that asks for a reason, a way, a thing or a list, rather than for a name, a place, a time or an amount.
_WIDER = re.compile("为什么|为何|原因|如何|怎么|怎样|什么(?!时候|人|地方|年)|哪些|哪几|分别")


def rouge_l(found: str, gold: str) -> float:
    """ROUGE-L F1 on characters."""
    from rapidfuzz.distance import LCSseq

    common = LCSseq.similarity(found, gold)
    return 0.0 if not common else 2 * common / (len(found) + len(gold))


def bleu_4(found: list[str], gold: list[str]) -> float:
    """Corpus BLEU-4 on characters, in [0, 1]."""
    import math

    log = 0.0
    for n in range(1, 5):
        matched = total = 0
        for f, g in zip(found, gold, strict=True):
            mine = Counter(f[i : i + n] for i in range(len(f) - n + 1))
            theirs = Counter(g[i : i + n] for i in range(len(g) - n + 1))
            matched += sum((mine & theirs).values())
            total += sum(mine.values())
        log += math.log(max(matched, 1e-9) / max(total, 1)) / 4
    lengths = sum(map(len, found)), sum(map(len, gold))
    return math.exp(log) * min(1.0, math.exp(1 - lengths[1] / max(lengths[0], 1)))


def score_generator(
    generator: Generator,
    path: Path,
    limit: int | None = None,
    beams: int = DEFAULT_BEAMS,
    show: int = 0,
    kind: str | None = None,
) -> dict[str, float]:
    """ROUGE-L and BLEU-4 of the question for the gold answer; of the hand-written ones for those of a `kind`."""
    found: list[str] = []
    gold: list[str] = []
    rows = [(p, q, a) for p in passages(path, kind=kind) for q, a in p.pairs if len(a) <= MAX_ANSWER]
    rows = rows[:: max(1, len(rows) // limit)] if limit else rows
    read: dict[str, Read] = {}
    for passage, question, answer in rows:
        if passage.text not in read:
            read = {passage.text: generator.read(passage.text)}
        at = best_occurrence(passage.text, question, answer)
        span = at, at + len(answer)
        window = generator.window_of(read[passage.text], span)
        if window < 0:
            continue
        [asked] = generator.ask(read[passage.text], [(span, window)], beams)
        found.append(plain(asked.text))
        gold.append(plain(question))
        if len(found) <= show:
            print(f"{answer} | {asked.text} | {question}")
    rouge = sum(rouge_l(f, g) for f, g in zip(found, gold, strict=True)) / len(found)
    return {"rouge_l": rouge, "bleu_4": bleu_4(found, gold), "questions": float(len(found)), "score": rouge}


def score_pairs(path: Path, limit: int, n: int, show: int, seed: int = 0) -> dict[str, float]:
    """Unprompted pairs of the first `limit` paragraphs: are the answers spans, what passes the reader's check, how many
    different ones there are; `show` of them, drawn at random, are printed to be read."""
    import random

    import core

    pipeline = core.load("qa_pairs")
    assert isinstance(pipeline, QAPairsPipeline)
    made: list[tuple[str, Pair]] = []
    passed, spans = [], []
    for passage in passages(path)[:limit]:
        found = list(pipeline.stream(passage.text, n, seed=seed))
        spans += [passage.text[slice(*p.answer_span)] == p.answer for p in found]
        passed.append(sum(p.passed for p in found))
        made += [(passage.text, p) for p in found]
    for text, p in random.Random(seed).sample([m for m in made if m[1].passed], min(show, sum(passed))):
        begin = max(0, p.answer_span[0] - 40)
        print(f"{p.question} | {p.answer} | …{text[begin : p.answer_span[1] + 30]}…".replace("\n", " "))
    return {
        "paragraphs": float(len(passed)),
        "pairs": float(len(made)),
        "spans": sum(spans) / len(spans),
        "round_trip": sum(passed) / len(made),
        "pairs_per_paragraph": len(made) / len(passed),
        "passing_per_paragraph": sum(passed) / len(passed),
        "paragraphs_with_4": sum(k >= 4 for k in passed) / len(passed),
        # Of those that passed: how many ask for more than who, where, when and how much.
        "why_how_what_list": sum(bool(_WIDER.search(p.question)) for _, p in made if p.passed) / max(1, sum(passed)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("reader", "generator", "pairs"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/questions"), help="the folder of dev files")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--fit", action="store_true", help="of `reader`: choose the threshold of declining anew")
    parser.add_argument("--passages", type=int, default=150, help="of `pairs`: paragraphs of dev")
    parser.add_argument("--pairs", type=int, default=6, help="of `pairs`: wanted for each paragraph")
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    from core.backbone.weights import load_model, load_served

    if args.what == "pairs":
        figures = score_pairs(args.data / CMRC, args.passages, args.pairs, args.show)
        print(json.dumps({k: round(v, 4) for k, v in figures.items()}))
        if args.write:
            write_figures(catalog.MODELS / "qa-generator", **{k: figures[k] for k in ("round_trip", "spans")})
        return
    folder = args.model or catalog.MODELS / f"qa-{args.what}"
    tokenizer = load_tokenizer(folder)
    if args.what == "reader":
        reader = load_served(ReaderModel, folder, "cpu")
        figures = score_reader(reader, tokenizer, args.data, args.limit, args.fit)
        if args.fit:
            reader.config.save_pretrained(folder)
    else:
        generator = Generator(load_model(QuestionGenerator, folder), tokenizer)
        figures = score_generator(generator, args.data / CMRC, args.limit, show=args.show)
        written = args.data / "written_dev.jsonl"
        long = score_generator(generator, written, args.limit, show=args.show, kind="long")
        figures |= {f"long_{name}": long[name] for name in ("rouge_l", "bleu_4")}
    print(json.dumps({k: round(v, 4) for k, v in figures.items()}))
    if args.write:
        write_figures(folder, **{k: v for k, v in figures.items() if k not in ("score", "questions")})


if __name__ == "__main__":
    main()
