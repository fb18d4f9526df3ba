"""A tree search guided by the GPT: its move probabilities say where to look, its value what to think of it.

PUCT as in AlphaZero (arXiv:1712.01815), with leaves evaluated many at a time. The tree lives in the model's own KV
cache: every position of the tree is one token that attends to the game and to its own line only, so looking at a
position costs one token, not a re-reading of the game (tree attention, as in SpecInfer, arXiv:2305.09781). What
captures are about to change the model does not see: a leaf is worth half what the model says and half what
`core.xiangqi.tactics` says once they are played out.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.xiangqi.encoding import TOKENS, features
from core.xiangqi.game import Game
from core.xiangqi.player import Player
from core.xiangqi.tactics import Tactics, expected

# Leaves of one batch: of more, the later ones would be guesses.
_LEAVES = 32
_EXPLORE = 1.6
# How much worse than its parent an unvisited move is taken to be.
_FIRST_PLAY = 0.25


class _Node:
    """A position of the tree, with an entry for each of its legal moves once the model has looked at it.

    `totals` are sums of values for the side to move, `waiting` counts visits under way, `slot` is its place in the
    cache and `result`, where the game ends here, the value for the side to move.
    """

    __slots__ = ("children", "moves", "priors", "result", "slot", "totals", "visits", "waiting")

    def __init__(self) -> None:
        self.moves: list[int] = []
        self.children: list[_Node | None] = []
        self.slot = -1
        self.result: float | None = None
        self.priors = self.visits = self.waiting = self.totals = np.zeros(0)

    def expand(self, moves: list[int], probabilities: np.ndarray, side: int) -> None:
        """Take up the legal moves, with the model's probabilities made to sum to 1."""
        priors = probabilities[TOKENS[side, moves]]
        self.moves, self.children, self.priors = moves, [None] * len(moves), priors / priors.sum()
        self.visits, self.waiting, self.totals = (np.zeros(len(moves)) for _ in range(3))

    def pick(self) -> int:
        """The move that PUCT would visit next; a visit under way counts as a loss, to spread the leaves."""
        seen = self.visits + self.waiting
        done = float(self.visits.sum())
        unseen = max(-1.0, (float(self.totals.sum()) / done if done else 0.0) - _FIRST_PLAY)
        mean = np.where(seen > 0, (self.totals - self.waiting) / np.maximum(seen, 1), unseen)
        return int((mean + _EXPLORE * math.sqrt(float(seen.sum()) + 1) * self.priors / (1 + seen)).argmax())


_Path = list[tuple[_Node, int]]


@dataclass
class _Leaf:
    """A position for the model to look at: how the tree leads to it, its legal moves, and what tactics say of it."""

    path: _Path
    node: _Node
    token: int
    squares: list[int]
    side: int
    moves: list[int]
    tactics: float


@dataclass(frozen=True)
class Found:
    """What a search says of the legal moves.

    Their shares of its visits, the value for the side to move in [-1, 1], how many positions the model has looked at
    and, where they had a say, tactics (`nodes`), and the line of best play.
    """

    moves: list[int]
    shares: np.ndarray
    value: float
    positions: int
    line: list[int]
    nodes: int = 0


