"""The heads that there are, and which of them a checkpoint has."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import AutoTokenizer

from core.backbone.causal import CausalLM
from core.backbone.weights import load_served
from core.triples.casrel import CasRelExtractor
from core.triples.chat_extractor import ChatExtractor
from core.triples.extractor import Extractor
from core.triples.gplinker import GPLinkerExtractor
from core.triples.lexical import character_features

HEADS: tuple[type[Extractor], ...] = (CasRelExtractor, GPLinkerExtractor)


def load_extractor(folder: Path, device: str) -> Extractor | ChatExtractor:
    """The extractor whose checkpoint is in `folder`; which head it has stands in its config.json as `model_type`. A
    causal language model is asked in its chat template.

    Raises:
        OSError, ValueError: the folder holds no model of triples, or weights are missing.
    """
    kinds = {head.model_class.config_class.model_type: head for head in HEADS}
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    kind = config.get("model_type")
    if str((config.get("architectures") or [""])[0]).endswith(("ForCausalLM", "LMHeadModel")):
        return ChatExtractor(CausalLM.from_folder(folder, device))
    if kind not in kinds:
        raise ValueError(f"not a triples model but {kind}")
    model = load_served(kinds[kind].model_class, folder, device)
    if model.config.lexical:
        character_features("词")  # reads the lexicon now rather than in the first request
    return kinds[kind](model, AutoTokenizer.from_pretrained(folder))
