"""The reader whatever its weights say: long answers come out whole, and when it says nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModel

from core.qa_pairs.encoding import collate, reader_window
from core.qa_pairs.loading import load_reader
from core.qa_pairs.reader import Found, Reader, Seen, elected
from core.qa_pairs.reader_model import ReaderModel
from tests.qa_pairs.conftest import PASSAGE
from tests.tiny import tiny_config
from training.qa_pairs.train import PARTS

LONG = PASSAGE * 11  # several windows of the tiny BERT below, each longer than what answers once were held to


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory, tokenizer: Any) -> Path:
    """An encoder as `training.backbone.start` makes them, with 128 positions."""
    folder = tmp_path_factory.mktemp("start")
    torch.manual_seed(0)
    AutoModel.from_config(tiny_config(len(tokenizer), layers=2, max_position_embeddings=128)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def model(bert: Path) -> ReaderModel:
    torch.manual_seed(0)
    made, _ = PARTS["reader"].build(str(bert), 0.1)
    assert isinstance(made, ReaderModel)
    return made.eval()


class Pointing(torch.nn.Module):
    """In place of a span head: nothing has the probability `nothing`, the span of tokens [start, last] the rest."""

    def __init__(self, start: int, last: int, nothing: float) -> None:
        super().__init__()
        self.start, self.last, self.nothing = start, last, nothing

    def starts(self, hidden: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        found = torch.full(allowed.shape, -1e4)
        found[:, 0] = torch.tensor(self.nothing).log()
        found[:, self.start] = torch.tensor(1 - self.nothing).log()
        return found.masked_fill(~allowed, -1e4)

    def ends(self, hidden: torch.Tensor, rows: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        found = torch.full((len(rows), hidden.size(1)), -1e4)
        found[:, self.last] = -1.0
        return found


def test_a_long_answer_comes_out_whole(model: ReaderModel, tokenizer: Any) -> None:
    question = "泼水节是什么?"
    first = len(question) + 2
    model.spans = Pointing(first + 4, first + 4 + 89, 0.2)  # type: ignore[assignment]
    [found] = Reader(model, tokenizer)([(question, LONG[:100])])
    assert found.span == (4, 94)
    assert found.score == pytest.approx(0.8 * 0.3679, abs=1e-3)
    assert found.nothing == pytest.approx(0.2, abs=1e-5)


@pytest.mark.parametrize(("decline", "declines"), [(0.3, True), (0.5, False)])
def test_the_models_threshold_decides_when_it_says_nothing(
    model: ReaderModel, tokenizer: Any, tmp_path: Path, decline: float, declines: bool
) -> None:
    """0.6 x 0.37 for the span is less than 0.4 for nothing: that its end is unsure is no reason to decline."""
    model.config.decline = decline
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    reader = load_reader(tmp_path, "cpu")
    assert reader.decline == decline
    reader.model.spans = Pointing(11, 13, 0.4)
    [found] = reader([("泼水节是什么?", PASSAGE)])
    assert (found.span == (0, 0)) == declines
    assert found.nothing == pytest.approx(0.4, abs=1e-5)
    [all_the_same] = Reader(reader.model, tokenizer, decline=1.0)([("泼水节是什么?", PASSAGE)])
    assert all_the_same.span == (2, 5)


def test_windows_without_the_answer_do_not_decline_for_the_one_that_has_it() -> None:
    passage = "甲乙丙丁戊己庚辛"
    without = Seen((Found((0, 2), 0.05),), 0.9)
    with_it = Seen((Found((4, 7), 0.3), Found((4, 6), 0.2)), 0.3)
    assert elected(passage, [without, with_it]).span == (4, 7)
    assert elected(passage, [without, with_it], decline=0.2) == Found((0, 0), 0.3, 0.3)
    assert elected(passage, []).span == (0, 0)


def test_random_weights_point_into_the_passage(model: ReaderModel, tokenizer: Any) -> None:
    assert model.config.max_tokens == 128, "BERT has no places behind"
    reader = Reader(model, tokenizer, decline=1.0)
    for found in reader([("泼水节?", LONG), ("谁" * 100, LONG), ("哪里?", "云"), ("哪里?", "")]):
        assert 0 <= found.span[0] <= found.span[1] <= len(LONG)
        assert 0 <= found.score <= 1


@torch.inference_mode()
def test_padding_changes_nothing(model: ReaderModel, tokenizer: Any) -> None:
    both = [reader_window("泼水节?", t, (0, len(t)), tokenizer) for t in (PASSAGE * 2, PASSAGE)]
    together, alone = collate(both, 0), collate(both[1:], 0)
    states = [model(t["ids"], t["features"], t["mask"]) for t in (together, alone)]
    assert torch.allclose(states[0][1, : len(both[1].ids)], states[1][0], atol=1e-4)


def test_nothing_is_kept_that_nothing_reads(model: ReaderModel) -> None:
    assert not [name for name in model.state_dict() if "pooler" in name]
    assert model.encoder.config.attention_probs_dropout_prob == 0.0
    assert model.encoder.config.hidden_dropout_prob == 0.1
