"""What a checkpoint is, told by its small files: before weights are read, and on the Hub before they are fetched."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import catalog
from core.errors import InputError

_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".h5", ".msgpack")
# Files that are read to learn what a checkpoint is; a vocabulary only up to this size.
_MOST_VOCABULARY = 2_000_000
_MOVE = '"h2e2"'

# Those that learn from a user's own examples.
_BY_EXAMPLE = ("triples_by_example", "qa_pairs_by_example", "similarity_by_example")

# What a checkpoint may be, {zh, en}, and the tasks that it fits.
_KINDS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "casrel": ("三元组模型（CasRel 头）", "a model of triples (CasRel head)", ("triples",)),
    "gplinker": ("三元组模型（GPLinker 头）", "a model of triples (GPLinker head)", ("triples", "triples_by_example")),
    "gplinker-events": ("事件模型", "a model of events", ("events",)),
    "qa-generator": ("提问模型", "a generator of questions", ("qa_pairs",)),
    "qa-reader": ("阅读模型", "a reader", ("answer",)),
    "word-encoder": ("词编码器", "an encoder of words", ("similarity", "similarity_by_example")),
    "static-vectors": ("静态词向量", "static word vectors", ("similarity",)),
    "xiangqi_gpt": ("象棋 GPT", "a xiangqi GPT", ("xiangqi",)),
    "sketch-filler": ("草图填空模型", "a filler of sketches", ("text2sql",)),
    "form-writer": ("查询树模型", "a writer of forms", ("text2sql",)),
    "reader": ("抽取式阅读模型", "a model that points at answers", ("answer",)),
    "seq2seq": ("序列到序列模型", "a sequence-to-sequence model", ("qa_pairs", "answer")),
    "chat": (
        "对话语言模型",
        "a language model that chats",
        ("text2sql", "triples", "answer", *_BY_EXAMPLE),
    ),
    "causal": ("没有对话模板的语言模型", "a language model without a chat template", ("text2sql",)),
    "moves": ("每着一个词元的语言模型", "a language model of moves", ("xiangqi",)),
    "encoder": ("句子编码器", "an encoder", ("similarity", "similarity_by_example")),
    "other": ("别的一类模型", "of another kind", ()),
}
# What each task wants, {zh, en}.
_WANTED: dict[str, tuple[str, str]] = {
    **dict.fromkeys(_BY_EXAMPLE, ("对话语言模型", "a language model that chats")),
    "triples": (
        "带 CasRel 或 GPLinker 头的编码器，或对话语言模型",
        "an encoder with a CasRel or GPLinker head, or a chat model",
    ),
    "qa_pairs": ("序列到序列、抽取式阅读或对话模型", "a sequence-to-sequence model, a reader or a chat model"),
    "xiangqi": ("每个着法（ICCS）一个词元的语言模型", "a language model with a token for each ICCS move"),
    "similarity": ("句子编码器（BERT、sentence-transformers）", "an encoder (BERT, sentence-transformers)"),
    "text2sql": ("语言模型，最好有对话模板", "a language model, best one with a chat template"),
}


@dataclass(frozen=True)
class Facts:
    """A checkpoint that could be loaded: its `kind` in both languages, the bytes of its weights, its licence ("" where
    none is stated), the tasks that it fits, and what else is worth knowing of it."""

    name: str
    kind: dict[str, str]
    size: int
    licence: str
    tasks: tuple[str, ...]
    note: dict[str, str] | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON: {name, kind: {zh, en}, megabytes, licence, note: {zh, en} | null}."""
        return {
            "name": self.name,
            "kind": self.kind,
            "megabytes": self.size / 1e6,
            "licence": self.licence,
            "note": self.note,
        }

    def task_of(self, tasks: tuple[str, ...]) -> str:
        """The first of `tasks` that the checkpoint fits. Raises InputError, which says why, where there is none."""
        found = next((task for task in tasks if task in self.tasks), None)
        if found is None:
            zh, en = _WANTED[tasks[0]]
            raise InputError(
                f"{self.name} 是{self.kind['zh']}，这一页需要{zh}",
                f"{self.name} is {self.kind['en']}; this page wants {en}",
            )
        return found


@dataclass(frozen=True)
class _Files:
    """The files of a checkpoint with their bytes, and how to read a small one."""

    sizes: Mapping[str, int]
    open: Callable[[str], str]

    def text(self, name: str) -> str:
        return self.open(name) if name in self.sizes else ""

    def json(self, name: str) -> Any:
        try:
            return json.loads(self.text(name) or "null")
        except ValueError as error:
            raise InputError(f"{name} 不是有效的 JSON", f"{name} is no valid JSON") from error


