"""Game records (PGN) of xiangqi: reading what programs and sites write, in their encodings, and writing our own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from core.errors import InputError
from core.xiangqi import MAX_PLIES
from core.xiangqi.board import Board
from core.xiangqi.charset import decode
from core.xiangqi.drafts import MAX_NAME, MAX_VALUE, RESULTS, Draft, Note, drafts
from core.xiangqi.fen import START, read_fen, start_board, write_fen
from core.xiangqi.from_one import read_from_one
from core.xiangqi.geometry import BLACK, RED
from core.xiangqi.notation import (
    is_algebraic,
    numerals_of,
    read_move,
    to_chinese,
    to_iccs,
    to_wxf,
)
from core.xiangqi.typed import shown

MAX_BYTES = 1_000_000
_ROSTER = ("Event", "Site", "Date", "Round", "Red", "Black")
_FORMATS = {"chinese": ("Chinese", to_chinese), "iccs": ("ICCS", lambda _, m: to_iccs(m)), "wxf": ("WXF", to_wxf)}


@dataclass
class GameRecord:
    """One game: `tags` as read, without FEN and Result, which are `start` and `result` (1-0, 0-1, 1/2-1/2 or *).

    `notes` says, in Chinese and English, how it was read where that is not plain, and what of the text was left out;
    `doubtful` that the numbers of the moves do not fit how many there are.
    """

    tags: dict[str, str]
    start: Board
    moves: list[int]
    result: str = "*"
    notes: list[Note] = field(default_factory=list)
    doubtful: bool = False


def scan_pgn(data: str | bytes, games: int, plies: int) -> tuple[list[GameRecord | InputError], int]:
    """The games of a PGN file with moves in Chinese, ICCS or WXF notation; comments and variations are left out,
    and counted in the notes of the record.

    Bytes may be UTF-8, UTF-16 with a byte order mark, GB18030 or Big5. A game that cannot be read gives its InputError
    in its place: more than 600 plies, a FEN or a move that cannot be (naming game, move and text). Stops after `games`
    games or once `plies` plies are passed; the second value counts the games that it left out.

    Raises:
        InputError: more than 1,000,000 bytes, or no game at all.
    """
    found: list[GameRecord | InputError] = []
    left_out = total = 0
    for number, draft in enumerate(drafts(_text(data)), start=1):
        if len(found) >= games or total > plies:
            left_out += 1
            continue
        total += min(len(draft.words), MAX_PLIES)
        try:
            found.append(_record(number, draft))
        except InputError as error:
            found.append(error)
    if not found:
        raise InputError("文件里没有找到棋局", "no game found in the file")
    return found, left_out


def _text(data: str | bytes) -> str:
    if len(data) > MAX_BYTES or (isinstance(data, str) and len(data.encode("utf-8", "replace")) > MAX_BYTES):
        raise InputError(f"棋谱文件超过上限 {MAX_BYTES:,} 字节", f"the file is over the limit of {MAX_BYTES:,} bytes")
    return (data if isinstance(data, str) else decode(data)).lstrip("\ufeff")


def write_pgn(record: GameRecord, notation: str = "chinese") -> str:
    """A game as PGN, its moves in `notation`: chinese, iccs or wxf; one pair of moves a line.

    Tags whose name no PGN could hold are left out, and so is a FEN tag, which the start position decides.

    Raises:
        KeyError: an unknown notation.
    """
    label, spell = _FORMATS[notation]
    tags = {"Game": "Chinese Chess"} | {name: record.tags.get(name, "?") for name in _ROSTER}
    tags["Result"] = record.result
    fen = write_fen(record.start)
    if fen != START:
        tags["FEN"] = fen
    tags["Format"] = label
    known = {*tags, "FEN"}
    tags |= {n: v for n, v in record.tags.items() if n not in known and re.fullmatch(rf"\w{{1,{MAX_NAME}}}", n)}
    lines = [f'[{name} "{_quoted(value)}"]' for name, value in tags.items()]
    board = record.start.copy()
    lines.append("")
    for ply, move in enumerate(record.moves):
        if board.side == 0:
            lines.append(f"{board.fullmove}. {spell(board, move)}")
        elif ply == 0:
            lines.append(f"{board.fullmove}... {spell(board, move)}")
        else:
            lines[-1] += f" {spell(board, move)}"
        board.push(move)
    return "\n".join([*lines, record.result, ""])


def _quoted(value: str) -> str:
    return shown(value, MAX_VALUE).replace("\\", "\\\\").replace('"', '\\"')


def _record(number: int, draft: Draft) -> GameRecord:
    """The game that a draft describes; `number` is its place in the file, from 1."""
    if len(draft.words) > MAX_PLIES:
        raise InputError(f"第 {number} 局超过上限 {MAX_PLIES} 着", f"game {number} has over {MAX_PLIES} plies")
    tags = draft.tags
    fen, result = tags.pop("FEN", ""), tags.pop("Result", "*")
    try:
        start = read_fen(fen) if fen else start_board()
    except InputError as error:
        raise InputError(f"第 {number} 局：{error.zh}", f"game {number}: {error.en}") from error
    notes = draft.notes()
    if not fen and _other_way_round(draft.words):
        start.side ^= 1
        notes.append(("第一着用的是黑方的数字，读作黑方先走", "the first move has black's numerals: black begins"))
    moves, said = _moves(number, start, draft.words)
    notes += said
    miscounted = _miscounted(draft, start.side)
    notes += [*_odd_numerals(draft.words, start.side), *miscounted]
    if draft.result in ("", "*") and result in RESULTS:
        draft.result = result
    return GameRecord(tags, start, moves, draft.result or "*", notes, bool(miscounted))


def _other_way_round(words: list[str]) -> bool:
    """Whether black begins, by the numerals: red's are Chinese, black's are digits."""
    sides = [numerals_of(word) for word in words]
    return len(sides) > 1 and set(sides[::2]) == {BLACK} and set(sides[1::2]) == {RED}


def _odd_numerals(words: list[str], first: int) -> list[Note]:
    """Moves written with the other side's numerals in a game that otherwise keeps them apart."""
    sides = [numerals_of(word) for word in words]
    odd = [word for ply, (word, side) in enumerate(zip(words, sides, strict=True)) if side == (first + ply + 1) % 2]
    if not odd or 2 * len(odd) >= sum(side is not None for side in sides):
        return []
    name = shown(odd[0], 24)
    zh, en = f"“{name}”用了对方的数字", f"“{name}” has the other side's numerals"
    more = len(odd) > 1
    return [
        (
            f"{zh}{f'（这样的共 {len(odd)} 着）' if more else ''}，仍按轮到的一方读",
            f"{en}{f' (so have {len(odd)} moves)' if more else ''}; read as a move of the side whose turn it is",
        )
    ]


