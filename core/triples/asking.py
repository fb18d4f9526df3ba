"""Triples of any relation by reading comprehension (Levy et al., arXiv:1706.04115): whose 罚款金额, and how much?

A few examples cannot train a head, but they can choose among questions. Those in which a relation's name makes most
sense to the reader are kept; what it answers is believed by how sure it is, how like an example its sentence is, and
how like the examples' its answers look. A logistic regression weighs these: its prior was set on other relations, the
examples move it, and so do sentences that are like none of them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import InputError
from core.text import normalise
from core.triples.explain import Inside
from core.triples.extractor import Extractor
from core.triples.model import TriplesConfig
from core.triples.triple import Found, Span

_SUBJECT = ("谁{r}", "谁的{r}", "{r}的是谁", "哪家公司{r}", "{r}的公司是哪家", "什么{r}", "什么的{r}")
_OBJECT = (
    *("{s}{r}什么", "{s}{r}了什么", "{s}的{r}是什么", "{s}{r}谁", "{s}的{r}是谁", "{s}{r}多少", "{s}的{r}是多少"),
    *("{s}{r}哪里", "{s}{r}哪个", "{s}的{r}是哪个"),
)
# Questions of each side that are asked, and triples kept of a sentence and relation.
_FORMS, _MOST = 2, 2
# Examples that questions are tried on: each form is asked of each.
_TRIED = 8
# Sentences that are read, those most like an example first; and that count as saying nothing, those least like any.
MAX_READ, _NOTHING = 120, 12
# Of everyday talk, news and reference works: what a relation's sentences are told apart from.
_BACKGROUND = (
    "今天下午会下雨，出门记得带伞。",
    "他把自行车停在楼下，上楼去拿书。",
    "这家餐馆的面条很好吃，价格也不贵。",
    "地球绕太阳公转一周大约需要三百六十五天。",
    "学校通知，下周一的运动会推迟到周三举行。",
    "长江全长6300公里，是中国最长的河流。",
    "受台风影响，沿海多趟列车停运。",
    "王老师出生于1968年，教了三十年数学。",
    "市图书馆从本月起延长开放时间到晚上十点。",
    "股市今天小幅上涨，成交量比昨天略有增加。",
    "她一边听音乐一边收拾房间。",
    "熊猫主要以竹子为食，生活在四川的山区。",
)
_DIGIT = re.compile(r"[0-9一二三四五六七八九十百千万亿两半几]")
_STEPS = 25
# A guess is right where its ends' overlaps with an example's, multiplied, reach this: half of each end, or so.
_NEARLY = 0.25
# The least probability of a triple that is shown: best by F1 on those other relations.
THRESHOLD = 0.2
# Weights of `_Relation.features`: means and deviations of the prior (training/triples/by_example.py --weights).
MEAN = np.array([0.38, 0.56, -0.58, 1.2, 0.6, -0.48, -0.53, -0.68])
DEVIATION = np.array([0.3, 0.3, 0.5, 0.7, 0.7, 0.7, 0.4, 1.5])

Asked = Sequence[tuple[str, str]]


# For each (question, text) the answer: its span, its score, and how likely it is that nothing answers (`nothing`).
Reader = Callable[[Asked], Sequence[Any]]


@dataclass(frozen=True)
class _Guess:
    """A triple that the reader's answers make, and how sure it was of subject and object."""

    text: str
    subject: Span
    object: Span
    sure: tuple[float, float]
    nothing: float

    @property
    def ends(self) -> tuple[str, str]:
        return self.text[slice(*self.subject)], self.text[slice(*self.object)]


