"""A causal language model from the Hub as the writer of the query, held to one SELECT over the table's own columns.

The prompt ends in SELECT, decoding may only name columns of the table, and what comes out is judged and run like any
query that a user types.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import torch
from transformers import LogitsProcessor, LogitsProcessorList

from core.text2sql.table import Table, to_json

# Tokens looked at in each step, the likeliest first.
_WIDTH = 64
_FORBIDDEN = re.compile(
    r"--|/\*|;.|\b(?:insert|update|delete|drop|create|alter|attach|detach|copy|pragma|set|call|install|load|export|import)\b",
    re.IGNORECASE | re.DOTALL,
)
_SAMPLES = 3


def prompt(question: str, table: Table) -> str:
    """What the model reads: the table as a CREATE TABLE with some of its values, the question, and the word SELECT."""
    lines = [
        f'  "{c.name}" {_SQL_TYPES[c.type]}, -- {", ".join(str(to_json(v)) for v in c.samples[:_SAMPLES])}'
        for c in table.columns
    ]
    schema = "\n".join(lines)
    return f'CREATE TABLE "{table.name}" (\n{schema}\n);\n-- {question}\nSELECT'


_SQL_TYPES = {"text": "VARCHAR", "number": "DOUBLE", "date": "DATE"}


def allowed(text: str, names: Sequence[str]) -> bool:
    """Whether `text` can begin one SELECT: nothing but a SELECT, and every name in double quotes is one of `names`."""
    if _FORBIDDEN.search(_without_strings(text)):
        return False
    parts = text.split('"')
    # Odd parts are in quotes; the last of them may not be closed yet.
    whole, rest = parts[1::2], []
    if len(parts) % 2 == 0:
        whole, rest = whole[:-1], [whole[-1]]
    return all(w in names for w in whole) and all(any(n.startswith(r) for n in names) for r in rest)


def _without_strings(text: str) -> str:
    return re.sub(r"'[^']*'?|\"[^\"]*\"?", " ", text)


class _SelectOnly(LogitsProcessor):
    """Bans tokens after which the text could be no SELECT over the table."""

    def __init__(self, tokenizer: Any, start: int, names: Sequence[str]) -> None:
        self.tokenizer, self.start, self.names = tokenizer, start, names

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        kept = torch.full_like(scores, float("-inf"))
        for row in range(len(input_ids)):
            written = input_ids[row, self.start :].tolist()
            before = self.tokenizer.decode(written)
            if ";" in before or "\n\n" in before:
                kept[row, self.tokenizer.eos_token_id] = 0.0
                continue
            top = scores[row].topk(min(_WIDTH, scores.size(-1))).indices.tolist()
            fine = [t for t in top if t == self.tokenizer.eos_token_id or self._fits(written, before, t)]
            if not fine:
                fine = [self.tokenizer.eos_token_id]
            kept[row, fine] = scores[row, fine]
            # A likely end may be an unlikely token by itself.
            if not torch.isfinite(kept[row]).any():
                kept[row, self.tokenizer.eos_token_id] = 0.0
        return kept

    def _fits(self, written: list[int], before: str, token: int) -> bool:
        after = self.tokenizer.decode([*written, token])
        return after != before and allowed(after, self.names)


class SQLGenerator:
    """A causal LM and its tokenizer: question and table in, queries out."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer

    @torch.inference_mode()
    def __call__(self, question: str, table: Table, most: int = 4, tokens: int = 160) -> list[tuple[str, float]]:
        """Up to `most` different queries with their probabilities, the likeliest first."""
        inputs = self.tokenizer(prompt(question, table), return_tensors="pt").to(self.model.device)
        start = inputs["input_ids"].size(1)
        names = [c.name for c in table.columns] + [table.name]
        out = self.model.generate(
            **inputs,
            max_new_tokens=tokens,
            num_beams=most,
            num_return_sequences=most,
            do_sample=False,
            return_dict_in_generate=True,
            output_scores=True,
            logits_processor=LogitsProcessorList([_SelectOnly(self.tokenizer, start, names)]),
            pad_token_id=self.tokenizer.pad_token_id or self.tokenizer.eos_token_id,
        )
        found: dict[str, float] = {}
        for ids, score in zip(out.sequences, out.sequences_scores, strict=True):
            text = self.tokenizer.decode(ids[start:], skip_special_tokens=True)
            sql = "SELECT" + text.split(";")[0].split("\n\n")[0]
            found.setdefault(" ".join(sql.split()), float(score.exp()))
        return list(found.items())
