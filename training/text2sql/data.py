"""Examples as the model reads them, with the answer to each of its heads."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from transformers import PreTrainedTokenizerBase

from core.text2sql.encoding import SPECIAL_COLUMNS, Encoded, collate, encode, slot_of
from core.text2sql.linking import EXPR, LIMIT, Candidate, Linker, fold
from core.text2sql.model import DIRECTIONS, EXPRESSIONS, LIMITS, NULLS, OPS
from core.text2sql.sketch import AGGREGATES, Condition, Expr, Term, Value
from training.text2sql.examples import TODAY, Example, Span

IGNORE = -100


@dataclass
class Item:
    """An encoded question and its targets, named as the heads of `Logits`."""

    encoded: Encoded
    targets: dict[str, torch.Tensor]
    source: str
    missed: int  # conditions that no candidate stands for


def to_item(example: Example, linker: Linker, tokenizer: PreTrainedTokenizerBase, rng: random.Random) -> Item | None:
    """The example for training, or nothing where the heads cannot say its sketch."""
    sketch = example.sketch
    expression = _expression(example)
    if expression is False:
        return None
    candidates = linker.candidates(example.question, TODAY)
    gold, candidates, missed = _label(example, candidates, rng)
    encoded = encode(example.question, linker, candidates, tokenizer)
    if len(encoded.ids) > 512:
        return None
    n = len(encoded.slots)
    targets = {
        "select": torch.zeros(n, len(AGGREGATES)),
        "group": torch.zeros(n),
        "order": torch.zeros(n, dtype=torch.long),
        "order_aggregate": torch.full((n,), IGNORE),
        "shortlist": torch.zeros(n, dtype=torch.long),
        "null": torch.zeros(n, dtype=torch.long),
        "left": torch.zeros(n),
        "right": torch.zeros(n),
        "distinct": torch.tensor(float(sketch.distinct)),
        "either": torch.tensor(float(sketch.connective == "or")),
        "answerable": torch.tensor(float(example.answerable)),
        "limit": torch.tensor(_limit_kind(example, gold, candidates)),
        "expression": torch.tensor(EXPRESSIONS.index(expression[0]) if expression else 0),
        "op": torch.tensor([OPS.index(op) if op else IGNORE for op, _ in gold], dtype=torch.long),
        "having": torch.tensor([AGGREGATES.index(a) if a is not None else IGNORE for _, a in gold], dtype=torch.long),
        "tags": _tags(example, len(encoded.ids)),
    }
    if expression:
        targets["left"][slot_of(expression[1])] = targets["right"][slot_of(expression[2])] = 1.0
    for term in sketch.select:
        targets["select"][_slot(term.expr), AGGREGATES.index(term.aggregate)] = 1.0
    for g in sketch.group:
        targets["group"][slot_of(g)] = 1.0
    if sketch.order:
        slot = _slot(sketch.order.term.expr)
        targets["order"][slot] = DIRECTIONS.index("desc" if sketch.order.descending else "asc")
        targets["order_aggregate"][slot] = AGGREGATES.index(sketch.order.term.aggregate)
    if sketch.shortlist:
        order = sketch.shortlist[0]
        targets["shortlist"][_slot(order.term.expr)] = DIRECTIONS.index("desc" if order.descending else "asc")
    for c in sketch.conditions:
        if c.operator in NULLS:
            targets["null"][_slot(c.term.expr)] = NULLS.index(c.operator)
    return Item(encoded, targets, example.source, missed)


def _slot(expr: Expr) -> int:
    return SPECIAL_COLUMNS.index(EXPR) if expr.other is not None else slot_of(expr.column)


def _expression(example: Example) -> tuple[str, int, int] | Literal[False] | None:
    """The one arithmetic or comparison of two columns in the sketch; False where there are several."""
    found: set[tuple[str, int, int]] = set()
    sketch = example.sketch
    terms: list[Term] = [*sketch.select, *(c.term for c in sketch.conditions)]
    terms += [o.term for o in (sketch.order, sketch.shortlist[0] if sketch.shortlist else None) if o]
    for t in terms:
        if t.expr.other is not None:
            found.add((t.expr.arithmetic, t.expr.column, t.expr.other))
    for c in sketch.conditions:
        if c.value and c.value.kind == "column":
            if c.operator not in (">", "<"):
                return False
            found.add((c.operator, c.term.expr.column, int(c.value.number or 0)))
    if len(found) > 1:
        return False
    return found.pop() if found else None


def _limit_kind(example: Example, gold: Sequence[Gold], candidates: Sequence[Candidate]) -> int:
    sketch = example.sketch
    if sketch.ties:
        return LIMITS.index("ties")
    if not sketch.limit:
        return LIMITS.index("none")
    said = any(c.column == LIMIT and op == "=" for c, (op, _) in zip(candidates, gold, strict=True))
    return LIMITS.index("number") if said else LIMITS.index("one") if sketch.limit == 1 else IGNORE


Gold = tuple[str | None, str | None]  # operator ("none", or None for no loss) and aggregate


def _label(
    example: Example, candidates: list[Candidate], rng: random.Random
) -> tuple[list[Gold], list[Candidate], int]:
    """What each candidate is, with candidates added for pieces of the question that are values as they stand."""
    candidates = list(candidates)
    gold: list[Gold] = [("none", None)] * len(candidates)
    missed = 0
    if not example.answerable:
        return [(None, None)] * len(candidates), candidates, 0
    text_spans: list[Span] = []
    for condition, span in zip(example.sketch.conditions, example.spans, strict=True):
        if condition.value is None or condition.value.kind == "column":
            continue
        column = EXPR if condition.term.expr.other is not None else condition.term.expr.column
        mine = [i for i, c in enumerate(candidates) if c.column == column and _means(c, condition, span)]
        as_piece = condition.operator in ("starts", "ends", "contains", "not_contains")
        if mine and not as_piece:
            for i in mine:
                gold[i] = condition.operator, condition.term.aggregate
            if condition.value.kind == "text" and span:
                text_spans.append(span)
        elif span and column >= 0 and example.fields[column].type == "text" and not condition.term.aggregate:
            piece = Value("text", example.question[slice(*span)])
            candidates.append(Candidate(*span, column, piece, "text"))
            gold.append((condition.operator, ""))
            text_spans.append(span)
        else:
            missed += 1
    for n, span, op in (
        (example.sketch.limit, example.limit, "="),
        ((example.sketch.shortlist or (None, None))[1], example.shortlist, "!="),
    ):
        for i, c in enumerate(candidates):
            if n and span and c.column == LIMIT and c.value.number == n and _overlap((c.start, c.end), span):
                gold[i] = op, ""
    _add_pieces(example, text_spans, candidates, gold, rng)
    return gold, candidates, missed


def _add_pieces(
    example: Example, spans: Sequence[Span], candidates: list[Candidate], gold: list[Gold], rng: random.Random
) -> None:
    """Pieces of the question that are no value of a column: the values under other columns, and random ones."""
    columns = [i for i, f in enumerate(example.fields) if f.type == "text"]
    pieces = [(span, c) for span in spans for c in columns]
    for _ in range(2):
        start = rng.randrange(max(1, len(example.question) - 2))
        span = start, min(len(example.question), start + rng.randint(2, 6))
        if columns and not any(_overlap(span, s) for s in spans):
            pieces.append((span, rng.choice(columns)))
    taken = {(c.start, c.end, c.column) for c in candidates if c.source in ("cell", "text")}
    for (start, end), column in pieces:
        if (start, end, column) not in taken:
            candidates.append(Candidate(start, end, column, Value("text", example.question[start:end]), "text"))
            gold.append(("none", None))


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def _means(c: Candidate, condition: Condition, span: Span | None) -> bool:
    """Whether the candidate stands for the condition's value."""
    value = condition.value
    assert value is not None
    if span and not _overlap((c.start, c.end), span):
        return False
    if c.value.kind != value.kind:
        return False
    if value.kind == "text":
        return c.source in ("cell", "fuzzy") and fold(c.value.text).strip() == fold(value.text).strip()
    if value.kind == "number":
        # With its place known, a number in another unit is still the one.
        same = c.value.number is not None and value.number is not None and abs(c.value.number - value.number) < 1e-6
        return same or span is not None
    if value.kind == "average":
        return True
    return replace(c.value, begin=None) == replace(value, begin=None) if value.kind == "age" else c.value == value


