"""Fit how likely a pair is right and well put (`core.qa_pairs.pair_worth`) to pairs that were judged.

    python -m training.qa_pairs.pair_worth --write

`judged.jsonl` has the pairs: questions by substitution and by the decoder that the reader's check let pass, on passages
written for this, each with the verdict of a strict reader (right, awkward, wrong) by the rubric of the generator's
card. A passage's pairs are all in one fold; the figures told are of pairs that the weights have not seen. The threshold
is the one at which the share of right pairs among those above it reaches `--right`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from core import catalog
from core.qa_pairs.clauses import Clauses
from core.qa_pairs.encoding import Span
from core.qa_pairs.generator import Generator
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.loading import load_generator, load_reader
from core.qa_pairs.pair_worth import FIGURES, FILE, WAYS, Facts, figures
from core.qa_pairs.reader import Reader
from core.qa_pairs.scoring import f1
from core.qa_pairs.substitution import Substitution
from training.common import read_jsonl
from training.qa_pairs.data import best_occurrence, folded
from training.similarity.evaluate import area_under_curve

_HERE = Path(__file__).parent
_FOLDS = 10


@dataclass(frozen=True)
class Judged:
    """Figures of a pair, how its question was made, whether it is right, and the number of its passage."""

    figures: list[float]
    way: str
    right: bool
    passage: int


def read_judged(path: Path, generator: Generator, reader: Reader) -> list[Judged]:
    """The judged pairs of `path`, as generator and reader see them now, without questions that are made no more."""
    found = []
    for number, row in enumerate(read_jsonl(path)):
        text = folded(row["context"])
        tagged = Tagged(text)
        substitution, read = Substitution(Clauses(tagged)), generator.read(text)
        pairs: list[tuple[dict[str, str], Span, int]] = []
        for pair in row["pairs"]:
            question, answer = folded(pair["question"]), folded(pair["answer"])
            at = best_occurrence(text, question, answer) if answer in text else -1
            window = generator.window_of(read, (at, at + len(answer))) if at >= 0 else -1
            if window >= 0:
                pairs.append((pair | {"question": question}, (at, at + len(answer)), window))
        if not pairs:
            continue
        written = generator.score(read, [(span, window, pair["question"]) for pair, span, window in pairs])
        said = reader([(pair["question"], text) for pair, _, _ in pairs])
        for (pair, span, _), log, heard in zip(pairs, written, said, strict=True):
            made = {m.text: m.certain for m in substitution.questions(span)} if pair["way"] == WAYS[0] else {}
            if pair["way"] == WAYS[0] and pair["question"] not in made:
                continue
            facts = Facts(
                pair["question"],
                span,
                log,
                heard.score,
                f1(text[slice(*heard.span)], text[slice(*span)]),
                pair["way"] == WAYS[0],
                made.get(pair["question"], False),
                substitution.topics.about,
            )
            found.append(Judged(figures(tagged, facts), pair["way"], pair["verdict"] == "right", number))
    return found


def fit(pairs: Sequence[Judged], penalty: float = 1.0) -> np.ndarray:
    """Weights of a logistic regression with an L2 penalty on all but the constant."""
    x, y = np.array([p.figures for p in pairs]), np.array([p.right for p in pairs], float)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        logits = x @ w
        value = np.logaddexp(0, logits).sum() - y @ logits + penalty / 2 * (w[1:] ** 2).sum()
        slope = x.T @ (1 / (1 + np.exp(-logits)) - y)
        slope[1:] += penalty * w[1:]
        return float(value), slope

    found: np.ndarray = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    return found


def held_out(pairs: Sequence[Judged], penalty: float) -> np.ndarray:
    """The worth of each pair by weights fitted without its passage."""
    found = np.zeros(len(pairs))
    for fold in range(_FOLDS):
        for way in WAYS:
            seen = [p for p in pairs if p.way == way and p.passage % _FOLDS != fold]
            rows = [i for i, p in enumerate(pairs) if p.way == way and p.passage % _FOLDS == fold]
            if rows and seen:
                logits = np.array([pairs[i].figures for i in rows]) @ fit(seen, penalty)
                found[rows] = 1 / (1 + np.exp(-logits))
    return found


def least_for(worth: np.ndarray, right: np.ndarray, share: float) -> float:
    """The smallest worth from which on at least `share` of the pairs are right."""
    order = np.argsort(-worth)
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= share)
    return float(worth[order][enough[-1]]) if len(enough) else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generator", type=Path, default=catalog.MODELS / "qa-generator")
    parser.add_argument("--reader", type=Path, default=catalog.MODELS / "qa-reader")
    parser.add_argument("--judged", type=Path, default=_HERE / "judged.jsonl")
    parser.add_argument("--penalty", type=float, default=1.0)
    parser.add_argument("--right", type=float, default=0.7)
    parser.add_argument("--least", type=float, help="this threshold, whatever it lets pass")
    parser.add_argument("--write", action="store_true", help=f"{FILE} into the generator's folder")
    args = parser.parse_args()
    pairs = read_judged(args.judged, load_generator(args.generator, "cpu"), load_reader(args.reader, "cpu"))
    right = np.array([p.right for p in pairs])
    worth = held_out(pairs, args.penalty)
    least = least_for(worth, right, args.right) if args.least is None else args.least
    told: dict[str, object] = {"pairs": len(pairs), "right": round(float(right.mean()), 3)}
    for way in WAYS:
        mine = np.array([p.way == way for p in pairs])
        told[way] = {
            "pairs": int(mine.sum()),
            "right": round(float(right[mine].mean()), 3),
            "area": round(area_under_curve(worth[mine], right[mine]), 3),
        }
    above = worth >= least
    told |= {
        "area": round(area_under_curve(worth, right), 3),
        "least": round(least, 3),
        "above": round(float(above.mean()), 3),
        "right above": round(float(right[above].mean()), 3),
    }
    print(json.dumps(told))
    weights = {way: fit([p for p in pairs if p.way == way], args.penalty) for way in WAYS}
    table = {way: dict(zip(FIGURES, np.round(w, 3).tolist(), strict=True)) for way, w in weights.items()}
    print(json.dumps(table, indent=1))
    if args.write:
        found = json.dumps({"least": round(least, 3)} | table, ensure_ascii=False, indent=1)
        (args.generator / FILE).write_text(found + "\n", encoding="utf-8")
        catalog.write_sums()


if __name__ == "__main__":
    main()
