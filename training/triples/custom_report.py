"""What a fine-tuning on a user's own relations tells of itself: its steps as they come, and the model's card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Started:
    """What is trained and measured on, and the F1 of the head before any training, at its best threshold.

    `known` are the relations that the start model has under the same name.
    """

    train: int
    dev: int
    known: list[str]
    untrained: float


@dataclass(frozen=True)
class Epoch:
    """An epoch of `planned` ones; `f1` is that of dev, `left` the seconds that the rest will take at most."""

    epoch: int
    planned: int
    loss: float
    f1: float
    best: bool
    seconds: float
    left: float


@dataclass(frozen=True)
class Finished:
    """What was kept: epoch (0: the head before any training; None: nothing, as it was stopped before there was a better
    one), its figures on dev, overall and per relation; why it ended: "epochs", "patience", "time" or "stopped"."""

    epoch: int | None
    why: str
    untrained: float
    precision: float = 0.0
    recall: float = 0.0
    f1: float = 0.0
    relations: dict[str, dict[str, float]] = field(default_factory=dict)
    seconds: float = 0.0


Progress = Callable[[Started | Epoch | Finished], None]


def card(finished: Finished, start: str, train: int, dev: int) -> str:
    """The model card (Markdown)."""
    rows = "\n".join(
        "| "
        + " | ".join((_cell(name), f"{int(f['gold'])}", *(f"{f[k]:.3f}" for k in ("precision", "recall", "f1"))))
        + " |"
        for name, f in finished.relations.items()
    )
    return f"""---
license: other
license_name: research-only
language: zh
library_name: transformers
pipeline_tag: token-classification
---

# A head for relations of your own

CasRel (arXiv:1909.03227), fine-tuned from {_cell(Path(start).name)} by `training/triples/custom.py`. Load the
folder with `core.load("triples", model="FOLDER")`.

## Data

{train} labelled sentences for training, {dev} for dev, chosen by a hash of their texts. The start model was trained on
data for research use.

## Dev figures

Epoch {finished.epoch}, {finished.seconds:.0f} seconds. Micro figures over exact triples: precision
{finished.precision:.3f}, recall {finished.recall:.3f}, **F1 {finished.f1:.3f}**; before training F1
{finished.untrained:.3f}. Epoch and threshold were chosen on the same sentences, so expect less on others.

| relation | gold | precision | recall | F1 |
|---|---|---|---|---|
{rows}
"""


def _cell(text: str) -> str:
    """`text` as plain text in a cell of a Markdown table."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+-.!|" else c for c in text)
