"""The separable form of GlobalPointer and of its loss against the matrices it stands for."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.triples.globalpointer import EfficientGlobalPointer, PairScores, SentenceScores, rotated, sigmoid, zlpr
from core.triples.gplinker import link


def dense(scores: PairScores) -> torch.Tensor:
    """All logits [B, H, L, L]."""
    first, second = (part.transpose(1, 2) for part in scores[1:])
    return scores.shared[:, None] + first[..., None] + second[:, :, None]


def dense_zlpr(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The loss of arXiv:2208.02955 as it is written, [B, H]."""
    zero = torch.zeros_like(logits[..., :1, 0])
    negative = logits.masked_fill(labels, -torch.inf).flatten(2)
    positive = (-logits).masked_fill(~labels, -torch.inf).flatten(2)
    return torch.logsumexp(torch.cat([negative, zero], -1), -1) + torch.logsumexp(torch.cat([positive, zero], -1), -1)


@pytest.fixture
def scores() -> PairScores:
    torch.manual_seed(0)
    pointer = EfficientGlobalPointer(16, heads=3, size=8)
    mask = torch.tensor([[1] * 6, [1] * 4 + [0] * 2])
    found = pointer(torch.randn(2, 6, 16), mask)
    return PairScores(*(part.detach().requires_grad_() for part in found))


CELLS = torch.tensor([[0, 0, 1, 2], [0, 0, 1, 4], [0, 2, 3, 3], [1, 1, 0, 3]])


def test_pairs_behind_the_end_or_the_wrong_way_round_have_no_score(scores: PairScores) -> None:
    assert torch.isinf(scores.shared[0].tril(-1)[2, 1])
    assert torch.isinf(scores.shared[1, 0, 4])
    assert torch.isfinite(scores.shared[0].triu()).all()


def test_the_loss_and_its_gradient_are_those_of_the_dense_form(scores: PairScores) -> None:
    labels = torch.zeros(2, 3, 6, 6, dtype=torch.bool)
    labels[tuple(CELLS.T)] = True
    # Where one positive outweighs everything, a difference in single precision would be noise.
    with torch.no_grad():
        scores.shared[0, 1, 2] = 25.0
    active = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    ours = zlpr(scores, CELLS, active, torch.ones(2))
    theirs = (dense_zlpr(dense(scores).double(), labels) * active).sum(1)
    torch.testing.assert_close(ours, theirs.float())
    gradients = [torch.autograd.grad(loss.sum(), scores, retain_graph=True) for loss in (ours, theirs)]
    for mine, other in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, other.nan_to_num(), atol=1e-5, rtol=1e-4)


SOFT = torch.tensor([0.9, 0.25, 0.5, 0.05], dtype=torch.double)


def test_the_loss_of_soft_labels_is_that_of_the_dense_form(scores: PairScores) -> None:
    labels = torch.zeros(2, 3, 6, 6, dtype=torch.double)
    labels[tuple(CELLS.T)] = SOFT
    active = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    ours = zlpr(scores, CELLS, active, torch.ones(2), SOFT)
    logits = dense(scores).double()
    # What has no score has no label: e^-s would be infinite there, times 0.
    missed = (labels * (-logits.masked_fill(logits.isinf(), 0.0)).exp()).sum((2, 3))
    theirs = ((torch.log1p(((1 - labels) * logits.exp()).sum((2, 3))) + torch.log1p(missed)) * active).sum(1)
    torch.testing.assert_close(ours, theirs.float())
    gradients = [torch.autograd.grad(loss.sum(), scores, retain_graph=True) for loss in (ours, theirs)]
    for mine, other in zip(*gradients, strict=True):
        torch.testing.assert_close(mine, other.nan_to_num(), atol=1e-5, rtol=1e-4)


def test_certain_labels_are_the_hard_ones(scores: PairScores) -> None:
    hard, soft = (zlpr(scores, CELLS, torch.ones(2, 3), torch.ones(2), p) for p in (None, torch.ones(4).double()))
    torch.testing.assert_close(soft, hard)


@pytest.mark.parametrize("t", [0.05, 0.3, 0.5, 0.9])
def test_the_loss_of_a_single_cell_is_least_where_the_post_says(t: float) -> None:
    """sigmoid(2s) = t: positives and negatives each have their own 1 in the sum."""
    logit = torch.tensor(0.5 * np.log(t / (1 - t)), requires_grad=True)
    cell = PairScores(logit.reshape(1, 1, 1), torch.zeros(1, 1, 1), torch.zeros(1, 1, 1))
    one = torch.ones(1, 1)
    loss = zlpr(cell, torch.zeros(1, 4, dtype=torch.long), one, torch.ones(1), torch.tensor([t]).double())
    (slope,) = torch.autograd.grad(loss.sum(), logit)
    assert slope.item() == pytest.approx(0.0, abs=1e-6)


