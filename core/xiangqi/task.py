"""Xiangqi: what can be asked, and the checkpoints that answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.operation import IN_ROWS, Operation, Task


@dataclass(frozen=True)
class Move:
    """Choose a move in a game of xiangqi (Chinese chess).

    Args:
        moves: the moves so far in ICCS (files a-i from red's left, ranks 0-9 from red's side), such as "h2e2 h9g7"; at
            most 600.
        fen: the position that the moves start from; leave out for the usual one.
        temperature: 0 plays the most probable move, 1 draws from the model's distribution; 0 to 2.
        seed: makes a temperature above 0 repeatable.
        top_k: draw only from this many likeliest moves; 0 for all.
        level: an opponent by name, in place of temperature, top_k, search and seconds: beginner, casual, intuition (the
            model alone), thinking (1 second), deep (3 seconds).
        seconds: how long it may think before it moves.
        search: positions that it may look at before it moves.
        to_win: tell the model that the side to move will win.

    Returns:
        {"move": ICCS or null where the game is over, "candidates": [{"move", "chinese", "probability"}] best first,
        "status": "playing" or how the game has ended, ...}.
    """

    moves: str = ""
    fen: str | None = None
    temperature: float = 0.0
    seed: int | None = None
    level: str | None = None
    seconds: float = 0.0
    top_k: int = field(default=0, metadata=IN_ROWS)
    search: int = field(default=0, metadata=IN_ROWS)
    to_win: bool = field(default=False, metadata=IN_ROWS)


MOVE = Operation(
    "xiangqi.move",
    "xiangqi",
    Move,
    "core.xiangqi.result:XiangqiResult",
    bounds={"temperature": (0, 2), "seconds": (0, 3), "seed": (0, 2**63 - 1)},
)

TASKS = (
    Task(
        "xiangqi",
        {"zh": "象棋", "en": "Xiangqi"},
        "core.xiangqi.pipeline:XiangqiPipeline",
        ("xiangqi-board", "xiangqi-moves"),
        (MOVE,),
        {"moves": "h2e2"},
    ),
)
