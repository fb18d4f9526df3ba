"""Tactics: what is won or lost in the next few moves, by alpha-beta on what the pieces are worth where they stand.

It knows nothing of plans, which are the GPT's part; it sees what the GPT is blind to. Principal variation search with
quiescence on captures and checks, a table of positions, null moves, late move reductions and futility, all as
chessprogramming.org describes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.xiangqi.board import Board
from core.xiangqi.game import Game
from core.xiangqi.geometry import SQUARES
from core.xiangqi.quick_board import BLACK_TO_MOVE, QuickBoard
from core.xiangqi.worth import WORTH

MATE = 20_000
_CERTAIN = MATE - 1_000
_EXACT, _LOWER, _UPPER = range(3)
# Hundredths of a pawn: what a capture may bring beyond the piece, and what a quiet move may per ply.
_MARGIN, _QUIET = 120, 110
_MOST_PLIES = 100
_DEEPEST_QUIESCENCE = 12
# A lead of so many hundredths of a pawn is an expected score of 0.73.
_SCALE = 250.0
_PRICE = tuple(max(map(abs, row)) for row in WORTH)


class _Stopped(Exception):
    """What the search was given is used up."""


@dataclass(frozen=True)
class Verdict:
    """The best move found, its score in hundredths of a pawn for the side to move, and the depth looked to."""

    move: int
    score: int
    depth: int


def expected(score: int) -> float:
    """A score as an expected result in [-1, 1]."""
    return math.tanh(score / (2 * _SCALE))


class Tactics(QuickBoard):
    """A position to search in, and what searches of it and its like have found."""

    def __init__(self) -> None:
        self._table: dict[int, tuple[int, int, int, int]] = {}
        self._history: dict[int, int] = {}
        self._killers = [0] * (_MOST_PLIES + 1)
        self._path: list[int] = []
        self._stop: Callable[[], bool] = lambda: False
        self._limit = math.inf
        self.nodes = 0

    def take_up(self, game: Game) -> None:
        """Go to where `game` stands; positions since the last capture count as repeated if they come again."""
        self.set(game.start)
        self._path = []
        for move in game.moves:
            self._path.append(self.key)
            if self.push(move):
                self._path = []

    def settle(self, board: Board) -> int:
        """The score of a position for the side to move, once captures are played out; checks are answered first."""
        self.set(board)
        self._path, self._limit = [], math.inf
        return self._search(0, -MATE, MATE, 1)

    def deepen(
        self,
        moves: Sequence[int],
        favour: Mapping[int, int],
        nodes: float = math.inf,
        stop: Callable[[], bool] = lambda: False,
    ) -> Iterator[Verdict]:
        """Verdicts on the position taken up, deeper and deeper, until `stop()` or `nodes` have been looked at.

        Args:
            moves: the legal moves, the likeliest first.
            favour: what speaks for each move besides tactics, in hundredths of a pawn.
            nodes: how many positions it may look at.
            stop: asked every now and then whether to stop.
        """
        self.nodes, self._limit, self._stop = 0, nodes, stop
        moves, here, path = list(moves), Board(self.squares[:], self.side), self._path[:]
        for depth in range(1, _MOST_PLIES // 2):
            best, low, stopped = moves[0], -MATE, False
            self._path = [*path, self.key]
            try:
                for move in moves:
                    score = self._root(move, favour.get(move, 0), depth, low)
                    if score > low:
                        best, low = move, score
            except _Stopped:
                stopped = True
                self.set(here)
            self._path = path[:]
            # A depth that is not finished counts as far as it went: the best move so far was looked at first.
            if low > -MATE:
                moves.remove(best)
                moves.insert(0, best)
                yield Verdict(best, low - favour.get(best, 0), depth)
            if stopped or abs(low) > _CERTAIN:
                return

    def _root(self, move: int, favour: int, depth: int, low: int) -> int:
        """The score of a move with what speaks for it; if that is no better than `low`, some score not above."""
        taken = self.push(move)
        score = low
        if low > -MATE:
            score = favour - self._search(depth - 1, favour - low - 1, favour - low, 1)
        if low == -MATE or score > low:
            score = favour - self._search(depth - 1, -MATE, MATE, 1)
        self.pop(move, taken)
        return score

    def line(self, move: int, most: int = 8) -> list[int]:
        """`move` and the best play after it, as far as the table knows it; the position stays as it is."""
        found = [move]
        done = [(move, self.push(move))]
        seen = {self.key}
        while len(found) < most:
            entry = self._table.get(self.key)
            if not entry or not entry[3] or entry[3] not in {m for some in self.moves() for m in some}:
                break
            done.append((entry[3], self.push(entry[3])))
            if self.exposed or self.key in seen:
                self.pop(*done.pop())
                break
            seen.add(self.key)
            found.append(entry[3])
        for each, taken in reversed(done):
            self.pop(each, taken)
        return found

    def _search(self, depth: int, low: int, high: int, ply: int, null: bool = True) -> int:
        """The score for the side to move; outside of `low` to `high` only a bound of it."""
        if self.key in self._path:
            return 0
        checked = self.checked
        if checked:
            depth += 1
        if depth <= 0 or ply >= _MOST_PLIES:
            return self._quiesce(low, high, 0)
        self.nodes += 1
        if self.nodes >= self._limit or (not self.nodes & 127 and self._stop()):
            raise _Stopped
        hint, known = self._known(depth, low, high, ply)
        if known is not None:
            return known
        now = -self.score if self.side else self.score
        if high - low == 1 and not checked and abs(high) < _CERTAIN:
            if depth <= 3 and now - 90 * depth >= high:
                return now
            if null and depth >= 3 and now >= high and self._null(depth, high, ply) >= high:
                return high
        return self._branch(depth, low, high, ply, hint, checked, now)

    def _branch(self, depth: int, low: int, high: int, ply: int, hint: int, checked: bool, now: int) -> int:
        key, floor = self.key, low
        best, chosen, number = ply - MATE, 0, 0
        calm = not checked
        self._path.append(key)
        for move in self._ordered(hint, ply):
            taken = self.push(move)
            if self.exposed:
                self.pop(move, taken)
                continue
            number += 1
            less = 0
            if number > 1 and calm and not taken:
                if depth >= 3:
                    less = (number > 3) + (number > 12)
                elif now + _QUIET * depth <= low and best > -_CERTAIN and not self.checked:
                    # So far behind a quiet move changes nothing.
                    self.pop(move, taken)
                    continue
            found = high
            if number > 1:
                found = -self._search(depth - 1 - less, -low - 1, -low, ply + 1)
            if number == 1 or (found > low and (less or found < high)):
                found = -self._search(depth - 1, -high, -low, ply + 1)
            self.pop(move, taken)
            if found > best:
                best, chosen = found, move
                low = max(low, found)
                if low >= high:
                    if not taken:
                        self._killers[ply] = move
                        self._history[move] = self._history.get(move, 0) + depth * depth
                    break
        self._path.pop()
        kind = _LOWER if best >= high else _EXACT if best > floor else _UPPER
        # The way to mate is counted from the position, not from where the search began.
        kept = best + ply if best > _CERTAIN else best - ply if best < -_CERTAIN else best
        self._table[key] = depth, kind, kept, chosen
        return best

    def _known(self, depth: int, low: int, high: int, ply: int) -> tuple[int, int | None]:
        """The move that was best here before, and the score if that settles the matter."""
        entry = self._table.get(self.key)
        if not entry:
            return 0, None
        seen, kind, score, hint = entry
        if score > _CERTAIN:
            score -= ply
        elif score < -_CERTAIN:
            score += ply
        fits = kind == _EXACT or (kind == _LOWER and score >= high) or (kind == _UPPER and score <= low)
        return hint, score if seen >= depth and fits else None

    def _null(self, depth: int, high: int, ply: int) -> int:
        """What is left to the side to move if it lets the other move twice."""
        key = self.key
        self._path.append(key)
        self.side, self.key = 1 - self.side, key ^ BLACK_TO_MOVE
        found = -self._search(depth - 3, -high, 1 - high, ply + 1, False)
        self.side, self.key = 1 - self.side, key
        self._path.pop()
        return found

    def _quiesce(self, low: int, high: int, ply: int) -> int:
        """The score once captures that can bring something have been played out, and one check; nobody has to capture,
        but who is in check at once has to answer."""
        self.nodes += 1
        if ply == 1 and self.checked:
            return self._evade(low, high, ply)
        best = -self.score if self.side else self.score
        if best >= high or ply >= _DEEPEST_QUIESCENCE:
            return best
        low, squares = max(low, best), self.squares
        ordered = []
        for move in self.moves(False)[0]:
            start, target = divmod(move, SQUARES)
            prize, price = _PRICE[squares[target]], _PRICE[squares[start]]
            if best + prize + _MARGIN > low:
                ordered.append((16 * prize - price, move))
        ordered.sort(reverse=True)
        for _, move in ordered:
            if not self._pays(move):
                continue
            taken = self.push(move)
            if self.exposed:
                self.pop(move, taken)
                continue
            found = -self._quiesce(-high, -low, ply + 1)
            self.pop(move, taken)
            if found > best:
                best = found
                low = max(low, found)
                if low >= high:
                    return best
        return best if ply else self._checking(best, low, high)

    def _checking(self, best: int, low: int, high: int) -> int:
        """The `best` score so far, or a better one by a check that takes nothing."""
        for move in self.checks():
            taken = self.push(move)
            found = best if self.exposed or not self.checked else -self._quiesce(-high, -low, 1)
            self.pop(move, taken)
            if found > best:
                best = found
                low = max(low, found)
                if low >= high:
                    break
        return best

    def _evade(self, low: int, high: int, ply: int) -> int:
        """The score of the side to move, in check: of its best answer, or that of being mated."""
        best = ply + _MOST_PLIES - MATE
        captures, others = self.moves()
        for move in (*captures, *others):
            taken = self.push(move)
            if not self.exposed:
                found = -self._quiesce(-high, -low, ply + 1)
                if found > best:
                    best = found
                    low = max(low, found)
            self.pop(move, taken)
            if low >= high:
                break
        return best

    def _pays(self, move: int) -> bool:
        """Whether a capture takes something dearer than the piece that it risks, or risks none."""
        start, target = divmod(move, SQUARES)
        return _PRICE[self.squares[target]] >= _PRICE[self.squares[start]] or not self.attacked(target, 1 - self.side)

    def _ordered(self, hint: int, ply: int) -> list[int]:
        """All moves, those that are likely to be best first."""
        captures, others = self.moves()
        squares, history, scored = self.squares, self._history, []
        for move in captures:
            start, target = divmod(move, SQUARES)
            scored.append(((1 << 40) * self._pays(move) + 16 * _PRICE[squares[target]] - _PRICE[squares[start]], move))
        scored += [(history.get(move, 0), move) for move in others]
        scored.sort(reverse=True)
        found = [move for _, move in scored]
        for first in (self._killers[ply], hint):
            if first in found:
                found.remove(first)
                found.insert(0, first)
        return found
