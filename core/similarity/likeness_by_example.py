"""Whether two sentences are alike as one to eight pairs show it: the same intent, the same fact, the same subject ...

What the encoder says of a pair, and whether amounts or a denial set its sentences against each other, are weighed by a
logistic regression. Eight pairs would fit any weights, so these have a prior: what people on average call close. A
language model is shown the pairs instead and says yes or no.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import catalog
from core.backbone.causal import CausalLM, Message
from core.errors import InputError
from core.examples import ExamplesPipeline, read_examples
from core.similarity.compared import SimilarityResult
from core.similarity.pipeline import Pair, SimilarityPipeline
from core.similarity.task import Compare, CompareByExample
from core.similarity.transport import Array

# The prior of the weights of `features`: the mean that pairs of two sets give (training/similarity/by_example.py
# --weights), and the standard deviation.
MEAN = np.array([0.84, 0.58, 0.15, -1.79, 0.07, -0.51])
DEVIATION = np.array([0.5, 0.5, 0.5, 0.7, 0.7, 1.0])
_STEPS = 25
# A tenth in a similarity is one in what is weighed.
_UNIT = 0.1
# For vectors whose scale was not measured: where close begins.
_CLOSE = 0.7
_YES, _NO = "是", "否"
_RULES = f"判断两个句子是不是用户要找的“相像”，标准由例子给出。只回答：{_YES} 或 {_NO}"


@dataclass(frozen=True)
class Judged:
    """Whether two sentences are alike as the examples are: `probability`, and that of each example, by which one sees
    whether they agree with each other (none from a language model, which is told); `wrd` of the two, where the judge
    compares vectors."""

    probability: float
    examples: tuple[float, ...]
    wrd: float | None

    @property
    def alike(self) -> bool:
        """The likelier of the two."""
        return self.probability >= 0.5

    def to_dict(self) -> dict[str, Any]:
        """JSON: {alike, probability, examples: [probability], wrd}."""
        return {
            "alike": self.alike,
            "probability": round(self.probability, 4),
            "examples": [round(p, 4) for p in self.examples],
            "wrd": None if self.wrd is None else round(self.wrd, 6),
        }


@dataclass(frozen=True)
class Shown:
    """A pair to be judged, and pairs that are alike or not."""

    pair: Pair
    examples: tuple[Pair, ...]
    alike: tuple[bool, ...]


class ByExamplePipeline(ExamplesPipeline[Shown, Judged]):
    """Likeness as the user's own pairs show it."""

    task = "similarity_by_example"
    done = ("判断", "judging")

    def __init__(self, judge: SimilarityPipeline | CausalLM) -> None:
        if isinstance(judge, CausalLM) and not judge.chats:
            raise InputError("这个语言模型没有对话模板", "this language model has no chat template")
        self.judge = judge

    @classmethod
    def from_folder(cls, folder: Path, device: str) -> ByExamplePipeline:
        if folder.parent == catalog.MODELS:  # read by the tab already
            served = catalog.load_here(catalog.find("similarity", folder.name), device)
            assert isinstance(served, SimilarityPipeline)
            return cls(served)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if any(name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.get("architectures") or ()):
            return cls(CausalLM.from_folder(folder, device))
        return cls(SimilarityPipeline.from_folder(folder, device))

    def __call__(self, text_a: str, text_b: str, examples: list[dict[str, Any]]) -> Judged:
        """Whether the two are alike as the examples are: see `CompareByExample`.

        Raises:
            InputError: a sentence or examples that cannot be used.
        """
        return self.ask(self.normalise(CompareByExample(text_a, text_b, examples)))

    @classmethod
    def normalise(cls, request: CompareByExample) -> Shown:
        pairs, alike = [], []
        for numbered, row in read_examples(request.examples):
            with numbered:
                pairs.append(SimilarityPipeline.normalise(Compare(row.get("text_a") or "", row.get("text_b") or "")))
                alike.append(_flag(row.get("alike")))
        pair = SimilarityPipeline.normalise(Compare(request.text_a, request.text_b))
        return Shown(pair, tuple(pairs), tuple(alike))

    def answer_one(self, asked: Shown) -> Judged:
        return self._weighed(asked) if isinstance(self.judge, SimilarityPipeline) else self._said(asked)

    def _weighed(self, asked: Shown) -> Judged:
        assert isinstance(self.judge, SimilarityPipeline)
        found = [self.judge.ask(pair) for pair in (asked.pair, *asked.examples)]
        rows = np.stack([features(result) for result in found])
        weights = fit(rows[1:], np.array(asked.alike, dtype=float))
        probabilities = sigmoid(rows @ weights).tolist()
        return Judged(probabilities[0], tuple(probabilities[1:]), found[0].wrd)

    def _said(self, asked: Shown) -> Judged:
        assert isinstance(self.judge, CausalLM)
        said = [Message("system", _RULES)]
        for pair, alike in zip(asked.examples, asked.alike, strict=True):
            said += [Message("user", _asked(pair)), Message("assistant", _YES if alike else _NO)]
        prompt = self.judge.render([*said, Message("user", _asked(asked.pair))])
        written = self.judge.write(prompt, lambda text: text in (_YES, _NO), lambda text: text in (_YES, _NO), tokens=2)
        sure = written.probability if written.text.strip() == _YES else 1 - written.probability
        return Judged(sure, (), None)


def features(result: SimilarityResult) -> Array:
    """What is weighed of a pair: WRD, sentence cosine, what the one word adds to the distance that adds most, amounts
    that differ, a denial or opposites, and 1."""
    close = result.limits.close if result.limits else _CLOSE
    usual = result.usual.contextual(close) if result.usual else close
    differ = any(not pair.equal for pair in result.amounts)
    near = (result.wrd - close) / _UNIT, (result.contextual - usual) / _UNIT
    paid = result.plan * result.cost
    word = max(paid.sum(0).max(), paid.sum(1).max()) / _UNIT
    return np.array([*near, word, float(differ), float(result.opposed is not None), 1.0])


def fit(rows: Array, alike: Array, mean: Array = MEAN, deviation: Array = DEVIATION) -> Array:
    """The likeliest weights [6] of the features [n, 6] under the prior, by Newton's method."""
    weights, precision = mean.copy(), np.diag(deviation**-2.0)
    for _ in range(_STEPS):
        p = sigmoid(rows @ weights)
        slope = rows.T @ (p - alike) + precision @ (weights - mean)
        curvature = (rows * (p * (1 - p))[:, None]).T @ rows + precision
        weights = weights - np.linalg.solve(curvature, slope)
    return weights


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), between -30 and 30."""
    found: Array = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return found


def _asked(pair: Pair) -> str:
    return f"甲：{pair.a.clean}\n乙：{pair.b.clean}"


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError("alike 须为 true 或 false", "alike must be true or false")
    return value