class _Relation:
    """One relation with its examples (text, subject, object), the questions that ask for it, and what is believed."""

    def __init__(self, name: str, examples: Sequence[tuple[str, str, str]], reader: Reader) -> None:
        self.name, self.examples, self.reader = name, examples, reader
        tried = examples[:_TRIED]
        self.subject_forms = self._best(_SUBJECT, [(t, "", s) for t, s, _ in tried])
        self.object_forms = self._best(_OBJECT, [(t, s, o) for t, s, o in tried])
        self.weights = MEAN.copy()

    def _best(self, forms: Sequence[str], wanted: Sequence[tuple[str, str, str]]) -> list[str]:
        """The forms that find what is `wanted`, (text, subject or nothing, answer), the surest."""
        asked = [(self._question(form, s), text) for form in forms for text, s, _ in wanted]
        found = iter(self.reader(asked))
        worth = dict.fromkeys(forms, 0.0)
        for form in forms:
            for text, _, answer in wanted:
                said = next(found)
                worth[form] += said.score * _overlap(text[slice(*said.span)], answer)
        return sorted(forms, key=lambda form: -worth[form])[:_FORMS]

    def _question(self, form: str, subject: str = "") -> str:
        return form.format(r=self.name, s=subject) + "？"

    def guesses(self, texts: Sequence[str]) -> list[list[_Guess]]:
        """What each text may say of the relation."""
        first = [(form, text) for text in texts for form in self.subject_forms]
        answers = self.reader([(self._question(form), text) for form, text in first])
        subjects: dict[tuple[str, Span], Any] = {}
        for (_, text), found in zip(first, answers, strict=True):
            old = subjects.get((text, found.span))
            if found.span[0] < found.span[1] and (old is None or old.score < found.score):
                subjects[text, found.span] = found
        second = [(text, span, form) for text, span in subjects for form in self.object_forms]
        objects = self.reader([(self._question(form, text[slice(*span)]), text) for text, span, form in second])
        best: dict[tuple[str, Span, Span], _Guess] = {}
        for (text, span, _), found in zip(second, objects, strict=True):
            if found.span[0] == found.span[1] or (found.span[0] < span[1] and span[0] < found.span[1]):
                continue
            whose = subjects[text, span]
            guess = _Guess(text, span, found.span, (whose.score, found.score), max(whose.nothing, found.nothing))
            key = text, span, found.span
            if key not in best or best[key].sure[1] < guess.sure[1]:
                best[key] = guess
        return [[g for g in best.values() if g.text == text] for text in texts]

    def features(self, guess: _Guess, alike: float) -> np.ndarray:
        """What is weighed of a guess in a sentence that is so much `alike` to an example."""
        ends = [self._unlike(end, k) for k, end in enumerate(guess.ends, 1)]
        named = sum(c in guess.text for c in set(self.name)) / len(set(self.name))
        sure = (math.log(max(p, 1e-3)) + 1 for p in guess.sure)
        digits, lengths = (sum(e[k] for e in ends) for k in (0, 1))
        return np.array([*sure, guess.nothing, 2 * (alike - 0.5), 2 * (named - 0.5), digits, lengths, 1.0])

    def truth(self, guess: _Guess) -> float:
        """How nearly a guess is an example of its text, from 0 to 1: what the reader takes for an end may be shorter or
        longer than what the user took."""
        found = (
            _overlap(guess.ends[0], s) * _overlap(guess.ends[1], o) for t, s, o in self.examples if t == guess.text
        )
        return max(found, default=0.0)

    def _unlike(self, end: str, k: int) -> tuple[float, float]:
        """How an end of a guess differs from those of the examples: in being a number, and in length."""
        own = [e[k] for e in self.examples]
        numbers = sum(bool(_DIGIT.search(o)) for o in own) / len(own)
        length = min(abs(math.log(len(end) / len(o))) for o in own)
        return abs(bool(_DIGIT.search(end)) - numbers), length


class AskingExtractor:
    """The relations of labelled sentences, in the place of `core.triples.extractor.Extractor`."""

    def __init__(
        self, encoder: Extractor, reader: Reader, rows: Sequence[dict[str, Any]], near: Sequence[str] = ()
    ) -> None:
        """Learn from `rows` {"text", "spo_list"}; `near` are sentences to be read, without labels."""
        folded = [_folded(row) for row in rows]
        self.encoder = encoder
        self.relations = list(dict.fromkeys(r for _, triples in folded for _, r, _ in triples))
        self.config = TriplesConfig(relations=self.relations, threshold=THRESHOLD, max_tokens=encoder.config.max_tokens)
        self._own = [text for text, triples in folded if triples]
        others = [s for s in dict.fromkeys([*near, *_BACKGROUND]) if s not in {text for text, _ in folded}]
        self._centre = _vectors(encoder, [*_BACKGROUND, *others[:MAX_READ]]).mean(0)
        self._vectors = _unit(_vectors(encoder, self._own) - self._centre)
        likeness = self.alike(others)
        # Sentences come a few at a time: which of many are read is decided here.
        self._least = float(np.partition(likeness, -MAX_READ)[-MAX_READ]) if len(others) > MAX_READ else -math.inf
        quiet = [others[i] for i in np.argsort(likeness)[:_NOTHING]] + [text for text, triples in folded if not triples]
        self.learnt: list[_Relation] = []
        for name in self.relations:
            examples = [(text, s, o) for text, triples in folded for s, r, o in triples if r == name]
            relation = _Relation(name, examples, reader)
            self._learn(relation, quiet)
            self.learnt.append(relation)

    def alike(self, sentences: Sequence[str]) -> np.ndarray:
        """How like the most similar example each sentence is, from -1 to 1: 1 for an example."""
        found: np.ndarray = (_unit(_vectors(self.encoder, sentences) - self._centre) @ self._vectors.T).max(1)
        return found

    def extract(self, sentences: Sequence[str]) -> list[list[Found]]:
        """The triples of each sentence; of many sentences only those most like an example are read."""
        alike = self.alike(sentences)
        read = np.flatnonzero(alike >= self._least).tolist()
        found: list[list[Found]] = [[] for _ in sentences]
        for relation in self.learnt:
            for i, guesses in zip(read, relation.guesses([sentences[i] for i in read]), strict=True):
                found[i] += _kept(relation, guesses, float(alike[i]))
        return found

    def inside(self, sentence: str, original: Callable[[Span], str] | None = None) -> Inside:
        """Raises InputError: nothing of questions and answers is drawn."""
        raise InputError("按例子抽取没有图示", "nothing is drawn of extraction by example")

    def _learn(self, relation: _Relation, quiet: Sequence[str]) -> None:
        """Move the prior by what the reader makes of the examples, and of sentences that say nothing of the relation.

        An example's likeness is that to the others; a single one is like nothing but itself and teaches none.
        """
        rows, right = [], []
        texts = list(dict.fromkeys(text for text, *_ in relation.examples))
        like = self._vectors @ self._vectors.T - 2 * np.eye(len(self._own))
        for text, guesses in zip(texts, relation.guesses(texts), strict=True):
            alike = float(like[self._own.index(text)].max()) if len(self._own) > 1 else 0.5
            rows += [relation.features(guess, alike) for guess in guesses]
            right += [float(relation.truth(guess) >= _NEARLY) for guess in guesses]
        said = len(rows)
        for guesses, alike in zip(relation.guesses(quiet), self.alike(quiet).tolist(), strict=True):
            rows += [relation.features(guess, alike) for guess in guesses]
        # However many sentences say nothing, together they count as the examples do.
        counts = np.ones(len(rows))
        counts[said:] = len(texts) / max(1, len(rows) - said)
        right += [0.0] * (len(rows) - said)
        relation.weights = _fit(np.array(rows).reshape(-1, len(MEAN)), np.array(right), counts)


