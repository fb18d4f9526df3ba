"""What to expect of one, three or eight examples of a kind of question.

    python -m training.qa_pairs.by_example            # the table of the model card
    python -m training.qa_pairs.by_example --save     # and the shares into the model's figures.json

A kind is what the words of people's questions ask for: who, when, how much or many, where (`KINDS`; what steers the
model is the kinds of answers, not these words). Examples are questions of training passages, each with the sentence of
its answer; asked about are passages of dev. Told is the share of the first pairs that ask for the kind and that the
reader confirms, without examples and with so many of them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
from pathlib import Path
from typing import Any

import core
from core import catalog
from core.qa_pairs.pair import Pair
from core.qa_pairs.pairs_by_example import MAX_EXAMPLE_CHARS
from core.text import split_sentences
from training.common import read_jsonl, write_figures
from training.triples.augment import Row

KINDS = {
    "who": re.compile("谁|哪[一几]?位|哪个人|什么人|姓名"),
    "when": re.compile("何时|时候|哪[一]?[年天月日]|[年日]期|时间"),
    "how much": re.compile("多少|几[个人年次名座米岁]|多[大长高重远]"),
    "where": re.compile("哪[里儿]|何[处地]|什么地[方区]|哪[个座一]*(?:省|市|县|州|城|国|洲)"),
}
_CHARS = 250  # of a passage that is asked about
_WANTED = 2


def examples_of(rows: list[Row], kind: str, n: int, rng: random.Random) -> list[dict[str, str]]:
    """`n` questions of this kind, and of no other, each with the sentence of its answer."""
    found: list[dict[str, str]] = []
    for row in rng.sample(rows, len(rows)):
        asks = [name for name, words in KINDS.items() if words.search(row["question"])]
        spans = list(split_sentences(row["context"], MAX_EXAMPLE_CHARS))
        at = row["context"].find(row["answer"]) if row["answer"] else -1
        sentence = next((row["context"][a:b] for a, b in spans if a <= at < b), "")
        if asks == [kind] and row["answer"] in sentence and len(sentence) > len(row["answer"]) + 10:
            found.append({"passage": sentence, "question": row["question"], "answer": row["answer"]})
        if len(found) == n:
            break
    return found


def share(pairs: list[Pair], kind: str) -> float:
    """That of the pairs, as many as are wanted, that ask for the kind and are confirmed."""
    return sum(bool(KINDS[kind].search(p.question)) and p.passed for p in pairs[:_WANTED]) / _WANTED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/questions"))
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 3, 8])
    parser.add_argument("--passages", type=int, default=6, help="of dev, each asked about for every kind")
    parser.add_argument("--save", action="store_true", help="write the shares into the model's figures.json")
    args = parser.parse_args()
    rows = [row for row in read_jsonl(args.data / "train.jsonl") if row["source"].startswith("cmrc2018")]
    contexts = list(dict.fromkeys(row["context"][:_CHARS] for row in read_jsonl(args.data / "dev.jsonl")))
    passages = random.Random(0).sample(contexts, args.passages)
    plain: Any = core.load("qa_pairs")
    shown: Any = core.load("qa_pairs_by_example")
    before = {kind: [] for kind in KINDS}  # type: dict[str, list[float]]
    for passage in passages:
        pairs = list(plain(passage, _WANTED).pairs)
        for kind in KINDS:
            before[kind].append(share(pairs, kind))
    told = {0: before}
    for n in args.counts:
        told[n] = {kind: [] for kind in KINDS}
        for i, passage in enumerate(passages):
            for kind in KINDS:
                pairs = shown(passage, examples_of(rows, kind, n, random.Random(f"{kind}{i}")), _WANTED).pairs
                told[n][kind].append(share(list(pairs), kind))
    saved = {}
    for n, kinds in told.items():
        means = {kind: round(statistics.fmean(found), 3) for kind, found in kinds.items()}
        saved[f"qa_pairs_by_example_{n}"] = round(statistics.fmean(means.values()), 3)
        print(n, json.dumps(means), saved[f"qa_pairs_by_example_{n}"], flush=True)
    if args.save:
        write_figures(catalog.find("qa_pairs_by_example").folder, **saved)


if __name__ == "__main__":
    main()