def _tags(example: Example, length: int) -> torch.Tensor:
    """B (1) and I (2) on the pieces of text that are values; outside of the question no loss."""
    tags = torch.full((length,), IGNORE)
    tags[1 : 1 + len(example.question)] = 0
    for condition, span in zip(example.sketch.conditions, example.spans or [None] * 99, strict=False):
        if span and condition.value and condition.value.kind == "text":
            tags[1 + span[0] : 1 + span[1]] = 2
            tags[1 + span[0]] = 1
    return tags


class Batches:
    """Batches of items of like length, in a new order every epoch."""

    def __init__(self, items: Sequence[Item], batch: int, pad: int, seed: int) -> None:
        self.items, self.batch, self.pad = items, batch, pad
        self.rng = random.Random(seed)

    def __len__(self) -> int:
        return (len(self.items) + self.batch - 1) // self.batch

    def __iter__(self) -> Iterator[tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]]:
        order = sorted(range(len(self.items)), key=lambda i: len(self.items[i].encoded.ids) + self.rng.uniform(-12, 12))
        batches = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
        self.rng.shuffle(batches)
        for batch in batches:
            items = [self.items[i] for i in batch]
            inputs = collate([x.encoded for x in items], self.pad)
            yield inputs, stack([x.targets for x in items], inputs)


def stack(targets: Sequence[dict[str, torch.Tensor]], inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The targets of a batch, padded with `IGNORE` (or 0 where the mask says enough)."""
    n, slots = inputs["slot_mask"].shape
    out: dict[str, torch.Tensor] = {}
    for name in ("distinct", "either", "answerable", "limit", "expression"):
        out[name] = torch.stack([t[name] for t in targets])
    for name in ("op", "having"):
        out[name] = torch.cat([t[name] for t in targets])
    for name in ("select", "group", "left", "right"):
        shape = (n, slots, *targets[0][name].shape[1:])
        out[name] = torch.zeros(shape)
        for i, t in enumerate(targets):
            out[name][i, : len(t[name])] = t[name]
    for name in ("order", "order_aggregate", "shortlist", "null"):
        out[name] = torch.full((n, slots), IGNORE)
        for i, t in enumerate(targets):
            out[name][i, : len(t[name])] = t[name]
    out["tags"] = torch.full(inputs["ids"].shape, IGNORE)
    for i, t in enumerate(targets):
        out["tags"][i, : len(t["tags"])] = t["tags"]
    return out
