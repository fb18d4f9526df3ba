"""What to expect of one, three, eight ... examples of a relation that nothing here was trained on.

    python -m training.triples.by_example                     # the curve of the model card, on relations of MEASURED
    python -m training.triples.by_example --save              # and its F1 into the model's figures.json
    python -m training.triples.by_example --weights           # a prior for core/triples/asking.py, from those of PRIOR

The relations are made of DuEE's events, whose types no model of triples knows: an event's two arguments are subject
and object. Half of them set the prior, the other half is measured. For each, so many sentences that say it are drawn
as examples, others to be read together with as many that do not; the examples are drawn anew several times. Right is a
triple whose two ends are the annotators' to the character ("exact"), or share at least half of the longer one's
characters with theirs ("near"): DuEE's ends take in titles and apposition now and then.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import catalog
from core.text import normalise
from core.triples.asking import MEAN, THRESHOLD, AskingExtractor, Reader
from core.triples.extractor import Extractor
from training.common import read_jsonl, write_figures
from training.triples.augment import Row

# (event type, role of the subject, role of the object): what a user may call that relation.
PRIOR = {
    ("司法行为-罚款", "罚款对象", "罚款金额"): "罚款金额",
    ("竞赛行为-夺冠", "冠军", "夺冠赛事"): "夺冠赛事",
    ("财经/交易-出售/收购", "收购方", "交易物"): "收购",
    ("产品行为-发布", "发布方", "发布产品"): "发布",
}
MEASURED = {
    ("组织关系-辞/离职", "离职者", "原所属组织"): "离开",
    ("竞赛行为-胜负", "胜者", "败者"): "战胜",
    ("人生-死亡", "死者", "死者年龄"): "享年",
    ("司法行为-入狱", "入狱者", "刑期"): "刑期",
}
_LEAST_CHARS, _MOST_CHARS = 10, 80
# Sentences to be read that say the relation, and that do not; those that examples are drawn from; and as pasted text.
_SAYING, _OTHERS, _EXAMPLES, _PASTED = 15, 15, 50, 60
_NEAR = 0.5
Ends = tuple[str, str]


@dataclass(frozen=True)
class Drawn:
    """A relation's sentences: to be read, to be drawn from as examples, and without labels as the text around."""

    name: str
    read: list[Row]
    examples: list[Row]
    pasted: list[str]