def test_what_may_be_there_unlisted_is_no_negative(scores: PairScores) -> None:
    active = torch.ones(2, 3)
    loss = zlpr(scores, CELLS, active, torch.tensor([0.0, 1.0]))[0]
    missed = [torch.log1p((-scores.at(cells)).exp().sum()).item() for cells in (CELLS[:2], CELLS[2:3])]
    assert loss.item() == pytest.approx(sum(missed), rel=1e-5)


def test_a_sentence_without_a_label_has_a_loss(scores: PairScores) -> None:
    none = torch.zeros(0, 4, dtype=torch.long)
    loss = zlpr(scores, none, torch.ones(2, 3), torch.ones(2))
    torch.testing.assert_close(loss, torch.log1p(dense(scores).exp().sum((2, 3))).sum(1))


def test_a_product_of_turned_vectors_depends_on_the_distance() -> None:
    query, key = torch.randn(8).expand(1, 9, 8), torch.randn(8).expand(1, 9, 8)
    product = (rotated(query) @ rotated(key).transpose(1, 2))[0]
    torch.testing.assert_close(product[1, 3], product[5, 7])
    assert not torch.isclose(product[1, 3], product[1, 4])


def cells(tokens: int, heads: int, positive: list[tuple[int, int, int]]) -> SentenceScores:
    """Scores that are about 8 at the (head, i, j) of `positive` and about -8 elsewhere, so far as sums can."""
    assert len({(i, j) for _, i, j in positive}) == 1 or heads == 1
    first, second = np.full((tokens, heads), -4.0), np.full((tokens, heads), -4.0)
    shared = np.zeros((tokens, tokens))
    for h, i, j in positive:
        shared[i, j] = 16.0
        first[i, h], second[j, h] = first[i, h] + 1, second[j, h] + 1
    for h in set(range(heads)) - {h for h, _, _ in positive}:
        first[:, h] = -40.0
    return SentenceScores(shared, first, second)


def test_one_pair_may_have_several_relations() -> None:
    links = cells(8, 3, [(0, 1, 5), (2, 1, 5)])
    tails = cells(8, 3, [(0, 2, 6), (2, 2, 6)])
    found = list(link([(1, 2, 0.9)], [(5, 6, 0.8)], links, tails))
    assert [(s, r, o) for s, r, o, _ in found] == [((1, 2), 0, (5, 6)), ((1, 2), 2, (5, 6))]
    assert all(score == pytest.approx(0.72, abs=0.01) for *_, score in found)


def test_nested_and_overlapping_spans_are_told_apart_by_their_tails() -> None:
    heads = cells(9, 1, [(0, 1, 4)])
    tails = cells(9, 1, [(0, 2, 6), (0, 3, 5)])
    subjects, objects = [(1, 2, 0.9), (1, 3, 0.9)], [(4, 6, 0.9), (4, 5, 0.9), (3, 6, 0.9)]
    found = {(s, o) for s, _, o, _ in link(subjects, objects, heads, tails)}
    assert found == {((1, 2), (4, 6)), ((1, 3), (4, 5))}


def test_no_candidates_no_triples() -> None:
    scores = cells(4, 1, [(0, 1, 2)])
    assert list(link([], [(1, 2, 0.9)], scores, scores)) == []


def test_cells_above_a_probability_come_likeliest_first() -> None:
    scores = SentenceScores(np.array([[0.0, -np.inf], [2.0, -9.0]]), np.zeros((2, 1)), np.zeros((2, 1)))
    assert [(i, j) for i, j, _ in scores.above(0, 0.05)] == [(1, 0), (0, 0)]
    assert sigmoid(np.array([-np.inf, 0.0, 800.0])).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("probability", [0.0005, 0.001, 0.5])
def test_the_likely_cells_of_all_heads_are_those_of_each(scores: PairScores, probability: float) -> None:
    scores = PairScores(*(part.detach() for part in scores))
    scores.second[0, 3, 2] += 9
    scores.first[0, 1, 0] += 8
    sentence = scores.sentence(0, 4)
    each = [(h, i, j, p) for h in range(3) for i, j, p in sentence.above(h, probability)]
    found = sentence.likely(probability)
    assert found
    assert [cell[:3] for cell in found] == sorted(cell[:3] for cell in each)
    np.testing.assert_allclose([p for *_, p in found], [p for *_, p in sorted(each)], rtol=1e-5)
