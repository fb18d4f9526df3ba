"""A game as a page sends it: checked by replaying it, and described for drawing. Nothing is kept between requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.xiangqi import MAX_PLIES
from core.xiangqi.board import Board
from core.xiangqi.fen import START, read_fen, write_fen
from core.xiangqi.from_one import read_from_one
from core.xiangqi.game import Game
from core.xiangqi.geometry import SIDES
from core.xiangqi.legality import why_illegal
from core.xiangqi.notation import from_iccs, to_chinese, to_iccs

if TYPE_CHECKING:
    from core.xiangqi.explain import Opinion


def read_game(moves: object = "", fen: object = None) -> Game:
    """The game of ICCS `moves` ("h2e2 h9g7", or a list) from the position `fen`, by default the usual one.

    A game may go on after a draw by repetition, quiet moves or material: people often do not claim one.

    Raises:
        InputError: not a FEN, not a list of moves, too many, or an illegal one; the message says which and why.
    """
    if fen is not None and not isinstance(fen, str):
        raise InputError("开局局面应为 FEN 文字", "the start position must be FEN text")
    words = moves.split() if isinstance(moves, str) else moves
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise InputError("着法应为 ICCS 文字的列表", "the moves must be a list of ICCS texts")
    if len(words) > MAX_PLIES:
        raise InputError(f"一局最多 {MAX_PLIES} 着", f"a game has at most {MAX_PLIES} plies")
    game = Game(read_fen(fen if fen and fen.strip() else START))
    try:
        for ply, word in enumerate(words, 1):
            game.push(_legal(game.board, word, ply))
    except InputError as error:
        raise _counted_from_one(words, game.start) or error from None
    return game


def _counted_from_one(words: list[str], start: Board) -> InputError | None:
    """What to say where the moves make a game only if their ranks are taken to count from 1."""
    iccs, board = [], start.copy()
    for word in words:
        try:
            move = read_from_one(board, word)
        except InputError:
            return None
        iccs.append(to_iccs(move))
        board.push(move)
    said = " ".join(iccs[:8]) + (" ..." if len(iccs) > 8 else "")
    return InputError(
        f"着法的行号是 1-10（UCI 写法），这里用 0-9（ICCS）；换成 ICCS 是：{said}",
        f"these moves count ranks from 1 to 10 (UCI), here they are 0 to 9 (ICCS); in ICCS they are: {said}",
    )


def _legal(board: Board, word: str, ply: int) -> int:
    try:
        move = from_iccs(word)
    except ValueError:
        zh, en = f"看不懂着法 {word[:12]!r}", f"cannot read the move {word[:12]!r}"
    else:
        if board.is_legal(move):
            return move
        zh, en = why_illegal(board, move)
    raise InputError(f"第 {ply} 着：{zh}", f"ply {ply}: {en}")


def describe(game: Game) -> dict[str, Any]:
    """What a board needs to draw `game` at any of its moves, and the legal moves at its end, as JSON.

    `checks` and `sides` have an entry for every position of the game, the first included.
    """
    board = game.start.copy()
    chinese, checks = [], [board.in_check()]
    for move in game.moves:
        chinese.append(to_chinese(board, move))
        board.push(move)
        checks.append(board.in_check())
    status = game.status()
    legal: dict[str, list[str]] = {}
    for move in [] if status.over else board.legal_moves():
        text = to_iccs(move)
        legal.setdefault(text[:2], []).append(text[2:])
    return {
        "start": write_fen(game.start),
        "fen": write_fen(board),
        "moves": [to_iccs(move) for move in game.moves],
        "chinese": chinese,
        "checks": checks,
        "first": SIDES[game.start.side],
        "side": SIDES[board.side],
        "legal": legal,
        "status": status.reason,
        "winner": None if status.winner is None else SIDES[status.winner],
        "result": status.result,
    }


def agreement(opinions: Sequence[Opinion], first: str) -> dict[str, dict[str, float] | None]:
    """How each side's moves agree with the model: the shares that were its first choice and among its first five, the
    mean probability it gave them, and the mean mass its raw distribution gave to legal moves; and their mean
    `accuracy`, where the model has a view of the result. None for a side without a move; `first` is the side that
    moved first.
    """
    found: dict[str, dict[str, float] | None] = {}
    for side in SIDES:
        own = opinions[0 if side == first else 1 :: 2]
        if not own:
            found[side] = None
            continue
        found[side] = {
            "moves": len(own),
            "first": sum(o.rank == 1 for o in own) / len(own),
            "top_five": sum(o.rank <= 5 for o in own) / len(own),
            "probability": sum(o.probability for o in own) / len(own),
            "legal_mass": sum(o.legal_mass for o in own) / len(own),
        }
        judged = [o.accuracy for o in own if o.accuracy is not None]
        if judged:
            found[side]["accuracy"] = sum(judged) / len(judged)  # type: ignore[index]
    return found
