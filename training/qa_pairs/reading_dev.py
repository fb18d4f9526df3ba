"""What the reader says on dev, and from how much p(nothing) on it should rather say nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from core.qa_pairs.reader import Reader
from core.qa_pairs.reader_model import ReaderModel
from core.qa_pairs.scoring import f1, plain
from training.common import read_jsonl
from training.qa_pairs.data import folded

CMRC, WRITTEN = "dev.jsonl", "written_dev.jsonl"
# What dev asks of declining: at least the first of what cannot be answered, at most the second of what can.
_DECLINED, _WRONGLY = 0.65, 0.10
_GROUP = 32


@dataclass(frozen=True)
class Said:
    """A question's gold answer ("": the passage does not say), the reader's best span, and its p(nothing) there."""

    kind: str
    gold: str
    best: str
    nothing: float

    def answer(self, decline: float) -> str:
        return "" if self.nothing > decline else self.best


def overlap_f1(found: str, gold: str) -> float:
    """F1 of the characters in both, in any order; in [0, 1]. Long answers put a little otherwise still count."""
    a, b = folded(found).replace(" ", "").strip("《》“”\"'"), folded(gold).replace(" ", "").strip("《》“”\"'")
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b)) if common else float(a == b)


def said_on(model: ReaderModel, tokenizer: PreTrainedTokenizerBase, path: Path, limit: int | None = None) -> list[Said]:
    """The reader on the questions of `path`, or on `limit` of them spread over the file; it declines nothing."""
    reader = Reader(model, tokenizer, decline=1.0)
    rows = [(r, folded(r["context"]), folded(r["answer"])) for r in read_jsonl(path)]
    rows = [(r, text, answer) for r, text, answer in rows if answer in text]
    rows = rows[:: max(1, len(rows) // limit)] if limit else rows
    found: list[Said] = []
    for first in range(0, len(rows), _GROUP):
        group = rows[first : first + _GROUP]
        for (row, text, gold), f in zip(group, reader([(folded(r["question"]), t) for r, t, _ in group]), strict=True):
            found.append(Said(row.get("kind", row["source"]), gold, text[slice(*f.span)], f.nothing))
    return found


def figures_of(cmrc: Sequence[Said], written: Sequence[Said], decline: float) -> dict[str, float]:
    """CMRC's exact match and F1, the hand-written questions' marks by kind (F1; 1 for rightly declining), how many are
    declined, and `score`, the mean by which the best epoch is chosen."""
    marks: dict[str, list[float]] = defaultdict(list)
    for s in cmrc:
        answer = s.answer(decline)
        marks["em"].append(float(plain(answer) == plain(s.gold)))
        marks["f1"].append(f1(answer, s.gold))
        marks["nothing"].append(float(not answer))
    for s in written:
        answer = s.answer(decline)
        mark = overlap_f1(answer, s.gold) if s.gold else float(not answer)
        marks["written"].append(mark)
        marks[f"written_{s.kind}"].append(mark)
        marks["declined" if s.gold else "declined_rightly"].append(float(not answer))
    found = {k: sum(v) / len(v) for k, v in marks.items()}
    counted = [found[k] for k in ("f1", "written_long", "declined_rightly") if k in found]
    return found | {"score": sum(counted) / len(counted)}


def threshold(cmrc: Sequence[Said], written: Sequence[Said]) -> float:
    """The p(nothing) above which declining is best: by the mean of CMRC's F1, the F1 of the written answers and the
    share of the unanswerable that is declined, among the thresholds that keep to what dev asks (first of all not to
    decline what can be answered). With nothing to decline, one half."""
    if not any(s.gold for s in written) or all(s.gold for s in written):
        return 0.5
    asked = [s for s in written if s.gold]
    vain = [s for s in written if not s.gold]
    gain_cmrc = [(s.nothing, f1(s.best, s.gold)) for s in cmrc]
    gain_asked = [(s.nothing, overlap_f1(s.best, s.gold)) for s in asked]

    def worth(decline: float) -> tuple[bool, bool, float]:
        wrongly = sum(s.nothing > decline for s in asked) / len(asked)
        rightly = sum(s.nothing > decline for s in vain) / len(vain)
        kept = [sum(g for n, g in gains if n <= decline) / len(gains) for gains in (gain_cmrc, gain_asked) if gains]
        return wrongly <= _WRONGLY, rightly >= _DECLINED, (rightly + sum(kept)) / (1 + len(kept))

    values = sorted({s.nothing for s in (*cmrc, *written)} | {0.0, 1.0})
    # Between two values seen, so that rounding decides nothing.
    return max(((a + b) / 2 for a, b in pairwise(values)), key=worth)


def score_reader(
    model: ReaderModel,
    tokenizer: PreTrainedTokenizerBase,
    questions: Path,
    limit: int | None = None,
    fit: bool = False,
) -> dict[str, float]:
    """The figures on the dev files in the folder `questions`; with `fit` the model's `decline` is chosen on them."""
    cmrc = said_on(model, tokenizer, questions / CMRC, limit)
    written = said_on(model, tokenizer, questions / WRITTEN, limit)
    if fit:
        model.config.decline = round(threshold(cmrc, written), 4)
    return figures_of(cmrc, written, model.config.decline) | {"decline": model.config.decline}