class TreeSearch:
    """One search from where a game stands, on a copy of the game and of what the model has read of it."""

    def __init__(self, player: Player, game: Game, to_win: bool = False) -> None:
        self.player, self.game = player, Game(game.start, game.moves)
        self.model: Any = player.model  # an `XiangqiGPT`: others have no view of the result
        self.tactics = Tactics()
        with player.lock, torch.inference_mode():
            line = player.line(game, to_win)
            assert line.last is not None
            logits = line.last[0].float()
            win, _, loss = line.last[1].float().softmax(-1).tolist()
            self.cache = copy.deepcopy(line.cache)
        # The tree is read without the mirror image, which would cost as much again.
        self.cache.batch_select_indices(torch.zeros(1, dtype=torch.long, device=player.device))
        sequence = player.sequence(game)
        self.base = len(sequence.tokens)
        self.positions = 0
        self.outset = win - loss  # what the model thinks before it has looked anywhere
        self.root = _Node()
        self.root.expand(game.board.legal_moves(), logits.softmax(-1).cpu().numpy(), game.board.side)

    def run(self, positions: int, stop: Callable[[], bool] = lambda: False) -> Found:
        """Look at up to `positions` positions."""
        for _ in self.steps(positions, stop):
            pass
        return self.found()

    @torch.inference_mode()
    def steps(self, positions: float, stop: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """As `run`, pausing after each batch, when `found` may be asked."""
        rounds = 0
        # A round may find only ends of the game, which cost no evaluation: those are bounded too.
        while self.positions < positions and rounds < 2 * positions and not stop():
            # Not more than a few leaves at once while the tree is small, or they would all be guesses.
            most = min(_LEAVES, 8 + self.positions // 2, positions - self.positions)
            leaves = [leaf for place in self._places(int(most)) if (leaf := self._reach(*place))]
            if leaves:
                self._look(leaves)
            self.positions += len(leaves)
            rounds += 1
            yield

    def found(self) -> Found:
        """What the search says so far."""
        root = self.root
        shares = root.visits if root.visits.any() else root.priors
        best = int(shares.argmax())
        value = float(root.totals[best] / root.visits[best]) if root.visits[best] else self.outset
        line: list[int] = []
        node: _Node | None = root
        while node is not None and node.visits.any():
            at = int(node.visits.argmax())
            line.append(node.moves[at])
            node = node.children[at]
        return Found(root.moves, shares / shares.sum(), value, self.positions, line)

    def _places(self, most: int) -> list[tuple[_Path, _Node]]:
        """Ways to positions not looked at yet; ends of the game on the way are counted at once."""
        found: list[tuple[_Path, _Node]] = []
        for _ in range(3 * most):
            path: _Path = []
            child: _Node | None = self.root
            while child is not None and child.moves:
                at = child.pick()
                path.append((child, at))
                child = child.children[at]
            if child is None:
                node, at = path[-1]
                node.children[at] = child = _Node()
                for each, index in path:
                    each.waiting[index] += 1
                found.append((path, child))
            elif child.result is not None:
                _back_up(path, child.result)
            if len(found) == most or (child.result is None and not (found and found[-1][1] is child)):
                break  # enough, or all that is left to do is under way
        return found

    def _reach(self, path: _Path, node: _Node) -> _Leaf | None:
        """The position that `path` leads to, or None where the game has ended there, which needs no model."""
        game = self.game
        for each, at in path:
            each.waiting[at] -= 1
            mover, move = game.board.side, each.moves[at]
            game.push(move)
        board = game.board
        moves = board.legal_moves()
        ended = game.drawn() if moves else None
        leaf = None
        if not moves:
            node.result = -1.0
        elif ended:
            node.result = 0.0 if ended.winner is None else (-1.0 if ended.winner == mover else 1.0)
        else:
            tactics = expected(self.tactics.settle(board))
            leaf = _Leaf(path, node, int(TOKENS[mover, move]), board.squares[:], board.side, moves, tactics)
        for _ in path:
            game.pop()
        if node.result is not None:
            _back_up(path, node.result)
        return leaf

    def _look(self, leaves: list[_Leaf]) -> None:
        """Have the model look at positions."""
        device, count, seen = self.player.device, len(leaves), self.cache.get_seq_length()
        mask = torch.zeros((1, 1, count, seen + count), dtype=torch.bool)
        mask[..., : self.base] = True
        for r, leaf in enumerate(leaves):
            mask[0, 0, r, [node.slot for node, _ in leaf.path[1:]] + [seen + r]] = True
        positions = torch.tensor([[self.base + len(leaf.path) - 1 for leaf in leaves]], device=device)
        shown = None
        if self.model.board_aware:
            boards = features([leaf.squares for leaf in leaves], [leaf.side for leaf in leaves])
            shown = torch.from_numpy(boards.astype(np.int64))[None].to(device)
        ids = torch.tensor([[leaf.token for leaf in leaves]], device=device)
        with self.player.lock:  # for this batch only: other games go on between two batches
            out = self.model(ids, shown, self.cache, positions, mask.to(device))
        probabilities = out.logits[0].float().softmax(-1).cpu().numpy()
        values = out.value[0].float().softmax(-1).cpu().numpy()
        for r, leaf in enumerate(leaves):
            leaf.node.slot = seen + r
            leaf.node.expand(leaf.moves, probabilities[r], leaf.side)
            _back_up(leaf.path, (float(values[r, 0] - values[r, 2]) + leaf.tactics) / 2)


def _back_up(path: _Path, value: float) -> None:
    """Count a visit; `value` is for the side to move in the position that the path leads to."""
    for node, at in reversed(path):
        value = -value
        node.visits[at] += 1
        node.totals[at] += value
