"""The heads that choose spans: what they may choose, and that lengths far beyond those learnt still have a bias."""

from __future__ import annotations

import pytest
import torch

from core.qa_pairs.spans import _KEY, MAX_ANSWER, FreeSpanHead, SpanHead, length_buckets

WIDTH, LENGTH = 32, 400


@pytest.fixture
def states() -> tuple[torch.Tensor, torch.Tensor]:
    """States [2, L, H] and the tokens of the passage: all but ten before it, and the last fifty of the second."""
    torch.manual_seed(0)
    allowed = torch.ones(2, LENGTH, dtype=torch.bool)
    allowed[:, :10] = False
    allowed[1, -50:] = False
    return torch.randn(2, LENGTH, WIDTH), allowed


@torch.no_grad()
def test_an_answer_may_have_any_length_up_to_the_passages_end(states: tuple[torch.Tensor, torch.Tensor]) -> None:
    hidden, allowed = states
    rows, starts = torch.tensor([0, 1, 1]), torch.tensor([12, 12, 340])
    ends = FreeSpanHead(WIDTH, 0.0).ends(hidden, rows, starts, allowed).exp()
    assert ends.shape == (3, LENGTH)
    assert torch.allclose(ends.sum(1), torch.ones(3), atol=1e-4)
    for row, start, p in zip(rows.tolist(), starts.tolist(), ends, strict=True):
        last = LENGTH - 50 * row
        assert (p[start:last] > 0).all(), "a length cannot be had"
        assert p[:start].sum() + p[last:].sum() == 0, "an end before its start, or outside of the passage"


@torch.no_grad()
def test_the_free_head_is_the_bounded_one_without_its_bound(states: tuple[torch.Tensor, torch.Tensor]) -> None:
    hidden, allowed = states
    bounded, free = SpanHead(WIDTH, 0.0), FreeSpanHead(WIDTH, 0.0)
    bounded.length.weight.zero_()
    free.load_state_dict(bounded.state_dict())
    where = torch.tensor([0]), torch.tensor([20])
    short, long = bounded.ends(hidden, *where, allowed)[0], free.ends(hidden, *where, allowed)[0]
    assert torch.allclose(short - short[0], (long - long[20])[20 : 20 + MAX_ANSWER], atol=1e-4)
    assert torch.equal(bounded.starts(hidden, allowed), free.starts(hidden, allowed))


def test_long_lengths_share_a_bias_with_their_like() -> None:
    buckets = length_buckets(torch.arange(1, 2000)).tolist()
    assert buckets == sorted(buckets), "a longer answer has the bias of a shorter one"
    assert buckets[:16] == list(range(16)), "short lengths want one each"
    assert len(set(buckets[:511])) == 48, "a bias that no window would ever train"
    assert buckets[510] == buckets[-1] == 47
    alike = [buckets.count(b) for b in range(16, 47)]
    assert alike[-1] > 8 * alike[0], "the longer, the coarser"


def test_a_head_learns_a_clause_of_a_hundred_characters(states: tuple[torch.Tensor, torch.Tensor]) -> None:
    hidden, allowed = states
    torch.manual_seed(1)
    head = FreeSpanHead(WIDTH, 0.0)
    where = torch.tensor([0, 1]), torch.tensor([30, 60])
    gold = torch.tensor([140, 75])
    optimizer = torch.optim.Adam(head.parameters(), 0.02)
    for _ in range(60):
        ends = head.ends(hidden, *where, allowed)
        loss = -ends[[0, 1], gold].mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert ends.argmax(1).tolist() == gold.tolist()
    assert head.key.weight.shape == (_KEY, WIDTH)