def _kept(relation: _Relation, guesses: Sequence[_Guess], alike: float) -> list[Found]:
    """The likeliest guesses of a sentence, none of which shares its subject or its object with a likelier one."""
    scored = [(float(_sigmoid(relation.features(g, alike) @ relation.weights)), g) for g in guesses]
    kept: list[tuple[float, _Guess]] = []
    for score, g in sorted(scored, key=lambda pair: -pair[0]):
        clash = any(
            _meet(g.subject, k.subject) or _meet(g.object, k.object) or _meet(g.subject, k.object) for _, k in kept
        )
        if not clash and len(kept) < _MOST:
            kept.append((score, g))
    return [Found(g.subject, relation.name, g.object, score) for score, g in kept]


def _fit(rows: np.ndarray, right: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The likeliest weights of `rows` [n, F], each of which counts so much, under the prior, by Newton's method."""
    weights, precision = MEAN.copy(), np.diag(DEVIATION**-2.0)
    for _ in range(_STEPS if len(rows) else 0):
        p = _sigmoid(rows @ weights)
        slope = rows.T @ (counts * (p - right)) + precision @ (weights - MEAN)
        weights = weights - np.linalg.solve((rows * (counts * p * (1 - p))[:, None]).T @ rows + precision, slope)
    return weights


def _sigmoid(x: np.ndarray) -> np.ndarray:
    found: np.ndarray = 1 / (1 + np.exp(-np.clip(x, -30, 30)))
    return found


def _meet(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _overlap(found: str, wanted: str) -> float:
    """The share of the longer one's characters that both have, where one is a piece of the other."""
    if not found or not wanted or (found not in wanted and wanted not in found):
        return 0.0
    return min(len(found), len(wanted)) / max(len(found), len(wanted))


def _folded(row: dict[str, Any]) -> tuple[str, list[tuple[str, str, str]]]:
    """A row's text and its (subject, relation, object), folded."""
    spos = row["spo_list"]
    return normalise(row["text"]).text, [
        (normalise(s["subject"]).text, s["predicate"], normalise(s["object"]).text) for s in spos
    ]


def _vectors(encoder: Extractor, sentences: Sequence[str]) -> np.ndarray:
    """The mean of what the encoder sees of each sentence [n, H]."""
    rows: list[np.ndarray] = [np.zeros(0)] * len(sentences)
    order = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
    for begin in range(0, len(order), 16):
        group = order[begin : begin + 16]
        encoded = encoder.encode([sentences[i] for i in group])
        mask = encoded.mask[..., None].to(encoded.hidden.dtype)
        means = ((encoded.hidden * mask).sum(1) / mask.sum(1)).float().cpu().numpy()
        for i, mean in zip(group, means, strict=True):
            rows[i] = mean
    return np.array(rows)


def _unit(rows: np.ndarray) -> np.ndarray:
    found: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return found
