"""Passages with their questions, from the real sets and from triples, and the generator's windows of them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import torch
from transformers import PreTrainedTokenizerBase

from core.backbone.tokenizer import character_ids
from core.qa_pairs.encoding import Window, collate, generator_window, windows
from core.qa_pairs.matching import common_pieces
from core.qa_pairs.spans import MAX_ANSWER
from core.text import normalise
from training.common import read_jsonl
from training.qa_pairs.templates import DIRECT, INVERSE

# The share of each source's questions that an epoch of the generator takes. Dev is CMRC (encyclopaedia); court records
# and novels read like nothing else in it, and translated questions are noisy.
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
OWN = Path(__file__).with_name("written.jsonl")
MAX_QUESTION = 48
_NEAR, _NEARLY = 40, 0.8  # characters beside an answer in which the question is looked for; share of the best place's


@dataclass
class Passage:
    """A folded text and its (question, answer) pairs; an empty answer: the text does not say."""

    text: str
    source: str
    pairs: list[tuple[str, str]] = field(default_factory=list)


def folded(text: str) -> str:
    """The text as the models read it, white space in one kind."""
    return normalise(text).text.strip()


def passages(path: Path, unanswered: bool = False, kind: str | None = None) -> list[Passage]:
    """The passages of a questions file, each with all of its questions, or with those of a `kind`; those without an
    answer only where asked for (elsewhere than in the hand-written file an empty answer is a flaw)."""
    found: dict[str, Passage] = {}
    for row in read_jsonl(path):
        text, question, answer = folded(row["context"]), folded(row["question"]), folded(row["answer"])
        if not question or answer not in text or not (answer or unanswered) or (kind and row["kind"] != kind):
            continue
        passage = found.setdefault(text, Passage(text, row["source"].partition(":")[0]))
        passage.pairs.append((question, answer))
    return list(found.values())


def own_passages(path: Path = OWN) -> list[Passage]:
    """The passages that stand beside this recipe, written by hand for what its models failed on: near misses that must
    be declined, and clauses for answers. A line is a passage with its questions; `written_dev.jsonl` has such that no
    model was trained on."""
    return [
        Passage(
            folded(row["context"]), "written", [(folded(q["question"]), folded(q["answer"])) for q in row["questions"]]
        )
        for row in read_jsonl(path)
    ]


def more_questions(path: Path) -> list[Passage]:
    """Passages of the questions file `path` with further questions that stand beside this recipe, most of them without
    an answer; a line names its passage by the SHA-256 of its text, and its answers by where they begin and end."""
    texts = {row["context"] for row in read_jsonl(path)}
    known = {hashlib.sha256(text.encode("utf-8")).hexdigest(): text for text in texts}
    found = []
    for row in read_jsonl(Path(__file__).with_name("written_on_train.jsonl")):
        if text := known.get(row["context_sha256"]):
            pairs = [(folded(q["question"]), folded(text[q["start"] : q["end"]])) for q in row["questions"]]
            found.append(Passage(folded(text), "written", [(q, a) for q, a in pairs if a in folded(text)]))
    return found


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
    """Where the answer stands in the text; not inside of a number or Latin word ("3" in "1931"), unless only there."""
    found, at = [], text.find(answer)
    while at >= 0:
        found.append(at)
        at = text.find(answer, at + 1)
    whole = [p for p in found if not _joined(text, p) and not _joined(text, p + len(answer))]
    return whole or found


def _joined(text: str, at: int) -> bool:
    """Whether a cut before character `at` would go through a number or a Latin word."""
    pair = text[max(0, at - 1) : at + 1]
    return len(pair) == 2 and pair.isascii() and pair.isalnum() and pair[0].isdigit() == pair[1].isdigit()


def agreements(text: str, question: str, answer: str) -> dict[int, int]:
    """For every place of the answer how much of the question is near it: characters in shared pieces of two or more."""
    places = occurrences(text, answer)
    if len(places) == 1:
        return {places[0]: 1}
    weight = [max(0, n - 1) for n in common_pieces(text, question)]
    return {a: sum(weight[max(0, a - _NEAR) : a + len(answer) + _NEAR]) for a in places}


def best_occurrence(text: str, question: str, answer: str) -> int:
    """Where the answer most likely stands: where most of the question is near. (The sets give no offsets.)"""
    places = agreements(text, question, answer)
    return max(places, key=lambda a: places[a])


def best_occurrences(text: str, question: str, answer: str) -> list[int]:
    """All places that have nearly as much of the question near as the best one.

    A name that stands in the passage by chance would teach the reader to point at names; but where two places agree
    equally well, either may be the one that was meant, and the loss lets the reader choose.
    """
    places = agreements(text, question, answer)
    return [a for a, n in places.items() if n >= _NEARLY * max(places.values())]


@dataclass
class Asked:
    """A generator window and the answers in it: (first token, behind the last, the question's ids)."""

    window: Window
    answers: list[tuple[int, int, list[int]]]


def asked_items(
    texts: Sequence[Passage],
    tokenizer: PreTrainedTokenizerBase,
    rng: random.Random,
    most: int,
    shares: dict[str, float],
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


def question_ids(question: str, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """[CLS] question [SEP], the question ending with one question mark."""
    question = question.rstrip("?？ 。") + "?"
    return [tokenizer.cls_token_id, *character_ids(tokenizer, question), tokenizer.sep_token_id]


def backwards(question: list[int]) -> list[int]:
    """The ids of a question from its end to its beginning, between the same marks."""
    return [question[0], *question[-2:0:-1], question[-1]]


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


class Windowed(Protocol):
    """What a batch is made of."""

    window: Window


Item = TypeVar("Item", bound=Windowed)


class Batches(Generic[Item]):
    """Items of like length in batches of about `tokens` tokens, in a new order for every seed; `real` and `padded`: the
    tokens of all of them, alone and as tensors hold them."""

    def __init__(
        self,
        items: Sequence[Item],
        tokens: int,
        make: Callable[[Sequence[Item], int], dict[str, torch.Tensor]],
        pad: int,
        seed: int,
    ) -> None:
        rng = random.Random(seed)
        order = sorted(range(len(items)), key=lambda i: len(items[i].window.ids) + rng.uniform(-8, 8))
        self.groups: list[list[int]] = [[]]
        longest = 0
        for i in order:
            longest = max(longest, len(items[i].window.ids))
            if self.groups[-1] and longest * (len(self.groups[-1]) + 1) > tokens:
                self.groups.append([])
                longest = len(items[i].window.ids)
            self.groups[-1].append(i)
        rng.shuffle(self.groups)
        sizes = [[len(items[i].window.ids) for i in group] for group in self.groups if group]
        self.real, self.padded = sum(map(sum, sizes)), sum(len(s) * max(s) for s in sizes)
        self.items, self.make, self.pad = items, make, pad

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[dict[str, torch.Tensor]]:
        for group in self.groups:
            yield self.make([self.items[i] for i in group], self.pad)
