"""Why a move may not be played, in the players' own words: 蹩马腿, 塞象眼, 炮架, 送将 and the rest."""

from __future__ import annotations

from core.errors import InputError
from core.xiangqi.board import Board
from core.xiangqi.geometry import (
    ADVISOR,
    BISHOP,
    BLACK,
    BLACK_OFFSET,
    CANNON,
    ENGLISH,
    FILES,
    KING,
    KNIGHT,
    NAMES,
    PAWN,
    RED,
    ROOK,
    SIDES,
    SIDES_CHINESE,
    SQUARES,
    in_palace,
    on_own_bank,
)

Reason = tuple[str, str]
OFF_THE_BOARD: Reason = ("越界：走出了棋盘", "it leads off the board")


def why_illegal(board: Board, move: int) -> Reason:
    """Why `move` may not be played on `board`, in Chinese and English; `move` is not legal."""
    start, target = divmod(move, SQUARES)
    squares, side = board.squares, board.side
    code, name = squares[start], _square(start)
    if not code:
        return f"{name} 上没有棋子", f"there is no piece on {name}"
    owner, piece = _owner(code), _kind(code)
    if owner != side:
        return (
            f"轮到{SIDES_CHINESE[side]}走，{name} 上是{SIDES_CHINESE[owner]}的{NAMES[owner][piece]}",
            f"it is {SIDES[side]}'s turn, and {name} holds {SIDES[owner]}'s {ENGLISH[piece]}",
        )
    if start == target:
        return "没有走动", "the piece has not moved"
    shape = _shape(board, piece, start, target)
    # What stands in the line of a chariot or a cannon matters less than what stands at its end.
    straight = piece in (ROOK, CANNON) and (start % FILES == target % FILES or start // FILES == target // FILES)
    if squares[target] and _owner(squares[target]) == side and (straight or not shape):
        own = _kind(squares[target])
        return (
            f"{_square(target)} 上是自己的{NAMES[side][own]}，不能吃",
            f"{_square(target)} holds {SIDES[side]}'s own {ENGLISH[own]}",
        )
    return shape or _danger(board, move)


def why_stuck(board: Board, at: int) -> Reason:
    """Why the piece on `at` cannot be taken up: not of the side to move, walled in, or bound by a check."""
    code = board.squares[at]
    if not code or _owner(code) != board.side:
        return why_illegal(board, at * SQUARES + at)
    moves = [m for m in board.pseudo_legal() if m // SQUARES == at]
    name, english = NAMES[board.side][_kind(code)], ENGLISH[_kind(code)]
    if not moves:
        zh, en = f"这个{name}四面受阻，现在没有可走的地方", f"this {english} has nowhere to go now"
        return zh, en
    legal = [m for m in moves if board.is_legal(m)]
    if legal:
        return "", ""
    zh, en = _danger(board, moves[0])
    return f"这个{name}现在不能走：{zh}", f"this {english} cannot move now: {en}"


def misstep(board: Board, at: int) -> Reason:
    """How the piece on `at`, one that moves aslant, goes, for one who would have it go otherwise."""
    return _shape(board, _kind(board.squares[at]), at, at) or ("", "")


def illegal(board: Board, move: int, text: str = "") -> InputError:
    """The error for a move that is not legal, naming the `text` it was written as."""
    zh, en = why_illegal(board, move)
    return InputError(f"“{text}”：{zh}" if text else zh, f"“{text}”: {en}" if text else en)


def _shape(board: Board, piece: int, start: int, target: int) -> Reason | None:
    """What in the way of the piece forbids the move, leaving its own king aside."""
    files, ranks = abs(target % FILES - start % FILES), abs(target // FILES - start // FILES)
    if piece == KING:
        return _king(board, files, ranks, start, target)
    if piece == ADVISOR:
        return _advisor(board, files, ranks, target)
    if piece == BISHOP:
        return _elephant(board, files, ranks, start, target)
    if piece == KNIGHT:
        return _horse(board, files, ranks, start, target)
    if piece == PAWN:
        return _pawn(board, files, ranks, start, target)
    return _liner(board, piece, start, target)


def _king(board: Board, files: int, ranks: int, start: int, target: int) -> Reason | None:
    name = NAMES[board.side][KING]
    if target == board.kings[board.side ^ 1] and not files and not _between(board, start, target):
        return None  # a capture along the open file, which no legal position allows
    if files + ranks != 1:
        return f"{name}一次只能横走或竖走一格", "a king goes one step straight"
    if not in_palace(target, board.side):
        return f"{name}不能走出九宫", "a king does not leave the palace"
    return None


def _advisor(board: Board, files: int, ranks: int, target: int) -> Reason | None:
    name = NAMES[board.side][ADVISOR]
    if (files, ranks) != (1, 1):
        return f"{name}只能斜走一格", "an advisor goes one step diagonally"
    if not in_palace(target, board.side):
        return f"{name}不能走出九宫", "an advisor does not leave the palace"
    return None


def _elephant(board: Board, files: int, ranks: int, start: int, target: int) -> Reason | None:
    name, eye = NAMES[board.side][BISHOP], (start + target) // 2
    if (files, ranks) != (2, 2):
        return f"{name}走田字，斜走两格", "an elephant goes exactly two steps diagonally"
    if not on_own_bank(target, board.side):
        return f"{name}不能过河", "an elephant does not cross the river"
    if board.squares[eye]:
        return f"塞象眼：田字中心 {_square(eye)} 有子", f"the elephant's eye {_square(eye)} is blocked"
    return None


def _horse(board: Board, files: int, ranks: int, start: int, target: int) -> Reason | None:
    if sorted((files, ranks)) != [1, 2]:
        return "马走日字：直走一格再斜走一格", "a horse goes one step straight and one diagonally"
    if files == 2:
        leg = start + (1 if target % FILES > start % FILES else -1)
    else:
        leg = start + (FILES if target > start else -FILES)
    if board.squares[leg]:
        return f"蹩马腿：{_square(leg)} 有子挡着", f"the horse's leg is blocked on {_square(leg)}"
    return None


def _pawn(board: Board, files: int, ranks: int, start: int, target: int) -> Reason | None:
    name = NAMES[board.side][PAWN]
    forward = (target // FILES - start // FILES) * (1 if board.side == RED else -1)
    if forward < 0:
        return f"{name}不能后退", "a pawn does not go back"
    if files + ranks != 1:
        return f"{name}一次只能走一格，不能斜走", "a pawn goes one step, never diagonally"
    if files and on_own_bank(start, board.side):
        return f"{name}过河之前只能向前，不能横走", "a pawn goes sideways only beyond the river"
    return None


def _liner(board: Board, piece: int, start: int, target: int) -> Reason | None:
    name, english = NAMES[board.side][piece], ENGLISH[piece]
    if start % FILES != target % FILES and start // FILES != target // FILES:
        return f"{name}只能走直线", f"a {english} goes in a straight line"
    between = _between(board, start, target)
    if piece == ROOK:
        if between:
            return f"中间 {_square(between[0])} 有子挡着", f"{_square(between[0])} is in the way"
        return None
    takes = bool(board.squares[target])
    if takes and not between:
        return "炮吃子要隔一个子作炮架，中间没有炮架", "a cannon takes over exactly one piece; there is none between"
    if takes and len(between) > 1:
        count = len(between)
        return f"炮吃子只能隔一个炮架，中间有 {count} 个子", f"a cannon takes over exactly one piece, not {count}"
    if not takes and between:
        at = _square(between[0])
        return f"炮不吃子时不能越过 {at} 上的子", f"a cannon jumps only to take; {at} is in the way"
    return None


def _danger(board: Board, move: int) -> Reason:
    """What would take the king after `move`."""
    checked, side = board.in_check(), board.side
    king = NAMES[side][KING]
    board.push(move)
    red, black = board.kings
    facing = red % FILES == black % FILES and not _between(board, red, black)
    attackers = [m // SQUARES for m in board.pseudo_legal() if m % SQUARES == board.kings[side]]
    board_code = board.squares[attackers[0]] if attackers else 0
    board.pop()
    if facing:
        return "走后将帅照面", "the kings would face each other on an open file"
    if not attackers:
        return "不合规则", "it is against the rules"
    at, owner, piece = _square(attackers[0]), side ^ 1, _kind(board_code)
    if checked:
        return (
            f"正被将军，这样走没有解将：{at} 的{NAMES[owner][piece]}仍能吃{king}",
            f"in check, and this does not parry it: the {ENGLISH[piece]} on {at} could still take the king",
        )
    return (
        f"送将：走后{king}会被 {at} 的{NAMES[owner][piece]}吃掉",
        f"it exposes the king to the {ENGLISH[piece]} on {at}",
    )


def _between(board: Board, start: int, target: int) -> list[int]:
    """Occupied squares strictly between two squares of a line."""
    low, high = sorted((start, target))
    step = FILES if low % FILES == high % FILES else 1
    return [at for at in range(low + step, high, step) if board.squares[at]]


def _owner(code: int) -> int:
    return BLACK if code > BLACK_OFFSET else RED


def _kind(code: int) -> int:
    return code - BLACK_OFFSET if code > BLACK_OFFSET else code


def _square(at: int) -> str:
    return f"{'abcdefghi'[at % FILES]}{at // FILES}"
