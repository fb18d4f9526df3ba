"""Self-training and distillation: sentences of a corpus as trained extractors label them, as sure as they are.

    python -m training.triples.selftrain --models assets/models/triples-casrel --out runs/triples/selftrain.jsonl
    python -m training.triples.train --head dgcnn --extra runs/triples/selftrain.jsonl --out runs/triples/dgcnn

Every triple with a probability of `--least` is written with it, as its `score`: what a student learns is how likely it
is (soft labels, arXiv:1503.02531; for ZLPR kexue.fm/archives/9064). With `--hard` the likely ones are written as
certain (`--sure`), and sentences are left out in which one is neither likely nor unlikely (`--doubt`), so that no label
is a guess. Sentences are read for all relations at once and list them all. Several teachers' calibrated probabilities
are averaged; a triple that one of them does not find has probability 0 from it. Only sentences with a word that gives
some relation away are read.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from core.triples.extractor import Extractor
from training.triples.augment import Fact, Row
from training.triples.corpus import CORPUS, Known, Rows, labelled_rows, sentences
from training.triples.cues import cue_words
from training.triples.evaluate import load_pipeline

_BATCH, _BATCHES = 32, 8


def label(teachers: Sequence[Extractor], texts: Sequence[str]) -> list[dict[Fact, float]]:
    """For each sentence its triples and their probability, the mean over the teachers."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found: list[Counter[Fact]] = [Counter() for _ in texts]
    for i in range(0, len(order), _BATCH):
        group = order[i : i + _BATCH]
        for teacher in teachers:
            for j, triples in zip(group, teacher.extract([texts[j] for j in group]), strict=True):
                best: dict[Fact, float] = {}
                for t in triples:
                    fact = (texts[j][slice(*t.subject)], t.relation, texts[j][slice(*t.object)])
                    best[fact] = max(t.score, best.get(fact, 0.0))
                found[j].update({fact: p / len(teachers) for fact, p in best.items()})
    return [dict(counter) for counter in found]


def probable(found: dict[Fact, float], least: float) -> list[Row]:
    """The triples with p >= `least`, each with its p, the likeliest first."""
    likely = sorted((pair for pair in found.items() if pair[1] >= least), key=lambda pair: -pair[1])
    return [{"subject": s, "predicate": r, "object": o, "score": round(p, 4)} for (s, r, o), p in likely]


def certain(found: dict[Fact, float], sure: float, doubt: float) -> list[Row] | None:
    """The triples with p >= `sure`; None where one lies between `doubt` and `sure`."""
    if any(doubt <= p < sure for p in found.values()):
        return None
    return [{"subject": s, "predicate": r, "object": o} for (s, r, o), p in found.items() if p >= sure]


def labelled(teachers: Sequence[Extractor], texts: Sequence[str], args: argparse.Namespace) -> Iterator[Row]:
    """Rows for `train --extra`. Of the sentences without a triple a share `args.empty` is kept, by a hash of their
    text."""
    schemas = list(teachers[0].schemas)
    for text, found in zip(texts, label(teachers, texts), strict=True):
        triples = certain(found, args.sure, args.doubt) if args.hard else probable(found, args.least)
        if triples or (triples is not None and zlib.crc32(text.encode("utf-8")) % 1000 < 1000 * args.empty):
            yield {"text": text, "spo_list": triples, "schemas": schemas, "weight": args.weight}


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["assets/models/triples-casrel"], help="the teachers")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/triples"))
    parser.add_argument("--corpus", type=Path, nargs="+", default=CORPUS)
    parser.add_argument("--out", type=Path, default=Path("runs/triples/selftrain.jsonl"))
    parser.add_argument("--least", type=float, default=0.05, help="probability of a triple that is written")
    parser.add_argument("--hard", action="store_true", help="certain labels, where the teachers are sure")
    parser.add_argument("--sure", type=float, default=0.7, help="with --hard")
    parser.add_argument("--doubt", type=float, default=0.3, help="with --hard")
    parser.add_argument("--empty", type=float, default=0.02, help="share kept of the sentences without a triple")
    parser.add_argument("--weight", type=float, default=0.5)
    parser.add_argument("--most", type=int, default=30_000, help="sentences to keep")
    parser.add_argument("--limit", type=int, help="sentences of the corpus to read")
    parser.add_argument("--device")
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args(argv)
    teachers = [load_pipeline(model, args.device).trained for model in args.models]
    if any(teacher.schemas != teachers[0].schemas for teacher in teachers):
        raise SystemExit("The teachers know different relations.")
    cues = frozenset().union(*cue_words(row for _, row in labelled_rows(args.data)).values())
    known, out = Known(args.data), Rows(args.out, args.resume)
    stream = islice(enumerate(sentences(args.corpus), 1), out.seen, args.limit)
    bar = tqdm(disable=None, mininterval=5, unit=" sentences", initial=out.seen)
    while out.written < args.most and (group := list(islice(stream, _BATCH * _BATCHES))):
        texts = [text for _, text in group if text not in known and any(cue in text for cue in cues)]
        for row in labelled(teachers, list(dict.fromkeys(texts)), args):
            out.write(row)
        out.save(group[-1][0])
        bar.update(len(group))
        bar.set_postfix(kept=out.written)
    print(f"{args.out}: {out.written} of {out.seen} sentences")


if __name__ == "__main__":
    main()
