"""Tiny checkpoints of both variants and of a foreign causal language model, saved as ones from the Hub would be."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

import core
from core.xiangqi.encoding import MOVES, move_of
from core.xiangqi.model import XiangqiGPT, XiangqiGPTConfig
from core.xiangqi.move_tokenizer import build_tokenizer
from core.xiangqi.notation import to_iccs
from core.xiangqi.pipeline import XiangqiPipeline


def save_tiny(folder: Path, board_aware: bool) -> Path:
    torch.manual_seed(0)
    config = XiangqiGPTConfig(
        board_aware=board_aware, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    XiangqiGPT(config).save_pretrained(folder)
    build_tokenizer().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session", params=[True, False], ids=["board-aware", "moves-only"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> XiangqiPipeline:
    """Each variant, two layers and random weights."""
    folder = save_tiny(tmp_path_factory.mktemp("tiny"), request.param)
    pipeline = core.load("xiangqi", model=str(folder))
    assert isinstance(pipeline, XiangqiPipeline)
    return pipeline


@pytest.fixture(scope="session")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 with a word per ICCS move."""
    folder = tmp_path_factory.mktemp("foreign")
    words = sorted({to_iccs(move_of(token, side)) for token in range(len(MOVES)) for side in (0, 1)})
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(["<s>", *words])}, unk_token="<s>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>").save_pretrained(folder)
    torch.manual_seed(0)
    config = GPT2Config(vocab_size=len(words) + 1, n_embd=32, n_layer=2, n_head=2, n_positions=512)
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def pipeline() -> XiangqiPipeline:
    """The default bundled model."""
    found = core.load("xiangqi")
    assert isinstance(found, XiangqiPipeline)
    return found