def inspect(model: str, name: str) -> Facts:
    """What `model`, a folder or a Hub id that is shown as `name`, is. No weights are read or fetched.

    Raises:
        InputError: it is not to be had, has no configuration, weights as pickles only, or wants code of its own.
    """
    files = _in_folder(Path(model)) if is_folder(model) else _on_hub(model)
    config = files.json("config.json")
    if not isinstance(config, dict):
        raise InputError(f"{name} 没有 config.json，认不出是什么模型", f"{name} has no config.json to tell what it is")
    _check_weights(files, name)
    _check_code(files, config, name)
    key = _kind(files, config)
    zh, en, tasks = _KINDS[key]
    if key == "other":
        found = _architecture(config)
        zh, en = f"{zh}（{found}）", f"{en} ({found})"
    size = sum(size for file, size in files.sizes.items() if file.endswith(".safetensors") and "/" not in file)
    note = _pooling(files, name) if key == "encoder" else None
    return Facts(name, {"zh": zh, "en": en}, size, catalog.licence_of(files.text("README.md")), tasks, note)


def is_folder(model: str) -> bool:
    """Whether `model` is meant as a folder of this machine, there or not, and not as a Hub id."""
    return model.startswith((".", "~")) or Path(model).is_absolute() or Path(model).is_dir()


def _in_folder(folder: Path) -> _Files:
    folder = folder.expanduser()
    if not folder.is_dir():
        raise InputError(f"没有文件夹 {folder.name}", f"there is no folder {folder.name}")
    sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    return _Files(sizes, lambda name: (folder / name).read_text(encoding="utf-8"))


def _on_hub(model: str) -> _Files:
    from huggingface_hub import HfApi, hf_hub_download, snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        info = HfApi().model_info(model, files_metadata=True, timeout=20)
    except Exception as error:  # what the Hub's client raises without a network depends on its version
        try:  # what was fetched once is there without the Hub
            return _in_folder(Path(snapshot_download(model, local_files_only=True)))
        except (OSError, HFValidationError):
            raise catalog.not_found(model) from error
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    return _Files(sizes, lambda name: Path(hf_hub_download(model, name, revision=info.sha)).read_text(encoding="utf-8"))


def _check_weights(files: _Files, name: str) -> None:
    here = [file for file in files.sizes if "/" not in file]
    if any(file.endswith(".safetensors") for file in here):
        return
    pickles = [file for file in here if file.endswith(_PICKLES)]
    if pickles:
        raise InputError(
            f"{name} 的权重只有 {pickles[0]}，这种文件能执行代码；只载入 safetensors",
            f"{name} has its weights in {pickles[0]} only, a kind that can run code; only safetensors is loaded",
        )
    raise InputError(f"{name} 里没有 safetensors 权重", f"there are no safetensors weights in {name}")


def _check_code(files: _Files, config: dict[str, Any], name: str) -> None:
    """Raises InputError for what only its own code could load; where transformers knows the model, that is not used."""
    from transformers import CONFIG_MAPPING

    tokenizer = files.json("tokenizer_config.json") or {}
    alien = "auto_map" in config and config.get("model_type") not in CONFIG_MAPPING
    if alien or ("auto_map" in tokenizer and "tokenizer.json" not in files.sizes):
        raise InputError(
            f"{name} 要运行它自带的代码才能载入，这里从不运行",
            f"{name} wants its own code run to load, which never happens here",
        )


def _architecture(config: dict[str, Any]) -> str:
    return str((config.get("architectures") or [config.get("model_type")])[0])[:60]


def _kind(files: _Files, config: dict[str, Any]) -> str:
    from transformers.models.auto import modeling_auto as auto

    kind, name = config.get("model_type"), _architecture(config)
    if kind in _KINDS and kind not in ("encoder", "other"):
        return str(kind)
    if "modules.json" in files.sizes and kind in auto.MODEL_MAPPING_NAMES:
        return "encoder"
    if name.endswith("ForQuestionAnswering"):
        return "reader"
    if kind in auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES and name.endswith("ForConditionalGeneration"):
        return "seq2seq"
    if kind in auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES and name.endswith(("ForCausalLM", "LMHeadModel")):
        return _writer(files)
    if kind in auto.MODEL_MAPPING_NAMES and name.endswith(("Model", "ForMaskedLM", "ForPreTraining")):
        return "encoder"
    return "other"


def _writer(files: _Files) -> str:
    """The kind of a causal language model."""
    if files.sizes.get("tokenizer.json", _MOST_VOCABULARY) < _MOST_VOCABULARY and _MOVE in files.text("tokenizer.json"):
        return "moves"
    told = files.json("tokenizer_config.json") or {}
    templates = {"chat_template.jinja", "chat_template.json"} & files.sizes.keys()
    return "chat" if templates or told.get("chat_template") else "causal"


def _pooling(files: _Files, name: str) -> dict[str, str]:
    """How an encoder's sentence vectors are made of its token vectors, in both languages."""
    from core.backbone.pooling import Pooling

    read = Pooling.read(files.json, name)
    if read is None:
        return {
            "zh": "没有池化配置：整句取首末两层的平均",
            "en": "no pooling configuration: a sentence is the mean of the first and last layer",
        }
    ways = " + ".join(read.ways)
    return {"zh": f"池化：{ways}（按它自己的配置）", "en": f"pooling: {ways} (its own configuration)"}
