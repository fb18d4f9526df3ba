"""Distant supervision: sentences of a corpus in which both ends of a known triple occur, as weak labels.

    python -m training.triples.distant --out runs/triples/distant.jsonl
    python -m training.triples.train --extra runs/triples/distant.jsonl --out runs/triples/casrel-distant

The trick of 基于DGCNN和概率图的轻量级信息抽取模型 (spaces.ac.cn/archives/6671): the training set's triples are a
knowledge base. There its finds are an input of the model; here they are labels of new sentences, so that no knowledge
base is needed when the model is used. A sentence is taken only if it also has a word that gives the relation away, and
it counts for the relations found in it alone: what else it says is unknown.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from tqdm import tqdm

from core.text import normalise
from core.triples.schema import SCHEMAS
from training.triples.augment import Fact, Row
from training.triples.corpus import Known, Rows, labelled_rows, sentences
from training.triples.cues import cue_words

# Characters between the two ends of a triple that is still said by one sentence.
_FAR = 60
_SAVE_EVERY = 20_000


class KnowledgeBase:
    """The triples of labelled rows, found again in any sentence."""

    def __init__(self, rows: Iterable[Row], cues: Mapping[str, frozenset[str]]) -> None:
        self.cues = cues
        self.facts: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for row in rows:
            for spo in row["spo_list"]:
                subject, item = (normalise(spo[k]).text.strip() for k in ("subject", "object"))
                # One character stands anywhere.
                if len(subject) > 1 and len(item) > 1 and subject not in item and item not in subject:
                    self.facts[subject].add((spo["predicate"], item))
        self.starting: dict[str, list[str]] = defaultdict(list)
        for subject in self.facts:
            self.starting[subject[:2]].append(subject)

    def find(self, text: str) -> list[Fact]:
        """The known triples both of whose ends are in `text`, not far apart, with one of their relation's words."""
        found = []
        for at in range(len(text) - 1):
            for subject in self.starting.get(text[at : at + 2], ()):
                if text.startswith(subject, at):
                    for relation, item in self.facts[subject]:
                        near = text.find(item, max(0, at - _FAR), at + len(subject) + _FAR)
                        if near >= 0 and any(word in text for word in self.cues.get(relation, ())):
                            found.append((subject, relation, item))
        return list(dict.fromkeys(found))


def to_row(text: str, facts: list[Fact], weight: float) -> Row | None:
    """A sentence for `train --extra`; None where no one schema has any of the relations."""
    schema = max(SCHEMAS, key=lambda name: sum(r in SCHEMAS[name] for _, r, _ in facts))
    listed = [(s, r, o) for s, r, o in facts if r in SCHEMAS[schema]]
    if not listed:
        return None
    return {
        "text": text,
        "spo_list": [{"subject": s, "predicate": r, "object": o} for s, r, o in listed],
        "schemas": [schema],
        "only": sorted({r for _, r, _ in listed}),
        "weight": weight,
    }


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--corpus", type=Path, nargs="+", default=[Path("../shared/data/corpus/combined.txt.xz")])
    parser.add_argument("--out", type=Path, default=Path("runs/triples/distant.jsonl"))
    parser.add_argument("--per-triple", type=int, default=10, help="sentences of one triple at most")
    parser.add_argument("--weight", type=float, default=0.3)
    parser.add_argument("--limit", type=int, help="sentences of the corpus to read")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args(argv)
    rows = [row for _, row in labelled_rows(args.data)]
    base, known = KnowledgeBase(rows, cue_words(rows)), Known(args.data)
    out = Rows(args.out, args.resume)
    used = Counter[Fact]()
    for n, text in enumerate(tqdm(sentences(args.corpus), disable=None, mininterval=5), 1):
        if n > out.seen:
            facts = [f for f in base.find(text) if used[f] < args.per_triple]
            row = to_row(text, facts, args.weight) if facts and text not in known else None
            if row:
                used.update(facts)
                out.write(row)
            if n % _SAVE_EVERY == 0:
                out.save(n)
        if n == args.limit:
            break
    out.save(max(n, out.seen))
    print(f"{args.out}: {out.written} of {out.seen} sentences")


if __name__ == "__main__":
    main()
