"""The inside of the generator on the user's passage: where answers begin, which are drawn, the beams of a question."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from transformers import LogitsProcessor

from core.errors import InputError
from core.qa_pairs.encoding import Span
from core.qa_pairs.generator import Generator
from core.qa_pairs.passage import Passage
from core.qa_pairs.request import marked
from core.qa_pairs.wrapped import shown
from core.text import Normalised

_CANDIDATES = 24
_NEXT = 4


@dataclass(frozen=True)
class Option:
    """A span somebody may ask for; `nucleus`: it is among those that answers are drawn from."""

    text: str
    span: Span
    probability: float
    nucleus: bool


@dataclass(frozen=True)
class Beam:
    """A beginning of the question that the search kept, and the likeliest characters to follow it."""

    text: str
    score: float  # sum of log-probabilities
    following: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Inside:
    """`begins`: for every character of the passage the probability that an answer begins there (windows apart);
    `options`: the likeliest spans; `answer`, `steps`: the beams of the question for one of them, character by
    character; `question`, the ending that has most in common with the others, and `endings`, the first few by that
    with their mean log-probabilities (a pair may have the second, where the reader understands that one better).
    `substituted`: the questions that the answer's clause becomes with a question word in its place, the likeliest
    first, likewise."""

    begins: tuple[float, ...]
    options: tuple[Option, ...]
    answer: Span
    steps: tuple[tuple[Beam, ...], ...]
    question: str
    endings: tuple[tuple[str, float], ...]
    substituted: tuple[tuple[str, float], ...]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class _Watch(LogitsProcessor):
    """Notes every beam that the search keeps, without changing anything."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.seen: list[list[tuple[list[int], list[tuple[int, float]]]]] = []

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        best, tokens = scores.topk(_NEXT, dim=-1)
        self.seen.append(
            [
                (ids, list(zip(t, b, strict=True)))
                for ids, t, b in zip(input_ids.tolist(), tokens.tolist(), best.tolist(), strict=True)
            ]
        )
        return scores


def look_inside(
    generator: Generator, document: Normalised, answer: str | Span | None, top_p: float, beams: int
) -> Inside:
    """How the pairs of `document` come about; the beams are those of the question for `answer`, a span of the passage,
    or for the likeliest one.

    Raises:
        InputError: there is nothing to ask about, or no such answer.
    """
    read = generator.read(document.text)
    options = _options(document, read, top_p)
    if not options:
        raise InputError("这段文字里找不到可以提问的内容", "there is nothing to ask about in this passage")
    span = marked(document, answer if answer is not None else options[0].span)
    window = max(0, generator.window_of(read, span))
    watch = _Watch(generator.tokenizer)
    [asked] = generator.ask(read, [(span, window)], beams, [watch])
    return Inside(
        _begins(document, read),
        options,
        document.span_in_original(*span),
        _steps(watch, generator.tokenizer),
        asked.text,
        tuple((a.text, round(a.score, 3)) for a in (asked, *asked.others)),
        _substituted(generator, read, span, window),
    )


def _substituted(generator: Generator, read: Passage, span: Span, window: int) -> tuple[tuple[str, float], ...]:
    made = [m.text for m in read.substitution.questions(span)] if generator.worth else []
    if not made:
        return ()
    scores = generator.score(read, [(span, window, text) for text in made])
    found = [(text, round(mean, 3)) for text, (mean, _) in zip(made, scores, strict=True)]
    return tuple(sorted(found, key=lambda one: -one[1]))


def _options(document: Normalised, read: Passage, top_p: float) -> tuple[Option, ...]:
    best = sorted(read.candidates, key=lambda c: -c.probability)
    total, mass = sum(c.probability for c in best), 0.0
    options = []
    for c in best[:_CANDIDATES]:
        place = document.span_in_original(*c.span)
        options.append(Option(shown(document.original[slice(*place)]), place, c.probability, mass < top_p * total))
        mass += c.probability
    return tuple(options)


def _begins(document: Normalised, read: Passage) -> tuple[float, ...]:
    folded = [0.0] * len(document.text)
    for window, starts in zip(read.windows, read.starts, strict=False):
        for i in range(window.start, window.end):
            folded[i] = starts[window.token(i)]
    found = [0.0] * len(document.original)
    for place, p in zip(document.starts, folded, strict=True):
        found[place] = max(found[place], round(p, 5))
    return tuple(found)


def _steps(watch: _Watch, tokenizer: Any) -> tuple[tuple[Beam, ...], ...]:
    """The beams of every step; a beam's score is its parent's and that of the character it added."""
    special = set(tokenizer.all_special_ids)
    scores: dict[tuple[int, ...], float] = {}
    steps = []
    for step in watch.seen:
        beams: dict[tuple[int, ...], Beam] = {}
        for ids, following in step:
            key = tuple(ids)
            score = scores.get(key, 0.0)
            for token, log in following:
                scores.setdefault((*key, token), score + log)
            text = _text(tokenizer, [i for i in ids if i not in special])
            beams[key] = Beam(
                text, round(score, 3), tuple((_text(tokenizer, [t]), round(math.exp(p), 4)) for t, p in following)
            )
        steps.append(tuple(sorted(beams.values(), key=lambda b: -b.score)))
    return tuple(steps)


def _text(tokenizer: Any, ids: Sequence[int]) -> str:
    return "".join("。" if t == tokenizer.sep_token else t for t in tokenizer.convert_ids_to_tokens(list(ids)))
