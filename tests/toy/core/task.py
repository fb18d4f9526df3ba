"""Toy: what can be asked, and the checkpoint that answers."""

from __future__ import annotations

from dataclasses import dataclass

from core.operation import Operation, Task


@dataclass(frozen=True)
class Turn:
    """Turn a text round.

    Args:
        text: at most 100 characters.
        times: how often, 1 or more.

    Returns:
        {"turned"}.
    """

    text: str
    times: int = 1


TASKS = (
    Task(
        "toy",
        {"zh": "玩具", "en": "Toy"},
        "core.toy.pipeline:ToyPipeline",
        ("toy-model",),
        (Operation("toy.turn", "toy", Turn, "core.toy.pipeline:Turned", concurrent=3),),
        {"text": "墨斗"},
    ),
)
