"""A run that is stopped goes on where it was, and the options of a recipe do what their papers say."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from training import finetuning
from training.adax import AdaX
from training.adversarial import worst_point
from training.finetuning import FineTuning, load_encoder
from training.recipe import Recipe, add_options, flooded


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Linear(2, 2)
        self.head = nn.Linear(2, 1)


class Stopped(Exception):
    """As if the power went."""


def run(out: Path, **options: Any) -> FineTuning:
    torch.manual_seed(0)
    recipe = Recipe(**options)
    tuning = FineTuning(Model(), out, steps=10, lr=0.1, head_lr=0.1, ema=0.9, device="cpu", recipe=recipe)
    tuning.dtype = torch.float32  # so that two runs can be compared to the last digits
    return tuning


def weights(tuning: FineTuning) -> torch.Tensor:
    return torch.cat([p.detach().flatten() for p in tuning.model.parameters()])


def squared(model: Any, batch: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = model.head(model.encoder(batch)).square().mean()
    return found


def test_it_goes_on_in_the_middle_of_an_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finetuning, "_SAVE_EVERY", 2)
    batches = [torch.full((1, 2), float(i)) for i in range(7)]
    seen: list[int] = []

    def loss(model: Any, batch: torch.Tensor) -> torch.Tensor:
        if len(seen) == 5:
            raise Stopped
        seen.append(int(batch[0, 0]))
        found: torch.Tensor = model.head(model.encoder(batch)).sum() ** 2
        return found

    whole = run(tmp_path / "whole")
    whole.run_epoch(batches, lambda m, b: (m.head(m.encoder(b)).sum()) ** 2)

    first = run(tmp_path / "parts")
    with pytest.raises(Stopped):
        first.run_epoch(batches, loss)
    assert seen == [0, 1, 2, 3, 4]
    second = run(tmp_path / "parts")
    second.resume()
    seen.clear()
    assert (second.epoch, second.done) == (0, 4)
    second.run_epoch(batches, loss)
    assert seen == [4, 5, 6], "saved after four"
    assert (second.epoch, second.done) == (1, 0)
    assert torch.allclose(weights(second), weights(whole))


def test_several_batches_make_the_step_of_their_mean(tmp_path: Path) -> None:
    batches = [torch.randn(3, 2) for _ in range(4)]
    one = run(tmp_path / "one")
    before = weights(one)
    one.steps = 2
    one.run_epoch([torch.cat(batches[:2]), torch.cat(batches[2:])], squared)
    several = run(tmp_path / "several", accumulate=2)
    several.steps = 4
    several.run_epoch(batches, squared)
    torch.testing.assert_close(weights(several), weights(one))
    assert not torch.allclose(weights(one), before)
    rest = run(tmp_path / "rest", accumulate=3)
    rest.run_epoch(batches, squared)
    assert (rest.step, rest.pending) == (4, 0), "the last batch makes a step of its own"


def test_it_is_saved_between_steps_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finetuning, "_SAVE_EVERY", 2)
    tuning = run(tmp_path, accumulate=3)
    saved: list[int] = []
    monkeypatch.setattr(tuning, "save", lambda: saved.append(tuning.done))
    tuning.run_epoch([torch.ones(1, 2)] * 10, squared)
    assert saved == [3, 6, 9]


def test_below_the_flood_the_loss_is_climbed(tmp_path: Path) -> None:
    for value, level, expected, slope in ((2.0, 0.5, 2.0, 1.0), (0.2, 0.5, 0.8, -1.0), (0.2, 0.0, 0.2, 1.0)):
        loss = torch.tensor(value, requires_grad=True)
        found, sign = flooded(loss, level)
        found.backward()
        assert (found.item(), loss.grad, sign) == (pytest.approx(expected), torch.tensor(slope), slope)
    tuning = run(tmp_path, flood=1e3)
    batch = torch.ones(1, 2)
    before = squared(tuning.model, batch).item()
    tuning.run_epoch([batch] * 5, squared)
    assert squared(tuning.model, batch).item() > before


def test_adax_is_the_recursion_of_its_paper() -> None:
    torch.manual_seed(0)
    p = nn.Parameter(torch.randn(3, dtype=torch.double))
    late = nn.Parameter(torch.ones(2, dtype=torch.double))  # its first gradient comes at the second step
    optimizer = AdaX([p, late], lr=0.1, betas=(0.9, 0.01), weight_decay=0.1)
    theta, m, v = p.detach().clone(), torch.zeros(3, dtype=torch.double), torch.zeros(3, dtype=torch.double)
    for t in range(1, 30):
        p.grad = g = torch.randn(3, dtype=torch.double)
        late.grad = None if t == 1 else torch.ones(2, dtype=torch.double)
        optimizer.step()
        m, v = 0.9 * m + 0.1 * g, 1.01 * v + 0.01 * g**2
        theta -= 0.1 * (m / ((v / (1.01**t - 1)).sqrt() + 1e-12) + 0.1 * theta)
        torch.testing.assert_close(p.detach(), theta)
    assert optimizer.state[late]["step"] == 28


def test_adax_resumes(tmp_path: Path) -> None:
    batches = [torch.randn(3, 2) for _ in range(4)]
    whole = run(tmp_path / "whole", optimizer="adax")
    for _ in range(2):
        whole.run_epoch(batches, squared)
    first = run(tmp_path / "parts", optimizer="adax")
    assert isinstance(first.optimizer, AdaX)
    first.run_epoch(batches, squared)
    first.save()
    second = run(tmp_path / "parts", optimizer="adax")
    second.resume()
    second.run_epoch(batches, squared)
    assert torch.equal(weights(second), weights(whole))


def quadratic(embedding: torch.Tensor) -> torch.Tensor:
    """A loss with its hill at (3, 0): straight up the first gradient is not the way there."""
    return -((embedding - torch.tensor([3.0, 0.0])) ** 2 * torch.tensor([1.0, 8.0])).sum()


def test_an_attack_stays_within_its_reach_and_gets_higher_in_more_steps() -> None:
    embedding = nn.Parameter(torch.tensor([0.0, 1.0]))
    (gradient,) = torch.autograd.grad(quadratic(embedding), embedding)
    reached = []
    for steps in (1, 8):
        with worst_point(embedding, gradient, 1.2, steps, lambda: quadratic(embedding)):
            moved = (embedding.detach() - torch.tensor([0.0, 1.0])).norm()
            assert moved <= 1.2 + 1e-5
            reached.append(float(quadratic(embedding)))
        assert embedding.tolist() == [0.0, 1.0]
        if steps == 1:
            assert moved == pytest.approx(1.2)
    assert quadratic(embedding) < reached[0] < reached[1]
    assert embedding.grad is None, "an attack leaves no gradient"


class Reader(Model):
    """One with an embedding to attack."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Embedding(5, 2)
        self.encoder.get_input_embeddings = lambda: self.encoder  # type: ignore[assignment]


