"""A small tree search guided by the GPT: its move probabilities say where to look, its value what to think of it.

PUCT as in AlphaZero (arXiv:1712.01815), with leaves evaluated several at a time. The tree lives in the model's own
KV cache: every position of the tree is one token that attends to the game and to its own line only, so looking at a
position costs one token, not a re-reading of the game (tree attention, as in SpecInfer, arXiv:2305.09781).
"""

from __future__ import annotations

import copy
import math
import time
from dataclasses import dataclass, field

import numpy as np
import torch

from core.xiangqi.encoding import TOKENS, features
from core.xiangqi.game import Game
from core.xiangqi.player import Player

_LEAVES = 16
_EXPLORE = 1.6
# How much worse than its parent an unvisited move is taken to be.
_FIRST_PLAY = 0.25


@dataclass
class _Node:
    """A position of the tree: visits, value sum for the side that moved into it, and its place in the cache."""

    prior: float
    move: int = -1
    visits: int = 0
    total: float = 0.0
    waiting: int = 0
    children: list[_Node] = field(default_factory=list)
    slot: int = -1
    result: float | None = None

    @property
    def mean(self) -> float:
        """Value in [-1, 1] for the side that moved here; a visit under way counts as a loss, to spread the leaves."""
        return (self.total - self.waiting) / max(1, self.visits + self.waiting)


@dataclass(frozen=True)
class Found:
    """What the search says: the share of visits of each legal move, and the value for the side to move in [-1, 1]."""

    moves: list[int]
    shares: np.ndarray
    value: float
    positions: int


