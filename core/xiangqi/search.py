"""A small tree search guided by the GPT: its move probabilities say where to look, its value what to think of it.

PUCT as in AlphaZero (arXiv:1712.01815), with leaves evaluated several at a time. The tree lives in the model's own
KV cache: every position of the tree is one token that attends to the game and to its own line only, so looking at a
position costs one token, not a re-reading of the game (tree attention, as in SpecInfer, arXiv:2305.09781).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch

from core.xiangqi.encoding import TOKENS, features
from core.xiangqi.game import Game
from core.xiangqi.player import Player, keep

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
    """One search from where a game stands."""

    def __init__(self, player: Player, game: Game) -> None:
        self.player = player
        self.game = game
        self.root = _Node(1.0)

    @torch.inference_mode()
    def run(self, positions: int) -> Found:
        """Look at about `positions` positions."""
        with self.player.lock:
            line = self.player.line(self.game)
            assert line.last is not None
            self.first = self.player.sequence(self.game).first
            self.cache, self.base = line.cache, len(line.tokens)
            logits, _ = line.last
            expand(self.root, self.game, logits.float().softmax(-1).cpu().numpy())
            evaluated = 0
            # Not more than a few leaves at once while the tree is small, or they would all be guesses.
            while evaluated < positions and not self.root.result:
                leaves = self._leaves(min(_LEAVES, 2 + evaluated // 4, positions - evaluated))
                if not leaves:
                    break
                evaluated += max(1, self._evaluate(leaves))
            keep(self.cache, self.base)
        visits = np.array([child.visits for child in self.root.children], np.float64)
        if not visits.sum():
            visits = np.array([child.prior for child in self.root.children])
        best = max(self.root.children, key=lambda child: child.visits)
        moves = [child.move for child in self.root.children]
        return Found(moves, visits / visits.sum(), best.mean if best.visits else 0.0, evaluated)

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
        out = self.player.model.read(ids, shown, self.first, self.cache, positions, mask.to(device))
        probabilities = out.logits[0].float().softmax(-1).cpu().numpy()
        values = out.value[0].float().softmax(-1).cpu().numpy()
        for r, path in enumerate(paths):
            leaf = path[-1]
            leaf.slot = seen + r
            priors = probabilities[r, TOKENS[sides[r], legal[r]]]
            leaf.children = [_Node(float(p), m) for m, p in zip(legal[r], priors / priors.sum(), strict=True)]
            _back_up(path, float(values[r, 2] - values[r, 0]))


def expand(node: _Node, game: Game, probabilities: np.ndarray) -> None:
    """Give `node`, where `game` stands, its legal moves as children."""
    moves = game.board.legal_moves()
    priors = probabilities[TOKENS[game.board.side, moves]]
    node.children = [_Node(float(p), m) for m, p in zip(moves, priors / priors.sum(), strict=True)]


def _pick(node: _Node) -> _Node:
    """The child that PUCT would visit next."""
    scale = _EXPLORE * (node.visits + node.waiting + 1) ** 0.5
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
