"""Which checkpoint serves a task: the bundled folder, a folder of the user's, or a Hugging Face Hub id."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError

if TYPE_CHECKING:
    from core.pipeline import Pipeline

MODELS = Path(__file__).resolve().parent.parent / "assets" / "models"

# task → (module, class, bundled folders, the default first)
_PIPELINES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "triples": ("core.triples.pipeline", "TriplesPipeline", ("triples-casrel", "triples-gplinker", "triples-dgcnn")),
    "qa_pairs": ("core.qa_pairs.pipeline", "QAPairsPipeline", ("qa-generator",)),
    "answer": ("core.qa_pairs.pipeline", "AnswerPipeline", ("qa-reader",)),
    "similarity": (
        "core.similarity.pipeline",
        "SimilarityPipeline",
        ("similarity-encoder", "similarity-static"),
    ),
    "text2sql": ("core.text2sql.pipeline", "Text2SQLPipeline", ("text2sql-sketch",)),
    "xiangqi": ("core.xiangqi.pipeline", "XiangqiPipeline", ("xiangqi-board", "xiangqi-moves")),
}
TASKS: tuple[str, ...] = tuple(_PIPELINES)

# Beside a matrix stored in 8 bits stand the scales of its rows (`core.backbone.weights`).
ROW_SCALE = ".row_scale"

_FILES = ("config.json", "model.safetensors", "tokenizer.json")
# What stands in for tokenizer.json in checkpoints of older make: sentencepiece models and word lists.
_TOKENIZERS = ("spiece.model", "sentencepiece.bpe.model", "tokenizer.model", "vocab.txt")


@dataclass(frozen=True)
class Checkpoint:
    """A model on disk and the task it serves."""

    task: str
    name: str
    folder: Path

    @property
    def ships(self) -> bool:
        """Whether it is one of those that come with the package."""
        return self.folder.parent == MODELS

    @property
    def size(self) -> int:
        """Bytes of the weights."""
        return sum(f.stat().st_size for f in self.folder.rglob("*.safetensors"))

    @property
    def parameters(self) -> int:
        """Number of weights, read from the headers of the safetensors files without loading them."""
        from math import prod

        from safetensors import safe_open

        total = 0
        for path in self.folder.rglob("*.safetensors"):
            with safe_open(path, "np") as tensors:
                names = [name for name in tensors.keys() if not name.endswith(ROW_SCALE)]  # noqa: SIM118
                total += sum(prod(tensors.get_slice(name).get_shape()) for name in names)
        return total

    @property
    def config(self) -> dict[str, Any]:
        """The checkpoint's config.json."""
        found: dict[str, Any] = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        return found

    @property
    def figures(self) -> dict[str, float]:
        """What was measured of it on dev sets, or nothing (figures.json)."""
        path = self.folder / "figures.json"
        found: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return found

    @property
    def card(self) -> str:
        """The model card (Markdown), or nothing."""
        path = self.folder / "README.md"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    @property
    def licence(self) -> str:
        """The licence named in the card's front matter, or nothing."""
        _, _, front = self.card.partition("---\n")
        facts = dict(line.split(": ", 1) for line in front.partition("\n---")[0].splitlines() if ": " in line)
        return facts.get("license_name") or facts.get("license", "")


def bundled(task: str) -> tuple[str, ...]:
    """Names of the models that ship for `task`, the default first."""
    return _PIPELINES[task][2]


def find(task: str, model: str | None = None) -> Checkpoint:
    """The checkpoint for `task`; a Hub id is downloaded to the Hub's cache if it is not there yet.

    `model` is None for the default, the name of another bundled model, a folder, or a Hub id.

    Raises:
        InputError: unknown task, folder without a model in it, or an id the Hub does not give us.
    """
    if task not in _PIPELINES:
        raise InputError(
            f"没有任务 {task!r}，可用：{'、'.join(TASKS)}", f"no task {task!r}; there are {', '.join(TASKS)}"
        )
    if model is None or model in bundled(task):
        name = model or bundled(task)[0]
        return _checked(Checkpoint(task, name, MODELS / name))
    folder = Path(model)
    if folder.is_dir():
        return _checked(Checkpoint(task, folder.name, folder))
    return _checked(Checkpoint(task, model, _download(model)))


def _checked(checkpoint: Checkpoint) -> Checkpoint:
    folder = checkpoint.folder
    stand_ins = {"tokenizer.json": _TOKENIZERS}
    missing = [
        n
        for n in _FILES
        if not any((folder / name).is_file() for name in (n, f"{n}.index.json", *stand_ins.get(n, ())))
    ]
    if missing:
        raise InputError(
            f"模型文件缺失：{folder / missing[0]}。请重新克隆仓库，或检查 model 参数",
            f"model file missing: {folder / missing[0]}; clone the repository again or check the model argument",
        )
    return checkpoint


@lru_cache
def _download(model: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        # Weights as safetensors only: a pickle from a stranger would run code.
        return Path(snapshot_download(model, allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model", "*.md"]))
    except (OSError, HFValidationError) as error:
        raise InputError(
            f"找不到模型 {model!r}：既不是本地文件夹，也无法从 Hub 下载",
            f"no model {model!r}: neither a folder here nor to be had from the Hub",
        ) from error


def pipeline_class(task: str) -> type[Pipeline]:
    """The class of the pipelines of `task`."""
    module, name, _ = _PIPELINES[task]
    found: type[Pipeline] = getattr(importlib.import_module(module), name)
    return found


def open_pipeline(checkpoint: Checkpoint, device: str) -> Pipeline:
    """Load `checkpoint` on `device`.

    Raises:
        InputError: the files are there but are no model for this task, or are damaged.
    """
    from safetensors import SafetensorError

    from core import runtime

    runtime.configure()
    pipeline = pipeline_class(checkpoint.task)
    try:
        return pipeline.from_folder(checkpoint.folder, device)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise InputError(
            f"无法读取 {checkpoint.task} 模型 {checkpoint.folder}：文件损坏或类型不符。请重新克隆仓库，或换一个模型",
            f"cannot read a {checkpoint.task} model from {checkpoint.folder}: damaged or of another kind; "
            "clone the repository again or choose another model",
        ) from error
