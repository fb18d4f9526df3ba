"""The reader's windows: around the answer of each question, and over what does not answer it."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import PreTrainedTokenizerBase

from core.qa_pairs.encoding import Span, Window, collate, reader_window, windows
from core.text import split_sentences
from training.qa_pairs.data import Passage, best_occurrences

# How often an epoch takes each question, on average; each time in another window. Most by what dev and users ask
# (encyclopaedia, clauses for answers), least where it reads like nothing else or is machine-translated.
SHARES = {
    "written": 2.0,
    "unanswered": 3.0,  # of `written`, those that the passage does not answer
    "cmrc2018_dev": 1.5,
    "drcd_dev_t2s": 0.6,
    "drcd_test_t2s": 0.6,
    "dureader_qg_dev": 1.0,
    "webqa_me_test_ann": 0.4,
    "chinesesquad2_dev_mt": 0.25,
    "bipar_valid": 0.15,
    "bipar_test": 0.15,
    "cail2019_dev": 0.06,
    "cail2019_test": 0.06,
    "triples": 0.04,
}
EMPTY = 0.15  # of the answered questions stand over a text that does not answer them
_QUESTION = 60  # characters of the longest question
_MARKERS = 3
_LEAST = 60  # characters of a text that leaves a question open
_RARE = 300  # passages that a pair of characters may stand in and still tell them apart


@dataclass
class Read:
    """A window and the (first token, length) of the answer wherever it may be meant; none: not answered there."""

    window: Window
    answers: list[tuple[int, int]]


def read_items(
    texts: Sequence[Passage],
    tokenizer: PreTrainedTokenizerBase,
    rng: random.Random,
    most: int,
    shares: dict[str, float] | None = None,
    empty: float = EMPTY,
) -> Iterator[Read]:
    """The windows of an epoch, of at most `most` tokens."""
    shares = SHARES if shares is None else shares
    similar = Similar([p.text for p in texts])
    for passage in texts:
        for question, answer in passage.pairs:
            room = most - len(question) - _MARKERS
            share = shares.get(passage.source if answer else "unanswered", 1.0)
            if len(question) > _QUESTION or len(answer) > room:
                continue
            for _ in range(int(share) + (rng.random() < share % 1)):
                length = drawn_length(rng, room, whole=0.5 if passage.source == "written" else 0.2)
                placed = _placed(passage, question, answer, rng, length, similar if rng.random() < empty else None)
                if placed:
                    text, span, places = placed
                    window = reader_window(question, text, span, tokenizer)
                    yield Read(window, [(window.token(p), len(answer)) for p in places])


def _placed(
    passage: Passage, question: str, answer: str, rng: random.Random, length: int, similar: Similar | None
) -> tuple[str, Span, list[int]] | None:
    """A text, a window of `length` characters in it, and where in it the answer may be meant; with `similar` a window
    that leaves the question open, if there is one."""
    text = passage.text
    if not answer:
        return text, around(text, rng.randrange(len(text)), 0, rng, length), []
    places = best_occurrences(text, question, answer)
    if similar:
        left = open_text(text, question, answer, places[0], similar, rng, length)
        return left and (*left, [])
    span = around(text, rng.choice(places), len(answer), rng, max(length, len(answer)))
    return text, span, [p for p in places if span[0] <= p and p + len(answer) <= span[1]]


def drawn_length(rng: random.Random, most: int, whole: float) -> int:
    """Characters of a window: short ones are cheap and teach as much, but a share `whole` must be as long as what the
    reader is given, and some between."""
    draw = rng.random()
    if draw < whole:
        return most
    return min(most, rng.randint(200, 350) if draw < whole + 0.2 else rng.randint(80, 200))


def around(text: str, at: int, length: int, rng: random.Random, most: int) -> Span:
    """A piece of `text` of at most `most` characters, of whole sentences where it can be, with [at, at + length)."""
    if len(text) <= most:
        return 0, len(text)
    sentences = list(split_sentences(text, most))
    first = max((i for i, s in enumerate(sentences) if s[0] <= at), default=0)
    last = next((i for i, s in enumerate(sentences) if s[1] >= at + length), len(sentences) - 1)
    first, last = min(first, last), max(first, last)
    if sentences[last][1] - sentences[first][0] > most:
        start = max(0, min(at - rng.randint(0, most - length), len(text) - most))
        return start, start + most
    while True:
        sides = []
        if first and sentences[last][1] - sentences[first - 1][0] <= most:
            sides.append((first - 1, last))
        if last + 1 < len(sentences) and sentences[last + 1][1] - sentences[first][0] <= most:
            sides.append((first, last + 1))
        if not sides:
            return sentences[first][0], sentences[last][1]
        first, last = rng.choice(sides)


def open_text(
    text: str, question: str, answer: str, at: int, similar: Similar, rng: random.Random, most: int
) -> tuple[str, Span] | None:
    """A text that speaks of the question's matter without answering it, and the window of it: in half of the cases the
    passage without the sentences that have the answer (which stood at `at`), else another part of it or a similar
    passage. What is impossible gives way to the next; None where all are."""
    kinds = rng.choices(("cut", "part", "similar"), (2, 1, 1))
    for kind in [*kinds, "similar", "cut"]:
        if kind == "cut" and (rest := without(text, answer)):
            return rest, around(rest, min(at, len(rest) - 1), 0, rng, most)
        if kind == "part":
            parts = [(a, b) for a, b in windows(text, min(most, len(text) * 2 // 3)) if answer not in text[a:b]]
            if parts := [(a, b) for a, b in parts if b - a >= _LEAST]:
                return text, rng.choice(parts)
        if kind == "similar" and (other := similar(text, question, answer, rng)):
            return other, around(other, rng.randrange(len(other)), 0, rng, most)
    return None


def without(text: str, answer: str) -> str:
    """The text without the one or two sentences that have the answer; "" where more have it or little is left."""
    sentences = [text[a:b] for a, b in split_sentences(text, max(1, len(text)))]
    kept = [s for s in sentences if answer not in s]
    rest = "".join(kept)
    return rest if 1 <= len(sentences) - len(kept) <= 2 and len(rest) >= _LEAST and answer not in rest else ""


class Similar:
    """Finds passages that share the question's rare words without its answer."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [t for t in texts if len(t) >= _LEAST]
        self.of: dict[str, list[int]] = defaultdict(list)
        for i, text in enumerate(self.texts):
            for pair in {text[j : j + 2] for j in range(len(text) - 1)}:
                self.of[pair].append(i)

    def __call__(self, text: str, question: str, answer: str, rng: random.Random) -> str:
        """One of the three most similar to the question, but not `text`; "" where none shares a rare pair of
        characters."""
        votes: dict[int, float] = defaultdict(float)
        for pair in {question[j : j + 2] for j in range(len(question) - 1)}:
            found = self.of.get(pair, ())
            if len(found) <= _RARE:
                for i in found:
                    votes[i] += math.log(len(self.texts) / len(found))
        near = [self.texts[i] for i in sorted(votes, key=lambda i: -votes[i])[:8]]
        near = [t for t in near if t != text and answer not in t][:3]
        return rng.choice(near) if near else ""


def read_batch(items: Sequence[Read], pad: int) -> dict[str, torch.Tensor]:
    """B windows; N places of answers with `row`, `starts`, `lengths` [N]; `empty` [B] where there is none."""
    batch = collate([x.window for x in items], pad)
    rows = [(i, *place) for i, x in enumerate(items) for place in x.answers]
    table = torch.tensor(rows, dtype=torch.long).reshape(-1, 3)
    return batch | {
        "row": table[:, 0],
        "starts": table[:, 1],
        "lengths": table[:, 2],
        "empty": torch.tensor([not x.answers for x in items]),
    }