class TreeSearch:
    """One search from where a game stands, on a copy of the game and of what the model has read of it."""

    def __init__(self, player: Player, game: Game, to_win: bool = False) -> None:
        self.player = player
        self.game = Game(game.start, game.moves)
        self.root = _Node(1.0)
        with player.lock, torch.inference_mode():
            line = player.line(game, to_win)
            assert line.last is not None
            self.cache = copy.deepcopy(line.cache)
            logits, _ = line.last
        sequence = player.sequence(game)
        self.first, self.base = sequence.first, len(sequence.tokens)
        moves = game.board.legal_moves()
        self.root.children = _children(moves, logits.float().softmax(-1).cpu().numpy(), game.board.side)

    @torch.inference_mode()
    def run(self, positions: int, seconds: float = math.inf) -> Found:
        """Look at up to `positions` positions, for about `seconds` at most."""
        mating = _ends_at_once(self.game)
        if mating is not None:
            moves = [child.move for child in self.root.children]
            return Found(moves, np.array([float(m == mating) for m in moves]), 1.0, 0)
        stop, evaluated, rounds = time.monotonic() + seconds, 0, 0
        # A round may find only ends of the game, which cost no evaluation: those are bounded too.
        while evaluated < positions and rounds < 2 * positions and time.monotonic() < stop:
            # Not more than a few leaves at once while the tree is small, or they would all be guesses.
            leaves = self._leaves(min(_LEAVES, 2 + evaluated // 4, positions - evaluated))
            evaluated += self._evaluate(leaves)
            rounds += 1
        children = self.root.children
        visits = np.array([child.visits for child in children], np.float64)
        if not visits.sum():
            visits = np.array([child.prior for child in children])
        best = max(children, key=lambda child: child.visits)
        return Found([c.move for c in children], visits / visits.sum(), best.mean if best.visits else 0.0, evaluated)

    def _leaves(self, most: int) -> list[list[_Node]]:
        """Paths from the root to positions not looked at yet; ends of the game on the way are counted at once."""
        found: list[list[_Node]] = []
        for _ in range(3 * most):
            if len(found) == most:
                break
            path = [self.root]
            while path[-1].children and path[-1].result is None:
                path.append(_pick(path[-1]))
            leaf = path[-1]
            if leaf.result is not None:
                _back_up(path, leaf.result)
                continue
            if leaf.waiting:
                break
            for node in path:
                node.waiting += 1
            found.append(path)
        return found

    def _evaluate(self, paths: list[list[_Node]]) -> int:
        """Have the model look at the ends of `paths`; positions where the game has ended need no model."""
        tokens, boards, sides, live, legal = [], [], [], [], []
        for path in paths:
            for node in path:
                node.waiting -= 1
            for node in path[1:]:
                mover = self.game.board.side
                self.game.push(node.move)
            moves, leaf = self.game.board.legal_moves(), path[-1]
            ended = self.game.drawn() if moves else None
            if not moves:
                leaf.result = 1.0
            elif ended:
                leaf.result = 0.0 if ended.winner is None else (1.0 if ended.winner == mover else -1.0)
            else:
                tokens.append(int(TOKENS[mover, leaf.move]))
                boards.append(self.game.board.squares[:])
                sides.append(self.game.board.side)
                legal.append(moves)
                live.append(path)
            for _ in path[1:]:
                self.game.pop()
            if leaf.result is not None:
                _back_up(path, leaf.result)
        if live:
            self._look(live, tokens, boards, sides, legal)
        return len(live)

    def _look(
        self,
        paths: list[list[_Node]],
        tokens: list[int],
        boards: list[list[int]],
        sides: list[int],
        legal: list[list[int]],
    ) -> None:
        device, count, seen = self.player.device, len(paths), self.cache.get_seq_length()
        mask = torch.zeros((1, 1, count, seen + count), dtype=torch.bool)
        mask[..., : self.base] = True
        for r, path in enumerate(paths):
            mask[0, 0, r, [node.slot for node in path[1:-1]] + [seen + r]] = True
        positions = torch.tensor([[self.base + len(path) - 2 for path in paths]], device=device)
        shown = None
        if self.player.model.board_aware:
            shown = torch.from_numpy(features(boards, sides).astype(np.int64))[None].to(device)
        ids = torch.tensor([tokens], device=device)
        with self.player.lock:  # for this batch only: other games go on between two batches
            out = self.player.model.read(ids, shown, self.first, self.cache, positions, mask.to(device))
        probabilities = out.logits[0].float().softmax(-1).cpu().numpy()
        values = out.value[0].float().softmax(-1).cpu().numpy()
        for r, path in enumerate(paths):
            leaf = path[-1]
            leaf.slot = seen + r
            leaf.children = _children(legal[r], probabilities[r], sides[r])
            _back_up(path, float(values[r, 2] - values[r, 0]))


def _ends_at_once(game: Game) -> int | None:
    """A move that leaves the other side without one, which a small tree may have no visit left to find."""
    board = game.board
    for move in board.legal_moves():
        board.push(move)
        won = not board.legal_moves()
        board.pop()
        if won:
            return move
    return None


def _children(moves: list[int], probabilities: np.ndarray, side: int) -> list[_Node]:
    """The legal moves of a position as nodes, with the model's probabilities made to sum to 1."""
    priors = probabilities[TOKENS[side, moves]]
    return [_Node(float(p), m) for m, p in zip(moves, priors / priors.sum(), strict=True)]


def _pick(node: _Node) -> _Node:
    """The child that PUCT would visit next."""
    scale: float = _EXPLORE * (node.visits + node.waiting + 1) ** 0.5
    # `mean` is the value for the side that moved here, so minus that for the side to move.
    unseen = max(-1.0, (-node.mean if node.visits else 0.0) - _FIRST_PLAY)

    def worth(child: _Node) -> float:
        seen = child.visits + child.waiting
        return (child.mean if seen else unseen) + scale * child.prior / (1 + seen)

    return max(node.children, key=worth)


def _back_up(path: list[_Node], value: float) -> None:
    """Count a visit; `value` is for the side that moved into the last position of the path."""
    for node in reversed(path):
        node.visits += 1
        node.total += value
        value = -value
