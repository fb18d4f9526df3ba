"""Passages with their questions, from the real sets and from triples, as the two networks train on them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from core.qa_pairs.encoding import Span, Window, collate, generator_window, reader_window, windows
from core.qa_pairs.matching import common_pieces
from core.qa_pairs.spans import MAX_ANSWER
from core.text import normalise
from training.common import read_jsonl
from training.qa_pairs.templates import DIRECT, INVERSE

# The share of each source's questions that an epoch takes. Dev is CMRC (encyclopaedia); court records and novels read
# like nothing else in it, and translated questions are noisy.
SHARES = {
    "cmrc2018_dev": 1.0,
    "drcd_dev_t2s": 1.0,
    "drcd_test_t2s": 1.0,
    "webqa_me_test_ann": 1.0,
    "dureader_qg_dev": 1.0,
    "chinesesquad2_dev_mt": 0.6,
    "bipar_valid": 0.4,
    "bipar_test": 0.4,
    "cail2019_dev": 0.12,
    "cail2019_test": 0.12,
    "triples": 0.35,
}
MAX_QUESTION = 48
IGNORE = -100


@dataclass
class Passage:
    """A folded text and its (question, answer) pairs."""

    text: str
    source: str
    pairs: list[tuple[str, str]] = field(default_factory=list)


def folded(text: str) -> str:
    """The text as the models read it, white space in one kind."""
    return normalise(text).text.strip()


def passages(path: Path) -> list[Passage]:
    """The passages of a questions file, each with all of its questions."""
    found: dict[str, Passage] = {}
    for row in read_jsonl(path):
        text, question, answer = folded(row["context"]), folded(row["question"]), folded(row["answer"])
        if not question or not answer or answer not in text:
            continue
        passage = found.setdefault(text, Passage(text, row["source"]))
        passage.pairs.append((question, answer))
    return list(found.values())


def triple_passages(folder: Path, rng: random.Random) -> list[Passage]:
    """Sentences of the triples' training sets with template questions about facts that have one answer."""
    found: list[Passage] = []
    for name in ("duie2_train.jsonl", "ske1_train.jsonl"):
        for row in read_jsonl(folder / name):
            pairs = []
            triples = [(t["subject"], t["predicate"], t["object"]) for t in row["spo_list"]]
            for s, p, o in triples:
                if p in DIRECT and sum((a, b) == (s, p) for a, b, _ in triples) == 1:
                    pairs.append((rng.choice(DIRECT[p]).format(s=s), o))
                if p in INVERSE and sum((b, c) == (p, o) for _, b, c in triples) == 1:
                    pairs.append((rng.choice(INVERSE[p]).format(o=o), s))
            text = folded(row["text"])
            pairs = [(folded(q), folded(a)) for q, a in pairs if folded(a) and folded(a) in text]
            if pairs:
                found.append(Passage(text, "triples", pairs))
    return found


def occurrences(text: str, answer: str) -> list[int]:
    found, at = [], text.find(answer)
    while at >= 0:
        found.append(at)
        at = text.find(answer, at + 1)
    return found


def best_occurrence(text: str, question: str, answer: str) -> int:
    """Where the answer most likely stands: where most of the question is near. (The sets give no offsets.)"""
    places = occurrences(text, answer)
    if len(places) == 1:
        return places[0]
    weight = [max(0, n - 1) for n in common_pieces(text, question)]
    return max(places, key=lambda a: sum(weight[max(0, a - 40) : a + len(answer) + 40]))


@dataclass
class Asked:
    """A generator window and the answers in it: (first token, behind the last, the question's ids)."""

    window: Window
    answers: list[tuple[int, int, list[int]]]


