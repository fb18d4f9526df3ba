"""The bundled pipelines, and tiny checkpoints of other families saved as ones from the Hub would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertModel

import core
from core.backbone.tokenizer import build_tokenizer
from core.similarity.pipeline import SimilarityPipeline
from core.similarity.static import StaticVectors
from tests.tiny import tiny_config


@pytest.fixture(scope="session", params=["similarity-encoder", "similarity-static"])
def pipeline(request: pytest.FixtureRequest) -> SimilarityPipeline:
    return core.load("similarity", request.param)


@pytest.fixture(scope="session")
def static() -> SimilarityPipeline:
    return core.load("similarity", "similarity-static")


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A two-layer BERT with random weights, as `AutoModel` finds on the Hub."""
    folder = tmp_path_factory.mktemp("bert")
    tokenizer = build_tokenizer("今天气真好我喜欢这部电影不", max_length=64)
    torch.manual_seed(0)
    config = tiny_config(len(tokenizer), layers=2, max_position_embeddings=64)
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture
def table() -> StaticVectors:
    """Four words with vectors of two dimensions."""
    vectors = np.array([[3.0, 0.0], [0.0, 4.0], [1.0, 1.0], [-2.0, 0.5]], dtype=np.float32)
    return StaticVectors.build(["猫", "狗", "跑", "ok"], vectors, np.array([9, 8, 7, 6], dtype=np.int32))
