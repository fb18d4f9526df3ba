"""Tiny checkpoints of every head, saved as ones from the Hub would be, and the bundled pipeline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

import core
from core.backbone.tokenizer import build_tokenizer
from core.pipeline import Pipeline
from core.triples.casrel import CasRel, CasRelConfig
from core.triples.dgcnn import DGCNNConfig
from core.triples.gplinker import GPLinker, GPLinkerConfig
from tests.tiny import tiny_config

HEADS = ("casrel", "dgcnn", "gplinker")


def save_tiny(folder: Path, head: str, **options: Any) -> Path:
    """A model of that head with random weights; all but `dgcnn` on a two-layer BERT."""
    tokenizer = build_tokenizer("《》是由导演的电影吴京战狼", max_length=64)
    torch.manual_seed(0)
    size = len(tokenizer)
    if head == "dgcnn":
        encoder: Any = DGCNNConfig(size, embedding_size=24, hidden_size=32, attention_heads=2, attention_size=8)
    else:
        encoder = tiny_config(size, layers=2)
    relations = ["导演", "主演"]
    options = {"max_tokens": 32, "lexical": False, **options}
    options |= {"encoder": encoder.to_dict(), "relations": relations, "schemas": {"duie2": relations}}
    model = GPLinker(GPLinkerConfig(**options)) if head == "gplinker" else CasRel(CasRelConfig(**options))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def copy_with(folder: Path, checkpoint: Path, **options: Any) -> Path:
    """The checkpoint with other `options` in its configuration."""
    folder.mkdir()
    for file in checkpoint.iterdir():
        if file.name != "config.json":
            (folder / file.name).symlink_to(file)
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | options, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CasRel on a two-layer BERT."""
    return save_tiny(tmp_path_factory.mktemp("tiny"), "casrel")


@pytest.fixture(scope="session", params=HEADS)
def head_checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each head in turn."""
    return save_tiny(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return core.load("triples")
