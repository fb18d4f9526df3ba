"""What the writer of forms learns from: questions with their SQL as sequences of symbols, encoded once and kept.

    python -m training.text2sql.form_data --questions runs/text2sql/made.jsonl \\
        --tables runs/text2sql/made_tables.jsonl --out runs/text2sql/encoded/made.pkl
    python -m training.text2sql.form_data --older ../shared/data/text2sql --out runs/text2sql/encoded/older.pkl

A table is encoded `--copies` times, each with the columns in another order: the place of a column says nothing.
"""

from __future__ import annotations

import argparse
import pickle
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm
from transformers import PreTrainedTokenizerBase

from core.errors import InputError
from core.text2sql.candidates import Known, candidates, known_of
from core.text2sql.form import Form, Node, renumbered
from core.text2sql.form_encoding import EncodedQuestion, EncodedTable, collate, encode_question, encode_table
from core.text2sql.form_filler import MAX_READ, conversation, listed, moved
from core.text2sql.form_parse import parse_form
from core.text2sql.form_vocabulary import BEGIN, END, FLAGS, VOCABULARY, WORD_IDS, Bank, NotPointed, mask_of, place_mask
from core.text2sql.grammar import START, tokens
from core.text2sql.linking import linker_of
from core.text2sql.request import table_of
from core.text2sql.task import Ask
from training.common import read_jsonl
from training.finetuning import load_tokenizer
from training.text2sql.examples import TODAY

_MOST_STEPS = 72
# Questions that share one reading of their table.
_SHARED = 20


@dataclass
class Item:
    """A question as the model reads it and the steps that write its form. Places are counted within their kind.
    Questions about one table share it."""

    table: EncodedTable
    question: EncodedQuestion
    kinds: NDArray[np.int8]  # [T]: 0 word, 1 column, 2 candidate, 3 character
    places: list[tuple[int, ...]]  # per step, all that say the same
    masks: NDArray[np.uint8]  # [T, MASK / 8]: what the grammar allows, in bits


