"""Thinking before a move: a tree search guided by the GPT finds what is worth playing, then tactics have their say.

The two are good at different things. The tree (`core.xiangqi.tree_search`) knows what people play and how such games
end, but sees few positions; tactics (`core.xiangqi.tactics`) see a hundred times as many and know only what pieces are
worth. So the tree goes first, and its preference counts with tactics as a part of a pawn for each move.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from core.xiangqi.caution import mates
from core.xiangqi.game import Game
from core.xiangqi.player import Player
from core.xiangqi.tactics import Tactics, expected
from core.xiangqi.tree_search import Found, TreeSearch
from core.xiangqi.turns import Turns

# Positions that tactics look at for each that the GPT looks at, and the share of the time that the GPT has: about the
# same on one core.
NODES, _TREE_TIME = 128, 0.3
# With minutes to think the tree, whose last guesses are as good as its first hundreds, does not get more than this.
_TREE_SECONDS = 3.0
# Hundredths of a pawn that a move with a tenth of the best one's visits is behind, and that any move is at most.
_FAVOUR, _MOST_FAVOUR = 35, 120
# A verdict that looked less far overrules nobody.
_DEPTH = 3
_WAITING = 12

turns = Turns(_WAITING)


@dataclass(frozen=True)
class Budget:
    """What may be spent on a move: positions of the tree, with their share of tactics, and seconds."""

    positions: float = math.inf
    seconds: float = math.inf


def think(
    player: Player,
    game: Game,
    budget: Budget,
    to_win: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Found]:
    """What is thought of the moves, better and better; the last is what it came to, as soon as `stopped()` says so.

    Only one thinks at a time. A budget of seconds is shared with those who wait. Raises Busy where too many do.
    """
    mating = next(mates(game.board), None)
    if mating is not None:
        legal = game.board.legal_moves()
        yield Found(legal, np.array([float(m == mating) for m in legal]), 1.0, 0, [mating])
        return
    with turns.turn(stopped) as mine:
        begin = time.monotonic()

        def over(share: float, most: float = math.inf) -> Callable[[], bool]:
            def done() -> bool:
                spent = time.monotonic() - begin
                return stopped() or spent > min(share * budget.seconds / (1 + turns.waiting), most)

            return done

        tree = TreeSearch(player, game, to_win)
        found = tree.found()
        if mine:
            for _ in tree.steps(budget.positions, over(_TREE_TIME, _TREE_SECONDS)):
                found = tree.found()
                yield found
            yield from _checked(game, found, NODES * budget.positions, over(1))
        else:
            yield found


def _checked(game: Game, found: Found, nodes: float, over: Callable[[], bool]) -> Iterator[Found]:
    """What the tree found, with the say of tactics."""
    tactics = Tactics()
    tactics.take_up(game)
    order = np.argsort(-found.shares, kind="stable")
    # A move without a visit is not out of the question.
    shares = found.shares + 0.3 / (len(order) + found.positions)
    behind = np.log10(shares / shares.max()) * _FAVOUR
    favour = {m: round(max(float(b), -_MOST_FAVOUR)) for m, b in zip(found.moves, behind, strict=True)}
    for verdict in tactics.deepen([found.moves[i] for i in order], favour, nodes, over):
        if verdict.depth < _DEPTH:
            continue
        chosen = np.array([m == verdict.move for m in found.moves], float)
        value = (found.value + expected(verdict.score)) / 2
        line = tactics.line(verdict.move)
        yield Found(found.moves, (found.shares + chosen) / 2, value, found.positions, line, tactics.nodes)
