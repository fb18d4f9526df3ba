"""Game records of 东萍象棋网 (dpxq.com): squares as two digits, the file from the left and the rank from the top."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from core.errors import InputError
from core.xiangqi import MAX_PLIES
from core.xiangqi.board import Board
from core.xiangqi.drafts import left_out_note, read_result
from core.xiangqi.fen import read_fen, write_fen
from core.xiangqi.geometry import BLACK, BLACK_OFFSET, FILES, RED, SQUARES
from core.xiangqi.legality import why_illegal
from core.xiangqi.notation import to_iccs
from core.xiangqi.pgn import GameRecord
from core.xiangqi.typed import shown

MARK = "[DhtmlXQ"
# In the order of the site's list of squares.
_PIECES = "RNBAKABNRCCPPPPP"
_START = "8979695949392919097717866646260600102030405060708012720323436383"
_TAGS = {"title": "Event", "event": "Event", "date": "Date", "place": "Site", "round": "Round"}


def read_dhtml(text: str, games: int, plies: int) -> tuple[list[GameRecord | InputError], int]:
    """The first `games` records of a text, as many as have `plies` together, and how many more there are.

    Raises:
        InputError: there is none.
    """
    blocks = re.split(r"\[DhtmlXQ\]", text)
    fields = [dict(re.findall(r"\[DhtmlXQ_(\w+)\]([^\[]*)\[/DhtmlXQ_\1\]", block)) for block in blocks]
    found = [field for field in fields if "movelist" in field or "binit" in field]
    if not found:
        raise InputError("这份东萍棋谱里没有着法", "there are no moves in this dpxq.com record")
    lengths = itertools.accumulate(len(field.get("movelist", "")) // 4 for field in found)
    taken = max(1, sum(length <= plies for length in itertools.islice(lengths, games)))
    return [_record(field) for field in found[:taken]], len(found) - taken


def _record(fields: dict[str, str]) -> GameRecord | InputError:
    try:
        board = _board(re.sub(r"\D", "", fields.get("binit", "")) or _START)
        numbers = [_square(pair) for pair in _pairs(re.sub(r"\D", "", fields.get("movelist", "")))]
        moves = [SQUARES * a + b for a, b in zip(numbers[::2], numbers[1::2], strict=False)]
        if len(moves) > MAX_PLIES:
            return InputError(f"一局最多 {MAX_PLIES} 着", f"a game has at most {MAX_PLIES} plies")
        if moves and board.squares[moves[0] // SQUARES] > BLACK_OFFSET:
            board.side = BLACK
        board = read_fen(write_fen(board))
        start = board.copy()
        for ply, move in enumerate(moves, 1):
            if not board.is_legal(move):
                zh, en = why_illegal(board, move)
                return InputError(f"第 {ply} 着 {to_iccs(move)}：{zh}", f"ply {ply}, {to_iccs(move)}: {en}")
            board.push(move)
    except InputError as error:
        return error
    except (ValueError, IndexError):
        return InputError("东萍棋谱的数字不完整", "the digits of the dpxq.com record are not complete")
    tags = {_TAGS[key]: shown(value, 200) for key, value in reversed(fields.items()) if key in _TAGS and value}
    for name, key in (("Red", "red"), ("Black", "black")):
        player = fields.get(f"{key}name") or fields.get(key, "")
        if player:
            tags[name] = shown(player, 200)
    dropped = left_out_note(
        sum(key.startswith("comment") for key in fields), sum(key.startswith("move_") for key in fields)
    )
    notes = [("读作东萍象棋网的棋谱", "read as a record of dpxq.com"), *dropped]
    return GameRecord(tags, start, moves, read_result(fields.get("result", "").strip()) or "*", notes)


def _pairs(digits: str) -> Iterator[str]:
    return (digits[i : i + 2] for i in range(0, len(digits) - 1, 2))


def _square(pair: str) -> int:
    file, rank = int(pair[0]), 9 - int(pair[1])
    if file >= FILES:
        raise ValueError(pair)
    return FILES * rank + file


def _board(digits: str) -> Board:
    squares = [0] * SQUARES
    for i, pair in enumerate(_pairs(digits)):
        if pair != "99":
            squares[_square(pair)] = ".KABNRCP".index(_PIECES[i % 16]) + BLACK_OFFSET * (i >= 16)
    return Board(squares, RED)
