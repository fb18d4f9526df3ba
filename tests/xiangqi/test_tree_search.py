"""The tree search: it finds what is there to find, and its tree in the cache is what separate readings would give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

import core
from core.errors import InputError
from core.xiangqi.encoding import TOKENS
from core.xiangqi.notation import from_iccs, to_iccs
from core.xiangqi.pipeline import XiangqiPipeline
from core.xiangqi.session import read_game
from core.xiangqi.tree_search import TreeSearch

# A chariot mates on the back rank; black threatens the same.
MATE_IN_ONE = "4k4/R8/9/9/9/9/9/9/r8/1R1K5 w"


@pytest.mark.parametrize(
    "fen", ["4k4/4a4/9/9/9/9/9/4R4/9/3K5 w", "2bakab2/9/9/9/9/9/9/4C4/9/3K1R3 w", "3k5/9/9/9/9/9/4p4/3p5/9/R4K3 b"]
)
def test_positions_in_the_tree_are_read_as_if_alone(tiny: XiangqiPipeline, fen: str) -> None:
    game = read_game("", fen)
    before = list(game.moves), game.board.key()
    search = TreeSearch(tiny.player, game)
    found = search.run(60)
    assert (game.moves, game.board.key()) == before
    assert found.shares.sum() == pytest.approx(1)
    path, node = [], search.root
    while any(child and child.moves for child in node.children):
        at = max((i for i, child in enumerate(node.children) if child and child.moves), key=lambda i: node.visits[i])
        path.append(to_iccs(node.moves[at]))
        node = node.children[at]
    assert len(path) >= 1
    there = read_game(path, fen)
    sequence = tiny.player.sequence(there)
    ids = torch.tensor([sequence.tokens])
    with torch.inference_mode():
        out = tiny.player.model(ids, tiny.player.features(sequence, 0))
    alone = out.logits[0, -1].softmax(-1).numpy()[TOKENS[there.board.side, node.moves]]
    assert np.allclose(node.priors, alone / alone.sum(), atol=1e-5)


def test_mate_in_one_is_found_by_any_model(tiny: XiangqiPipeline) -> None:
    result = tiny("", MATE_IN_ONE, search=200)
    game = read_game("", MATE_IN_ONE)
    assert result.move
    game.push(from_iccs(result.move))
    assert game.status().reason == "checkmate"
    assert result.positions <= 200


def test_a_model_without_a_view_of_the_result_cannot_search(foreign: Path) -> None:
    other = core.load("xiangqi", model=str(foreign))
    with pytest.raises(InputError, match="search"):
        other("h2e2", search=10)
    assert [isinstance(r, InputError) for r in other.run([{"search": 10}, {}])] == [True, False]


def test_a_search_leaves_the_reading_of_the_game_as_it_was(tiny: XiangqiPipeline) -> None:
    first = tiny("h2e2 h9g7")
    tiny("h2e2 h9g7", search=50)
    assert tiny("h2e2 h9g7") == first
