"""A head for other relations, started from a trained one: what can be taken over, and what it is measured on."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast

from core import catalog
from core.backbone.weights import load_model
from core.errors import InputError
from core.triples.casrel import CasRel, CasRelConfig
from training.finetuning import load_encoder, load_tokenizer
from training.triples.augment import Row

# The one schema of a model of a user's own: all sentences list all relations.
SCHEMA = "custom"


def split_dev(rows: Sequence[Row], share: float = 0.2) -> tuple[list[Row], list[Row]]:
    """`rows` in two parts, by a hash of their texts: train, and dev with about `share` of the sentences of each
    relation. A relation that stands in two sentences or more is in both."""
    order = sorted(rows, key=lambda row: zlib.crc32(row["text"].encode("utf-8", "replace")))
    names = [{spo["predicate"] for spo in row["spo_list"]} for row in order]
    total = Counter(name for found in names for name in found)
    left, taken = total.copy(), Counter[str]()
    chosen: set[int] = set()

    def take(i: int) -> None:
        chosen.add(i)
        taken.update(names[i])
        left.subtract(names[i])

    # The rarest first: the sentences of a frequent one are there for the others' sake too.
    for name, n in sorted(total.items(), key=lambda item: item[1]):
        for i, found in enumerate(names):
            if taken[name] >= max(1, round(share * n)):
                break
            if name in found and i not in chosen and all(left[other] > 1 for other in found):
                take(i)
    for i, found in enumerate(names):
        if len(chosen) >= round(share * len(order)):
            break
        if i not in chosen and all(left[other] > 1 for other in found):
            take(i)
    parts: tuple[list[Row], list[Row]] = ([], [])
    for i, row in enumerate(order):
        parts[i in chosen].append(row)
    return parts


def start_model(start: str, relations: list[str]) -> tuple[CasRel, PreTrainedTokenizerFast, list[str]]:
    """An untrained CasRel head for `relations`, its tokenizer, and those of them that it knows already.

    `start` is a trained CasRel model, whose encoder and subject tagger are taken over, and its object tagger where it
    has a relation of the same name; or any encoder, on which the head starts from nothing.

    Raises:
        InputError: it is neither.
    """
    folder = catalog.find("triples", start).folder
    own: dict[str, Any] = {"relations": relations, "schemas": {SCHEMA: relations}}
    try:
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
        if kind != CasRelConfig.model_type:
            encoder, weights, tokenizer = load_encoder(str(folder), dropout=0.0)
            model = CasRel(CasRelConfig(encoder=encoder, **own))
            model.encoder.load_state_dict(weights)
            return model, tokenizer, []
        source = load_model(CasRel, folder)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{start} 既不是 CasRel 模型，也不是编码器", f"{start} is neither a CasRel model nor an encoder"
        ) from error
    kept = ("encoder", "head_dropout", "max_tokens", "lexical")
    model = CasRel(CasRelConfig(**own, **{name: getattr(source.config, name) for name in kept}))
    return model, load_tokenizer(folder), take_over(model, source)


@torch.no_grad()
def take_over(model: CasRel, source: CasRel) -> list[str]:
    """Copy into `model` all of `source` but the outputs of both taggers; of those the subject tagger of the schema
    with the most relations of the same names, and these relations, which are given back."""
    outputs = [f"{name}.{len(getattr(model, name)) - 1}." for name in ("subject", "object")]
    shared = {k: v for k, v in source.state_dict().items() if not k.startswith(tuple(outputs))}
    model.load_state_dict(shared, strict=False)
    known, schemas = source.config.relations, source.config.schemas
    mine = model.config.relations
    nearest = max(schemas, key=lambda name: len(set(schemas[name]) & set(mine)))
    same = [name for name in mine if name in known]
    pairs = [
        (model.subject[-1], [0], source.subject[-1], [list(schemas).index(nearest)]),
        (model.object[-1], [mine.index(r) for r in same], source.object[-1], [known.index(r) for r in same]),
    ]
    for to, rows, layer, old in pairs:
        assert isinstance(to, nn.Linear)
        assert isinstance(layer, nn.Linear)
        # Two outputs each: start and end.
        to.weight.unflatten(0, (-1, 2))[rows] = layer.weight.unflatten(0, (-1, 2))[old]
        to.bias.unflatten(0, (-1, 2))[rows] = layer.bias.unflatten(0, (-1, 2))[old]
    return same