@pytest.mark.parametrize("options", [{"fgm": 0.5}, {"pgd": 0.5, "pgd_steps": 2}])
@pytest.mark.parametrize("flood", [0.0, 1e3])
def test_each_batch_is_attacked_by_its_own_gradient(options: dict[str, Any], flood: float, tmp_path: Path) -> None:
    """Where gradients of several batches add up, and where flooding turns them round: the adversary still climbs."""
    torch.manual_seed(0)
    model = Reader()
    recipe = Recipe(**options, flood=flood, accumulate=3)
    tuning = FineTuning(model, tmp_path, steps=9, lr=0.1, head_lr=0.1, ema=0.9, device="cpu", recipe=recipe)
    tuning.dtype = torch.float32
    made: list[list[float]] = []

    def loss(m: Any, ids: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = m.head(m.encoder(ids)).square().mean()
        made[-1].append(found.item())
        return found

    for ids in (torch.tensor([1, 2]), torch.tensor([3])):
        made.append([])
        tuning.update(loss(model, ids), lambda ids=ids: loss(model, ids))  # type: ignore[misc]
    assert all(len(each) == 1 + tuning.recipe.attack[1] for each in made)
    assert all(each == sorted(each) for each in made), "the loss grows from step to step"
    gradient = model.encoder.weight.grad
    assert gradient is not None
    assert (gradient.abs().sum(1) > 0).tolist() == [False, True, True, True, False]


def test_the_options_are_those_of_a_recipe() -> None:
    parser = argparse.ArgumentParser()
    add_options(parser)
    assert Recipe.of(parser.parse_args([])) == Recipe()
    given = ["--pgd", "0.3", "--pgd-steps", "2", "--flood", "1", "--optimizer", "adax", "--accumulate", "4"]
    assert Recipe.of(parser.parse_args(given)) == Recipe(0.0, 0.3, 2, 1.0, "adax", 4)


def test_the_entropy_scale_reaches_the_encoder_that_is_built(tmp_path: Path) -> None:
    from transformers import AutoConfig, BertModel

    from core.backbone.encoder import build_encoder
    from core.backbone.tokenizer import build_tokenizer
    from tests.tiny import tiny_config

    tokenizer = build_tokenizer("甲乙丙丁")
    BertModel(tiny_config(len(tokenizer))).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    config, weights, _ = load_encoder(str(tmp_path), 0.0, entropy_scale=64)
    built = build_encoder(AutoConfig.for_model(**config))
    built.load_state_dict(weights)
    assert built.config.entropy_scale == 64
    assert math.isclose(built.config.hidden_dropout_prob, 0.0)
    assert "entropy_scale" not in load_encoder(str(tmp_path), 0.0)[0]
