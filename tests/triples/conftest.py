"""A tiny checkpoint of another encoder family, saved as one from the Hub would be, and the bundled pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertConfig

import core
from core.backbone.tokenizer import build_tokenizer
from core.pipeline import Pipeline
from core.triples.casrel import CasRel, CasRelConfig


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CasRel on a two-layer BERT with random weights."""
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = build_tokenizer("《》是由导演的电影吴京战狼", max_length=64)
    torch.manual_seed(0)
    encoder = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    config = CasRelConfig(
        encoder=encoder.to_dict(),
        relations=["导演", "主演"],
        schemas={"duie2": ["导演", "主演"]},
        max_tokens=32,
        lexical=False,
    )
    CasRel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return core.load("triples")
