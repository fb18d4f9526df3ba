"""Which of the kinds of readers and generators a checkpoint holds."""

from __future__ import annotations

import json
from pathlib import Path

from transformers import AutoModelForQuestionAnswering, AutoModelForSeq2SeqLM, AutoTokenizer

from core.backbone.causal import CausalLM
from core.backbone.weights import load_model, load_served, moved
from core.qa_pairs.chat_reader import ChatReader
from core.qa_pairs.generative_reader import GenerativeReader
from core.qa_pairs.generator import Generator
from core.qa_pairs.generator_model import GeneratorConfig, QuestionGenerator
from core.qa_pairs.pair_worth import Worth
from core.qa_pairs.reader import HubReader, Reader
from core.qa_pairs.reader_model import ReaderModel
from core.qa_pairs.seq2seq_generator import Seq2SeqGenerator


def load_reader(folder: Path, device: str) -> Reader:
    """Our own reader, or any checkpoint that points at answers (BERT), writes them (T5, BART) or chats. Raises
    ValueError or OSError for anything else."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if config.get("model_type") == ReaderModel.config_class.model_type:
        return Reader(load_served(ReaderModel, folder, device), tokenizer)
    if any(name.endswith(("ForCausalLM", "LMHeadModel")) for name in config.get("architectures") or ()):
        return ChatReader(CausalLM.from_folder(folder, device))
    if any(name.endswith("ForConditionalGeneration") for name in config.get("architectures") or ()):
        writer = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype="float32")
        return GenerativeReader(writer.to(device), tokenizer)
    model, report = AutoModelForQuestionAnswering.from_pretrained(folder, dtype="float32", output_loading_info=True)
    if report["missing_keys"]:
        raise ValueError(f"weights missing: {sorted(report['missing_keys'])[:3]}")
    return HubReader(model.to(device), tokenizer)


def load_generator(folder: Path, device: str) -> Generator:
    """Our own generator, or any sequence-to-sequence checkpoint. Raises ValueError or OSError for anything else."""
    kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if kind == GeneratorConfig.model_type:
        return Generator(moved(load_model(QuestionGenerator, folder), device), tokenizer, Worth.from_folder(folder))
    model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype="float32")
    return Seq2SeqGenerator(model.to(device), tokenizer)