def drawn(data: Path, key: tuple[str, str, str], name: str, seed: int = 0) -> Drawn:
    """The sentences of one relation, in a random order that depends on nothing but `seed` and the event."""
    rng = random.Random(f"{seed}{key}")
    saying, others = [], []
    for row in read_jsonl(data):
        text = normalise(row["text"]).text
        if _LEAST_CHARS <= len(text) <= _MOST_CHARS:
            triples = list(_triples(row, text, key, name))
            if triples:
                saying.append({"text": text, "spo_list": triples})
            elif not any(event["event_type"] == key[0] for event in row["event_list"]):
                others.append({"text": text, "spo_list": []})
    rng.shuffle(saying)
    rng.shuffle(others)
    single = [row for row in saying[_SAYING:] if len(row["spo_list"]) == 1]
    pasted = saying[-_PASTED // 3 :] + others[_OTHERS : _OTHERS + 2 * _PASTED // 3]
    return Drawn(name, saying[:_SAYING] + others[:_OTHERS], single[:_EXAMPLES], [str(row["text"]) for row in pasted])


def _triples(row: Row, text: str, key: tuple[str, str, str], name: str) -> Iterator[dict[str, str]]:
    """The pairs of both roles of the row's events of that type."""
    for event in row["event_list"]:
        if event["event_type"] == key[0]:
            ends = [[normalise(a["argument"]).text for a in event["arguments"] if a["role"] == r] for r in key[1:]]
            for subject in ends[0]:
                for item in ends[1]:
                    if subject != item and subject in text and item in text:
                        yield {"subject": subject, "predicate": name, "object": item}


def near(found: Ends, gold: Ends) -> bool:
    """Whether both ends share at least half of the longer one's characters."""
    return all(
        (a in b or b in a) and min(len(a), len(b)) >= _NEAR * max(len(a), len(b))
        for a, b in zip(found, gold, strict=True)
    )


def figures(extractor: AskingExtractor, rows: Sequence[Row], least: float = THRESHOLD) -> dict[str, float]:
    """Precision, recall and F1 of what is found with at least this probability, exact and near."""
    right = {"exact": 0, "near": 0}
    total = gold = 0
    for row, found in zip(rows, extractor.extract([row["text"] for row in rows]), strict=True):
        wanted = [(s["subject"], s["object"]) for s in row["spo_list"]]
        ends = [(row["text"][slice(*f.subject)], row["text"][slice(*f.object)]) for f in found if f.score >= least]
        total, gold = total + len(ends), gold + len(wanted)
        right["exact"] += sum(e in wanted for e in ends)
        right["near"] += sum(any(near(e, w) for w in wanted) for e in ends)
    return {
        f"{kind} {name}": value
        for kind, n in right.items()
        for name, value in (
            ("precision", n / max(1, total)),
            ("recall", n / max(1, gold)),
            ("f1", 2 * n / max(1, total + gold)),
        )
    }


def curve(
    encoder: Extractor, reader: Reader, sets: Sequence[Drawn], counts: Sequence[int], draws: int
) -> Iterator[dict[str, Any]]:
    """The figures for each relation, count of examples and draw, as they are measured."""
    for given in sets:
        for n in counts:
            for draw in range(draws):
                examples = random.Random(draw).sample(given.examples, len(given.examples))[:n]
                extractor = AskingExtractor(encoder, reader, examples, given.pasted)
                found = figures(extractor, given.read)
                yield {"relation": given.name, "examples": len(examples), "draw": draw} | found


def summary(rows: Iterable[dict[str, Any]]) -> dict[int, dict[str, float]]:
    """By count of examples the mean over relations and draws of each figure, and the spread of the near F1: the
    standard deviation over relations and draws."""
    by: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        by.setdefault(row["examples"], []).append(row)
    return {
        n: {key: statistics.fmean(r[key] for r in mine) for key in mine[0] if " " in key}
        | {"spread": statistics.pstdev([r["near f1"] for r in mine])}
        for n, mine in sorted(by.items())
    }


def prior(encoder: Extractor, reader: Reader, sets: Sequence[Drawn], n: int = 3, pull: float = 4.0) -> np.ndarray:
    """The mean of the prior: weights of a logistic regression of being near on what `n` examples make of the guesses,
    which `pull` draws towards those there are."""
    rows, right = [], []
    for given in sets:
        extractor = AskingExtractor(encoder, reader, given.examples[:n], given.pasted)
        texts = [row["text"] for row in given.read]
        [relation] = extractor.learnt
        for row, guesses, alike in zip(given.read, relation.guesses(texts), extractor.alike(texts), strict=True):
            wanted = [(s["subject"], s["object"]) for s in row["spo_list"]]
            for guess in guesses:
                rows.append(relation.features(guess, float(alike)))
                right.append(float(any(near(guess.ends, w) for w in wanted)))
    x, y, weights = np.array(rows), np.array(right), MEAN.copy()
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + pull * (weights - MEAN)
        weights = weights - np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + pull * np.eye(len(MEAN)), slope)
    return weights


def remembering(reader: Reader, memory: dict[tuple[str, str], Any]) -> Reader:
    """`reader`, which is asked nothing twice."""

    def read(asked: Sequence[tuple[str, str]]) -> list[Any]:
        new = [a for a in dict.fromkeys(asked) if a not in memory]
        memory.update(zip(new, reader(new), strict=True))
        return [memory[a] for a in asked]

    return read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/events/duee_train.jsonl"))
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 3, 8, 20, 50])
    parser.add_argument("--draws", type=int, default=1)
    parser.add_argument("--weights", action="store_true", help="print a prior from the relations of PRIOR, no curve")
    parser.add_argument("--save", action="store_true", help="write the near F1 into the model's figures.json")
    args = parser.parse_args()
    served: Any = catalog.load_here(catalog.find("triples_by_example"), None)
    reader = remembering(served.reader, {})
    sets = [drawn(args.data, *item) for item in (PRIOR if args.weights else MEASURED).items()]
    if args.weights:
        print(np.round(prior(served.extractor, reader, sets), 2).tolist())
        return
    rows = []
    for row in curve(served.extractor, reader, sets, args.counts, args.draws):
        rows.append(row)
        print(json.dumps(row, ensure_ascii=False), flush=True)
    found = summary(rows)
    for n, each in found.items():
        print(n, json.dumps({key: round(value, 3) for key, value in each.items()}))
    if args.save:
        saved = {f"triples_by_example_{n}": round(each["near f1"], 3) for n, each in found.items()}
        write_figures(catalog.find("triples_by_example").folder, **saved)


if __name__ == "__main__":
    main()
