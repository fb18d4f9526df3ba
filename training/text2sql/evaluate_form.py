"""Dev figures of the writer of forms on the questions written by hand, and its calibration.

    python -m training.text2sql.evaluate_form --model assets/models/text2sql-form
    python -m training.text2sql.evaluate_form --model runs/text2sql/form/best --fit

A reply is right if some of its columns are the gold rows in any order, no row more or less; where the gold shows a
number beside the names asked for, the names alone are right too. `--fit` sets the calibration in the model's
`config.json`: how likely the best reading is right, and whether the table holds the answer.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm
from transformers import PreTrainedTokenizerBase

from core.backbone.weights import load_served
from core.errors import InputError
from core.text2sql.candidates import known_of
from core.text2sql.database import open_database
from core.text2sql.form_filler import FormFiller
from core.text2sql.form_model import FormModel
from core.text2sql.form_sql import sql_text
from core.text2sql.linking import linker_of
from core.text2sql.request import table_of
from core.text2sql.task import Ask
from training.common import write_figures
from training.finetuning import load_tokenizer
from training.text2sql import written
from training.text2sql.examples import TODAY

# Kinds whose gold shows a number beside the names asked for: the names alone are right too.
_NUMBER_BESIDE = {
    "superlative", "nth", "top_n", "top_percent", "best_in_group", "group_superlative", "vs_average", "column_compare",
    "group_vs_overall", "having", "mode",
}  # fmt: skip
# Below this the pipeline takes a question for one that the table cannot answer.
LEAST = 0.3
_MOST_COLUMNS = 7


@dataclass(frozen=True)
class Judged:
    """One question answered. `right`: whether the best reading is; of one that cannot be answered, never."""

    row: dict[str, Any]
    sql: str
    right: bool
    probability: float
    answerable: float
    raw: tuple[float, float]  # logits of not refusing and of the best reading


def same_cell(got: object, want: object) -> bool:
    if want is None or got is None:
        return got is want
    if isinstance(want, (int, float)) and isinstance(got, (int, float)):
        return abs(got - want) <= max(1e-6 * abs(want), 1e-9)
    return str(got).strip().removesuffix(" 00:00:00") == str(want).strip().removesuffix(" 00:00:00")


def holds(rows: Sequence[Sequence[object]], want: Sequence[Sequence[object]]) -> bool:
    """Whether some columns of `rows` are the rows `want`, in any order."""
    if len(rows) != len(want) or not want:
        return len(rows) == len(want)
    width = len(want[0])
    for columns in permutations(range(min(len(rows[0]), _MOST_COLUMNS)), width):
        left = [[row[c] for c in columns] for row in rows]
        for row in want:
            at = next((i for i, cells in enumerate(left) if all(map(same_cell, cells, row))), None)
            if at is None:
                break
            left.pop(at)
        else:
            return True
    return False


def is_right(row: dict[str, Any], rows: Sequence[Sequence[object]]) -> bool:
    gold = row["result"]
    if holds(rows, gold):
        return True
    beside = row["kind"] in _NUMBER_BESIDE and gold and len(gold[0]) > 1
    if beside and all(isinstance(r[-1], (int, float, type(None))) for r in gold):
        return holds(rows, [r[:-1] for r in gold])
    return False


def judged(filler: FormFiller, part: str, folder: Path, limit: int | None) -> Iterator[Judged]:
    """The first `limit` questions of `part`, spread over its tables."""
    tables = {row["table_id"]: row for row in written.tables(part, folder)}
    rows = written.questions(part, folder)
    rows = rows[:: max(1, len(rows) // limit)][:limit] if limit else rows
    known: dict[str, Any] = {}
    for row in tqdm(rows, disable=None, mininterval=10):
        key = row["table_id"]
        if key not in known:
            found = tables[key]
            table = table_of(Ask("", {part: found[part] for part in ("name", "header", "types", "rows")}))
            known[key] = table, known_of(linker_of(table), table), open_database(table)
        table, mine, database = known[key]
        names = [c.name for c in table.columns]
        seen = filler(row["question"], row.get("context") or (), mine.linker, TODAY, known=mine)
        sql, rows_found, probability = "", None, 0.0
        for reading in seen.readings:
            try:
                sql = sql_text(reading.form, names, table.name)
                rows_found, probability = database.run(sql).rows, reading.probability
                break
            except (InputError, ValueError):
                continue
        right = bool(row["answerable"]) and rows_found is not None and is_right(row, rows_found)
        yield Judged(row, sql, right, probability, seen.answerable, seen.raw)


def figures(found: Sequence[Judged]) -> dict[str, float]:
    """Overall as the score of hand-written questions counts: refused where it must be, right where it can be."""
    answerable = [j for j in found if j.row["answerable"]]
    others = [j for j in found if not j.row["answerable"]]
    marks = [j.right and j.answerable >= LEAST for j in answerable] + [j.answerable < LEAST for j in others]
    return {
        "written": float(np.mean(marks)),
        "unanswerable refused": float(np.mean([j.answerable < LEAST for j in others])) if others else 0.0,
        "answerable refused": float(np.mean([j.answerable < LEAST for j in answerable])),
        "right before refusing": float(np.mean([j.right for j in answerable])),
    }


def by_kind(found: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    marks: dict[str, list[bool]] = defaultdict(list)
    for j in found:
        asked = bool(j.row["answerable"])
        marks[j.row["kind"]].append(j.right and j.answerable >= LEAST if asked else j.answerable < LEAST)
    return {kind: (sum(mine), len(mine)) for kind, mine in sorted(marks.items())}


def greedy_score(model: FormModel, tokenizer: PreTrainedTokenizerBase, folder: Path, limit: int) -> dict[str, float]:
    """A quick look during training: no beam, some of the questions; "mean" is what the best epoch is chosen by."""
    found = list(judged(FormFiller(model, tokenizer, 1), "dev", folder, limit))
    for kind, (right, n) in by_kind(found).items():
        print(f"{kind} {right}/{n}", end="  ")
    scores = figures(found)
    return scores | {"mean": scores["written"]}


def fitted(found: Sequence[Judged]) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """The calibration of a reading's probability and of `answerable`, by logistic regression."""
    answerable = [j for j in found if j.row["answerable"]]
    weights = _logistic(np.array([[j.raw[1]] for j in answerable]), np.array([j.right for j in answerable]))
    both = _logistic(np.array([j.raw for j in found]), np.array([bool(j.row["answerable"]) for j in found]))
    shifted = np.array([j.raw for j in found]) @ both[:-1]
    asked = np.array([bool(j.row["answerable"]) for j in found])
    # The threshold where at most one answerable question in twenty is refused, at `LEAST`.
    cut = float(np.quantile(shifted[asked], 0.055))
    return (float(weights[0]), float(weights[1])), (
        float(both[0]),
        float(both[1]),
        float(np.log(LEAST / (1 - LEAST)) - cut),
    )


