"""Answers to quiz questions, right and wrong ones of many kinds, written by hand: what does the quiz say to them?

    python benchmarks/quiz_answers.py

By the 128 of `quiz_answers.jsonl` the rules and the threshold of `core.qa_pairs.judging` were made. The 108 of
`quiz_answers_kept.jsonl` were written before they were first judged: 94 rightly (0.870). What they showed was mended
then, so that what this prints of them now is no longer of answers unseen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import core
from core.qa_pairs.judging import SAME_MEANING, judge

HERE = Path(__file__).resolve().parent
SETS = ("quiz_answers.jsonl", "quiz_answers_kept.jsonl")


def read(name: str) -> list[dict[str, str | bool]]:
    """The answers of a set: {kind, question, answer, given, right, passage?}."""
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def show(name: str) -> None:
    similarity = core.load("similarity")
    scored: list[tuple[float, bool]] = []
    right: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for row in read(name):
        verdict = judge(
            row["question"],
            row["answer"],
            row["given"],
            lambda a, b: similarity(a, b).wrd,
            str(row.get("passage", "")),
        )
        if verdict.score is not None:
            scored.append((verdict.score, bool(row["right"])))
        agrees = verdict.right == row["right"]
        all_of[str(row["kind"])] += 1
        right[str(row["kind"])] += agrees
        if not agrees:
            told = f"{verdict.reason} {'' if verdict.score is None else round(verdict.score, 3)}"
            print(f"  {row['kind']}: {row['question']} {row['answer']} / {row['given']}: {verdict.right} ({told})")
    kinds = ", ".join(f"{kind} {right[kind]}/{n}" for kind, n in all_of.items())
    print(f"{name}: {right.total()} of {all_of.total()} ({right.total() / all_of.total():.3f}); {kinds}")
    for threshold in sorted({SAME_MEANING, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85}):
        good = sum((score >= threshold) == truth for score, truth in scored)
        print(f"  meaning, from {threshold:.2f} on: {good} of the {len(scored)} that similarity decides")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    for each in SETS:
        if (HERE / each).exists():
            show(each)
