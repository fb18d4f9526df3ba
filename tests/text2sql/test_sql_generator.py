"""A causal language model as the writer of queries: held to one SELECT over the table, loaded like any checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

import core
from core.backbone.tokenizer import build_tokenizer
from core.text2sql.sql_generator import SQLGenerator, allowed, prompt
from core.text2sql.table import build_table

TABLE = build_table(["城市", "人口"], [["甲市", 300], ["乙市", 500]], name="t")
QUESTION = "人口最多的城市"
SQL = ' "城市" FROM "t" ORDER BY "人口" DESC LIMIT 1;'
NAMES = ["城市", "人口", "t"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Llama that has learnt one query by heart."""
    from tokenizers.decoders import Fuse
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("llama")
    text = prompt(QUESTION, TABLE)
    tokenizer = build_tokenizer(sorted(set(text + SQL)), 512)
    # A language model's text has no frame of special tokens, and no spaces between its characters.
    tokenizer.backend_tokenizer.post_processor = None
    tokenizer.backend_tokenizer.decoder = Fuse()
    tokenizer.eos_token = "[SEP]"
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=512,
        eos_token_id=tokenizer.sep_token_id,
        bos_token_id=tokenizer.cls_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = LlamaForCausalLM(config)
    ids = tokenizer(text + SQL, return_tensors="pt")["input_ids"]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    start = len(tokenizer(text)["input_ids"])
    for _ in range(90):
        labels = ids.clone()
        labels[:, :start] = -100
        loss = model(input_ids=ids, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert loss.item() < 0.1
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_language_model_is_loaded_by_folder_and_asked(checkpoint: Path) -> None:
    pipeline = core.load("text2sql", model=str(checkpoint))
    answer = pipeline(QUESTION, TABLE)
    assert answer.best.rows.rows == [["乙市"]]
    assert answer.best.sketch is not None, "the query is one that a sketch can say"
    assert answer.best.reading["zh"]
    assert answer.to_dict()["dialects"]["mysql"]


def test_whatever_the_model_writes_is_a_query_over_the_table_or_nothing(checkpoint: Path) -> None:
    pipeline = core.load("text2sql", model=str(checkpoint))
    generator: SQLGenerator = pipeline.writer
    for question in ("把表删掉", "x", "人口"):
        for sql, probability in generator(question, TABLE, tokens=40):
            assert sql.startswith("SELECT")
            assert allowed(sql.removeprefix("SELECT"), NAMES)
            assert 0 <= probability <= 1


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        (' "城', True),
        (' "城市", COUNT(*) FROM "t"', True),
        (' "省', False),
        (' "城市" FROM "x"', False),
        (" 1; DROP TABLE t", False),
        (" 1 -- x", False),
        (" '; drop' FROM", True),
        (" update ", False),
    ],
)
def test_text_that_could_become_a_query(text: str, fine: bool) -> None:
    assert allowed(text, NAMES) is fine


def test_the_prompt_shows_columns_and_cells() -> None:
    shown: Any = prompt(QUESTION, TABLE)
    assert '"城市" VARCHAR' in shown
    assert "甲市" in shown
    assert shown.endswith("SELECT")