def _fitted(config: dict[str, Any]) -> dict[str, Any]:
    return {"calibration": config["calibration"], "answerable": config["answerable"]}


def recalibrated(
    j: Judged, before: Sequence[float], calibration: Sequence[float], answerable: Sequence[float]
) -> Judged:
    """The same question as judged with another calibration than the one `before`."""
    p = min(max(j.probability, 1e-6), 1 - 1e-6)
    raw = (np.log(p / (1 - p)) - before[1]) / before[0]
    probability = 1 / (1 + np.exp(-(calibration[0] * raw + calibration[1])))
    held = 1 / (1 + np.exp(-(answerable[0] * j.raw[0] + answerable[1] * j.raw[1] + answerable[2])))
    return replace(j, probability=float(probability), answerable=float(held))


def _logistic(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Weights and offset by Newton's method, with a little decay."""
    x = np.concatenate([x, np.ones((len(x), 1))], 1)
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - y) + 1e-3 * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(len(w))
        w -= np.linalg.solve(hessian, gradient)
    return w


def reliability(found: Sequence[Judged]) -> list[tuple[str, float, float, int]]:
    """Bins of the stated probability: the range, what was said on average, how often it was right, how many."""
    asked = [j for j in found if j.row["answerable"] and j.answerable >= LEAST]
    rows = []
    for low in np.arange(0, 1, 0.1):
        mine = [j for j in asked if low <= j.probability < low + 0.1 + 1e-9 * (low > 0.85)]
        if mine:
            rows.append(
                (
                    f"{low:.1f}-{low + 0.1:.1f}",
                    float(np.mean([j.probability for j in mine])),
                    float(np.mean([j.right for j in mine])),
                    len(mine),
                )
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("assets/models/text2sql-form"))
    parser.add_argument("--data", type=Path, default=written.FOLDER)
    parser.add_argument("--part", default="dev")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--width", type=int, default=6)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--write", action="store_true", help="put the figures where the page finds them")
    parser.add_argument("--mistakes", type=int, default=0)
    args = parser.parse_args()
    filler = FormFiller(load_served(FormModel, args.model, "cpu"), load_tokenizer(args.model), args.width)
    found = list(judged(filler, args.part, args.data, args.limit))
    if args.fit:
        config = json.loads((args.model / "config.json").read_text(encoding="utf-8"))
        config["calibration"], config["answerable"] = fitted(found)
        (args.model / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
        print("fitted:", config["calibration"], config["answerable"])
        found = [recalibrated(j, filler.model.config.calibration, **_fitted(config)) for j in found]
    print("  ".join(f"{kind} {right}/{n}" for kind, (right, n) in by_kind(found).items()))
    for row in reliability(found):
        print("said {} ({:.2f}): right {:.2f} of {}".format(*row))
    scores = figures(found)
    print(json.dumps({name: round(value, 4) for name, value in scores.items()}))
    if args.write:
        write_figures(args.model, written=scores["written"])
    for j in [j for j in found if not j.right and j.row["answerable"]][: args.mistakes]:
        print(
            j.row["kind"],
            "|",
            *(j.row.get("context") or ()),
            "|",
            j.row["question"],
            "\n   got ",
            j.sql,
            f"{j.probability:.2f}",
            "\n   gold",
            j.row["sql"],
        )


if __name__ == "__main__":
    main()