def asked_items(
    texts: Sequence[Passage], tokenizer: Any, rng: random.Random, most: int, shares: dict[str, float]
) -> Iterator[Asked]:
    """Windows of the passages with those of their questions whose answer lies in the window."""
    for passage in texts:
        if rng.random() > shares.get(passage.source, 1.0):
            continue
        placed = [
            (best_occurrence(passage.text, q, a), len(a), q)
            for q, a in passage.pairs
            if len(a) <= MAX_ANSWER and len(q) <= MAX_QUESTION
        ]
        for start, end in windows(passage.text, rng.choice((most, most, 3 * most // 4)), 0.0):
            window = generator_window(passage.text, (start, end), tokenizer)
            answers = [
                (window.token(at), window.token(at + n), question_ids(q, tokenizer))
                for at, n, q in placed
                if start <= at and at + n <= end
            ]
            if answers:
                yield Asked(window, answers)


def question_ids(question: str, tokenizer: Any) -> list[int]:
    """[CLS] question [SEP], the question ending with one question mark."""
    question = question.rstrip("?？ 。") + "?"
    return [tokenizer.cls_token_id, *tokenizer.convert_tokens_to_ids(list(question)), tokenizer.sep_token_id]


def asked_batch(items: Sequence[Asked], pad: int) -> dict[str, torch.Tensor]:
    """B windows; N answers with `row`, `starts`, `ends` [N] and `questions` [N, T]."""
    batch = collate([x.window for x in items], pad)
    rows = [(i, *answer) for i, x in enumerate(items) for answer in x.answers]
    length = max(len(q) for *_, q in rows)
    questions = torch.full((len(rows), length), pad)
    for k, (*_, q) in enumerate(rows):
        questions[k, : len(q)] = torch.tensor(q)
    return batch | {
        "row": torch.tensor([r[0] for r in rows]),
        "starts": torch.tensor([r[1] for r in rows]),
        "ends": torch.tensor([r[2] for r in rows]),
        "questions": questions,
    }


@dataclass
class Read:
    """A reader window and every (first token, length) at which the answer stands in it; none: not answered there."""

    window: Window
    answers: list[tuple[int, int]]


def read_items(
    texts: Sequence[Passage], tokenizer: Any, rng: random.Random, most: int, shares: dict[str, float], empty: float
) -> Iterator[Read]:
    """A window around the answer of each question; a share `empty` of them elsewhere, where nothing answers it."""
    for i, passage in enumerate(texts):
        for question, answer in passage.pairs:
            if rng.random() > shares.get(passage.source, 1.0) or len(question) > 60 or len(answer) > MAX_ANSWER:
                continue
            if rng.random() < empty:
                item = _unanswered(texts, i, question, answer, tokenizer, rng, most)
            else:
                at = best_occurrence(passage.text, question, answer)
                span = around(passage.text, at, len(answer), rng, rng.randint(most // 2, most))
                window = reader_window(question, passage.text, span, tokenizer)
                places = occurrences(passage.text[slice(*span)], answer)
                item = Read(window, [(p + window.first, len(answer)) for p in places])
            if item:
                yield item


def around(text: str, at: int, length: int, rng: random.Random, most: int) -> Span:
    """A piece of `text` of at most `most` characters, of whole sentences where it can be, with [at, at + length)."""
    if len(text) <= most:
        return 0, len(text)
    start = at - rng.randint(0, max(0, most - length))
    start = max(0, min(start, len(text) - most))
    mark = max(text.rfind(c, start, at) for c in "。！？!?\n;；")
    begin = text.find("。", start, at)
    start = begin + 1 if 0 <= begin < mark + 1 and begin < at else start
    return start, min(len(text), start + most)


def _unanswered(
    texts: Sequence[Passage], i: int, question: str, answer: str, tokenizer: Any, rng: random.Random, most: int
) -> Read | None:
    """The question over a piece of its own passage without the answer, else of another passage."""
    text = texts[i].text
    mine = [(a, b) for a, b in windows(text, most * 2 // 3) if answer not in text[a:b] and b - a > 40]
    if not mine:
        text = rng.choice(texts).text
        mine = [(a, b) for a, b in windows(text, most) if answer not in text[a:b]]
    if not mine:
        return None
    return Read(reader_window(question, text, rng.choice(mine), tokenizer), [])


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


class Batches:
    """Items of like length in batches of about `tokens` tokens, in a new order for every seed."""

    def __init__(self, items: Sequence[Any], tokens: int, make: Any, pad: int, seed: int) -> None:
        rng = random.Random(seed)
        order = sorted(range(len(items)), key=lambda i: len(items[i].window.ids) + rng.uniform(-16, 16))
        self.groups: list[list[int]] = [[]]
        longest = 0
        for i in order:
            longest = max(longest, len(items[i].window.ids))
            if self.groups[-1] and longest * (len(self.groups[-1]) + 1) > tokens:
                self.groups.append([])
                longest = len(items[i].window.ids)
            self.groups[-1].append(i)
        rng.shuffle(self.groups)
        self.items, self.make, self.pad = items, make, pad

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        for group in self.groups:
            yield self.make([self.items[i] for i in group], self.pad)