class Tables:
    """Tables by their id, each with what linking knows of it, found when first asked for."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows = {row["table_id"]: row for row in rows}
        self.known: dict[str, Known | None] = {}

    def header(self, key: str) -> list[str]:
        return [str(name) for name in self.rows[key]["header"]]

    def __getitem__(self, key: str) -> Known | None:
        """None for a table whose columns are not those of its header, or too many."""
        if key not in self.known:
            row = self.rows[key]
            given = {part: row[part] for part in ("header", "rows", "types")} | {"name": str(row.get("name") or "t")}
            try:
                table = table_of(Ask("", given))
                fits = len(table.columns) == len(row["header"]) <= MAX_READ
                self.known[key] = known_of(linker_of(table), table) if fits else None
            except InputError:
                self.known[key] = None
        return self.known[key]


class Ordered:
    """A table with its columns in the order `order`."""

    def __init__(self, known: Known, order: Sequence[int], tokenizer: PreTrainedTokenizerBase) -> None:
        self.known, self.order, self.tokenizer = known, list(order), tokenizer
        self.linker = known.linker.part(self.order)
        self.place = [self.order.index(i) for i in range(len(self.order))]
        shown = moved(listed(known.linker, TODAY, known), self.order)
        self.encoded = encode_table(self.linker, shown, tokenizer)
        self.small = packed(self.encoded)


def to_item(row: dict[str, Any], form: Form, table: Ordered) -> Item:
    """The item of a question whose form speaks of the columns as they were.

    Raises:
        NotPointed: a constant stands nowhere.
        ValueError: the grammar does not allow the form, or it is too long.
    """
    text, begin = conversation(row["question"], row.get("context") or ())
    found = moved(candidates(text, table.known.linker, TODAY, table.known), table.order)
    form = renumbered(form, table.place)
    linker = table.linker
    encoded = encode_question(text, begin, linker, table.encoded, found, table.tokenizer)
    bank = Bank(len(linker.fields), found, text)
    places, masks, state = [], [], START
    for symbol in tokens(form):
        steps = bank.places(symbol)
        for i, step in enumerate(steps):
            places.append(step)
            masks.append(mask_of(state.allowed) if i == 0 else place_mask())
        state = state.after(symbol)
    places.append((WORD_IDS[END],))
    masks.append(mask_of(state.allowed))
    if len(places) > _MOST_STEPS:
        raise ValueError("a long form")
    bounds = (0, len(VOCABULARY), bank.first_candidate, bank.first_place)
    kinds = np.array([np.searchsorted(bounds, step[0], side="right") - 1 for step in places], dtype=np.int8)
    local = [tuple(place - bounds[kind] for place in step) for kind, step in zip(kinds, places, strict=True)]
    return Item(table.small, packed(encoded), kinds, local, np.packbits(np.stack(masks), axis=1))


Encoded = TypeVar("Encoded", EncodedTable, EncodedQuestion)


def packed(encoded: Encoded) -> Encoded:
    """The same in a tenth of the memory: arrays where a sequence is asked for."""
    small: dict[str, Any] = {
        name: np.asarray(value, dtype=np.float32 if name == "scores" else np.int16)
        for name, value in vars(encoded).items()
        if isinstance(value, list)
    }
    return replace(encoded, **small)


def rows_with_forms(
    rows: Iterable[dict[str, Any]], tables: Tables, lost: Counter[str]
) -> Iterator[tuple[dict[str, Any], Form, Known]]:
    """Rows with what they mean; `lost` counts those that are left out, by reason."""
    for row in rows:
        known = tables[row["table_id"]]
        if known is None:
            lost["table"] += 1
            continue
        try:
            refused = not row.get("answerable", True)
            form = Node("refuse") if refused else parse_form(row["sql"], tables.header(row["table_id"]))
        except ValueError:
            lost["no form"] += 1
            continue
        yield row, form, known


def after_others(rows: Sequence[dict[str, Any]], share: float, seed: int = 0) -> Iterator[dict[str, Any]]:
    """The rows, a `share` of those that need no context behind other questions about their table: a whole question
    means the same whatever was asked before."""
    rng = random.Random(seed)
    by_table: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if not row.get("context"):
            by_table[row["table_id"]].append(row["question"])
    for row in rows:
        others = by_table[row["table_id"]]
        if row.get("context") or len(others) < 4 or rng.random() >= share:
            yield row
        else:
            yield row | {"context": rng.sample([q for q in others if q != row["question"]], rng.choice((1, 1, 2)))}


def items_of(
    meant: Iterable[tuple[dict[str, Any], Form, Known]],
    tokenizer: PreTrainedTokenizerBase,
    copies: int,
    lost: Counter[str],
    seed: int = 0,
) -> Iterator[Item]:
    rng = random.Random(seed)
    ordered: dict[int, list[Ordered]] = {}
    for row, form, known in meant:
        if id(known) not in ordered:
            orders = [rng.sample(range(n := len(known.linker.fields)), n) for _ in range(copies)]
            ordered[id(known)] = [Ordered(known, order, tokenizer) for order in orders]
        for table in ordered[id(known)]:
            try:
                yield to_item(row, form, table)
            except NotPointed:
                lost["not pointed"] += 1
            except ValueError as error:
                lost[str(error)[:40]] += 1


class Batches:
    """Batches of about `batch` items, those about one table together, in a new order every epoch."""

    def __init__(self, items: Sequence[Item], batch: int, pad: int, seed: int) -> None:
        self.batch, self.pad = batch, pad
        rng = random.Random(seed)
        by_table: dict[int, list[Item]] = defaultdict(list)
        for item in items:
            by_table[id(item.table)].append(item)
        packs: list[list[Item]] = []
        for mine in by_table.values():
            rng.shuffle(mine)
            packs += [mine[i : i + _SHARED] for i in range(0, len(mine), _SHARED)]
        lengths = {id(pack): len(pack[0].table.ids) + sum(len(i.question.ids) for i in pack) for pack in packs}
        packs.sort(key=lambda pack: lengths[id(pack)] + rng.uniform(-24, 24))
        self.batches: list[list[list[Item]]] = [[]]
        for pack in packs:
            if sum(map(len, self.batches[-1])) >= batch:
                self.batches.append([])
            self.batches[-1].append(pack)
        rng.shuffle(self.batches)

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]]:
        for packs in self.batches:
            inputs = collate([(pack[0].table, [item.question for item in pack]) for pack in packs], self.pad)
            yield inputs, targets([item for pack in packs for item in pack], inputs)


def targets(items: Sequence[Item], inputs: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What a batch is to write. Shapes: B questions, T steps, S symbols of the bank.

    {"symbols" [B, T]: the symbol before each step, "right" [B, T, S]: all that say the next one, "allowed" [B, T, S],
    "steps" [B, T]: which steps are there}.
    """
    words = len(VOCABULARY)
    columns, found, places = (inputs[name].size(1) for name in ("column_mask", "candidate_mask", "place_mask"))
    bounds = (0, words, words + columns, words + columns + found)
    length = max(len(item.kinds) for item in items)
    symbols = torch.full((len(items), length), WORD_IDS[BEGIN])
    right = torch.zeros(len(items), length, bounds[3] + places, dtype=torch.bool)
    bits = np.zeros((len(items), length, words + len(FLAGS)), dtype=bool)
    steps = torch.zeros(len(items), length)
    for i, item in enumerate(items):
        n = len(item.kinds)
        bits[i, :n] = np.unpackbits(item.masks, axis=1, count=bits.shape[-1])
        steps[i, :n] = 1
        for t, (kind, same) in enumerate(zip(item.kinds, item.places, strict=True)):
            at = [bounds[kind] + place for place in same]
            right[i, t, at] = True
            if t + 1 < n:
                symbols[i, t + 1] = at[0]
    mask = torch.from_numpy(bits)
    flags = mask[..., words:]
    types = inputs["candidates"][..., 6]
    allowed = torch.cat(
        [
            mask[..., :words],
            flags[..., :1].expand(-1, -1, columns),
            flags[..., 1:4].gather(2, types[:, None].expand(-1, length, -1)),
            flags[..., -1:].expand(-1, -1, places),
        ],
        -1,
    )
    return {"symbols": symbols, "right": right, "allowed": allowed, "steps": steps}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, nargs="*", default=[])
    parser.add_argument("--tables", type=Path, nargs="*", default=[])
    parser.add_argument("--older", type=Path, help="the folder with the sets that have sketches, in place of questions")
    parser.add_argument("--encoder", default="runs/backbone/start")
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--after-others", type=float, default=0.08, help="share of questions behind unrelated ones")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tokenizer = load_tokenizer(args.encoder)
    lost: Counter[str] = Counter()
    if args.older:
        from training.text2sql.older import older

        meant: Iterable[tuple[dict[str, Any], Form, Known]] = older(args.older, lost, args.seed)
    else:
        tables = Tables(row for path in args.tables for row in read_jsonl(path))
        rows = [row for path in args.questions for row in read_jsonl(path)][: args.limit]
        rows = list(after_others(rows, args.after_others, args.seed))
        meant = rows_with_forms(tqdm(rows, disable=None, mininterval=10), tables, lost)
    items = list(items_of(meant, tokenizer, args.copies, lost, args.seed))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with args.out.open("wb") as out:
        pickle.dump(items, out, protocol=5)
    lengths = [(len(item.table.ids), len(item.question.ids), len(item.kinds)) for item in items]
    table, question, steps = np.mean(lengths, 0)
    print(f"{args.out}: {len(items)} items, {table:.0f} + {question:.0f} tokens, {steps:.1f} steps; lost {dict(lost)}")


if __name__ == "__main__":
    from training.text2sql import form_data  # items are kept under this name

    form_data.main()
