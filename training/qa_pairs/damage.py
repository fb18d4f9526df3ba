"""Pairs as a poor generator makes them: a good one with one thing wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.qa_pairs.encoding import Span
from core.qa_pairs.matching import common_pieces

# What asks for one kind of thing; another of them in its place asks for what the answer is not.
_ASKING = re.compile(
    r"谁|哪一?[年天月]|何时|什么时候|哪[里儿]|哪个(?:国家|城市|省|地方|人|朝代)|何处|什么地方|多少[个人年种次]?|几[个年次种]|为什么|为何|怎样|怎么|如何|哪些"
)
_OTHERS = ("谁", "哪一年", "哪里", "多少人", "哪个国家", "什么时候", "几个", "为什么", "哪些人")
_VAGUE = ("他", "它", "该", "这个", "这里", "其")
_NAME = 3  # characters that question and passage share, at least, to be taken for what is asked about


@dataclass(frozen=True)
class Put:
    """A question about the folded `text` with the span that is meant as its answer, and whether that is a good pair."""

    text: str
    question: str
    span: Span
    good: bool


def damaged(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    """The good `pair` with one thing wrong; `others`: good ones of the same passage. None where that cannot be done."""
    ways = [_asks_for_another_kind, _asks_something_else, _is_vague, _loses, _repeats, _joins_two, _cuts_the_answer]
    found = rng.choice(ways)(pair, others, rng)
    return found and replace(found, good=False)


def _asks_for_another_kind(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    asked = list(_ASKING.finditer(pair.question))
    if not asked:
        return None
    one = rng.choice(asked)
    new = rng.choice([w for w in _OTHERS if w[0] != one[0][0]])
    return replace(pair, question=pair.question[: one.start()] + new + pair.question[one.end() :])


def _asks_something_else(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    apart = [o for o in others if o.span[1] <= pair.span[0] or pair.span[1] <= o.span[0]]
    return replace(pair, question=rng.choice(apart).question) if apart else None


def _is_vague(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    lengths = common_pieces(pair.question, pair.text)
    begins = [i for i, n in enumerate(lengths) if n >= _NAME and (i == 0 or lengths[i - 1] != n)]
    if not begins:
        return None
    at = begins[0]
    return replace(pair, question=pair.question[:at] + rng.choice(_VAGUE) + pair.question[at + lengths[at] :])


def _loses(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    size = rng.randint(1, 3)
    if len(pair.question) < size + 6:
        return None
    at = rng.randrange(1, len(pair.question) - size - 1)
    return replace(pair, question=pair.question[:at] + pair.question[at + size :])


def _repeats(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    size = rng.randint(2, 5)
    if len(pair.question) < size + 4:
        return None
    at, to = rng.randrange(len(pair.question) - size), rng.randrange(1, len(pair.question) - 1)
    return replace(pair, question=pair.question[:to] + pair.question[at : at + size] + pair.question[to:])


def _joins_two(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    if not others:
        return None
    other = rng.choice(others).question
    return replace(pair, question=pair.question[: len(pair.question) // 2] + other[len(other) // 2 :])


def _cuts_the_answer(pair: Put, others: Sequence[Put], rng: random.Random) -> Put | None:
    start, end = pair.span
    moved = rng.choice([(start + 1, end), (start, end - 1), (start + 2, end), (start, end - 2), (start, end + 3)])
    inside = 0 <= moved[0] < moved[1] <= len(pair.text)
    return replace(pair, span=moved) if inside else None