def _miscounted(draft: Draft, first: int) -> list[Note]:
    numbers = draft.miscounted(first == BLACK)
    if not numbers:
        return []
    a, b = numbers
    return [
        (
            f"回合的编号（{a} 之后是 {b}）与着数不合，请核对",
            f"the numbers of the moves ({b} after {a}) do not fit how many there are: please check",
        )
    ]


def _moves(number: int, start: Board, words: list[str]) -> tuple[list[int], list[Note]]:
    """The moves, and how their ranks are counted where that is not from 0; the reading that gets further counts."""
    algebraic = is_algebraic(words)
    moves, error = _played(number, start, words, lambda board, word: read_move(board, word, algebraic))
    if error is None:
        return moves, []
    zh, en = "着法的行号是 1-10（UCI 写法）", "the moves count ranks from 1 to 10 (UCI)"
    others, other_error = _played(number, start, words, read_from_one)
    if other_error is None:
        return others, [(f"{zh}，已换成 0-9（ICCS）", f"{en}; read as ICCS, 0 to 9")]
    if len(others) > len(moves):
        raise InputError(f"{other_error.zh}。{zh}", f"{other_error.en}; {en}")
    raise error


def _played(
    number: int, start: Board, words: list[str], read: Callable[[Board, str], int]
) -> tuple[list[int], InputError | None]:
    """The moves up to the first that cannot be read, and why that one cannot."""
    board = start.copy()
    moves: list[int] = []
    for word in words:
        try:
            move = read(board, word)
        except InputError as error:
            at = board.fullmove
            zh, en = f"第 {number} 局第 {at} 回合：{error.zh}", f"game {number}, move {at}: {error.en}"
            return moves, InputError(zh, en)
        moves.append(move)
        board.push(move)
    return moves, None
