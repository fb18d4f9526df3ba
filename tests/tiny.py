"""Encoders small enough to be made, and even trained, in a test."""

from __future__ import annotations

from typing import Any

from transformers import BertConfig


def tiny_config(vocab_size: int, hidden_size: int = 32, layers: int = 1, **options: Any) -> BertConfig:
    """A BERT of two heads; `options` are further arguments of `BertConfig`."""
    return BertConfig(
        vocab_size=vocab_size,
        hidden_size=hidden_size,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=2 * hidden_size,
        **options,
    )


def tiny_config_without_dropout(vocab_size: int, hidden_size: int) -> BertConfig:
    """One that learns a handful of sentences by heart."""
    return tiny_config(vocab_size, hidden_size, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
