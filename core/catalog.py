"""Which checkpoint serves a task: the bundled folder, a folder of the user's, or a Hugging Face Hub id."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import tasks
from core.errors import InputError

if TYPE_CHECKING:
    from core.pipeline import AnyPipeline

# Where the bundled models are: $MODOU_BUNDLED, or the folder of the repository.
MODELS = Path(os.environ.get("MODOU_BUNDLED") or Path(__file__).resolve().parent.parent / "assets" / "models")
# In that folder: checksums of all weights, as `sha256sum` writes them.
SUMS = "SHA256SUMS"

# Beside a matrix stored in 8 bits stand the scales of its rows (`core.backbone.weights`).
ROW_SCALE = ".row_scale"

# What a bar is called that tells how many matrices have been made 8 bits.
PACKING = "pack"

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
        """Number of weights, read from the headers of the safetensors files without loading them.

        Raises InputError for a damaged file."""
        from math import prod

        from safetensors import SafetensorError, safe_open

        total = 0
        for path in self.folder.rglob("*.safetensors"):
            try:
                with safe_open(path, "np") as tensors:
                    names = [name for name in tensors.keys() if not name.endswith(ROW_SCALE)]  # noqa: SIM118
                    total += sum(prod(tensors.get_slice(name).get_shape()) for name in names)
            except (OSError, SafetensorError) as error:
                raise _damaged(path) from error
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
        return licence_of(self.card)


def licence_of(card: str) -> str:
    """The licence named in the front matter of a model card, or nothing."""
    _, _, front = card.partition("---\n")
    facts = dict(line.split(": ", 1) for line in front.partition("\n---")[0].splitlines() if ": " in line)
    return facts.get("license_name") or facts.get("license", "")


def bundled(task: str) -> tuple[str, ...]:
    """Names of the models that ship for `task`, the default first. Raises InputError where there is no such task."""
    return tasks.find(task).models


def check_offered(task: str, model: object) -> None:
    """Raises InputError for a model that does not ship: a stranger may not have folders opened or the Hub asked."""
    names = bundled(task)
    if model is not None and model not in names:
        raise InputError(f"没有这个模型，可用：{'、'.join(names)}", f"no such model; there are {', '.join(names)}")


def find(task: str, model: str | None = None) -> Checkpoint:
    """The checkpoint for `task`; a Hub id is downloaded to the Hub's cache if it is not there yet.

    `model` is None for the default, the name of another bundled model, a folder, or a Hub id.

    Raises:
        InputError: unknown task, folder without a model in it, or an id the Hub does not give us.
    """
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
        raise _missing(folder / missing[0])
    return checkpoint


def _missing(path: Path) -> InputError:
    return InputError(
        f"模型文件缺失：{path}。请重新克隆仓库，或检查 model 参数",
        f"model file missing: {path}; clone the repository again or check the model argument",
    )


def _damaged(path: Path) -> InputError:
    return InputError(
        f"模型文件损坏：{path}。请重新克隆仓库（自己训练的模型：运行 make sums）",
        f"model file damaged: {path}; clone the repository again (after a training of your own: make sums)",
    )


def check_sums(folder: Path) -> None:
    """Compare the weights of a bundled model with their checksums, where there are any.

    Raises:
        InputError: a file is missing or is not what it was.
    """
    sums = folder.parent / SUMS
    lines = sums.read_text(encoding="utf-8").splitlines() if sums.is_file() else []
    for wanted, name in (line.split(maxsplit=1) for line in lines):
        path = folder.parent / name
        if folder not in path.parents:
            continue
        if not path.is_file():
            raise _missing(path)
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
                raise _damaged(path)


def write_sums(models: Path = MODELS) -> None:
    """Write the checksums of all weights under `models`."""
    paths = sorted(models.rglob("*.safetensors"))
    lines = (f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(models).as_posix()}\n" for p in paths)
    (models / SUMS).write_text("".join(lines), encoding="utf-8")


def _unreadable(folder: Path) -> Path | None:
    """The first file of a model that cannot even be parsed."""
    from safetensors import SafetensorError, safe_open

    for path in sorted(folder.rglob("*")):
        try:
            if path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
            elif path.suffix == ".safetensors":
                with safe_open(path, "np"):
                    pass
        except (OSError, ValueError, SafetensorError):
            return path
    return None


@lru_cache
def _download(model: str) -> Path:
    return download(model)


def download(model: str, bar: Any = None) -> Path:
    """The folder of a Hub id's files, fetched where they are not there yet. `bar`: a class of tqdm that is told how far
    that is.

    Raises:
        InputError: the Hub does not give it to us.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        # Weights as safetensors only: a pickle from a stranger would run code. (*.jinja: how a chat is written down.)
        kinds = ["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja", "*.md"]
        return Path(snapshot_download(model, allow_patterns=kinds, tqdm_class=bar))
    except (OSError, HFValidationError) as error:
        raise not_found(model) from error


def not_found(model: str) -> InputError:
    """What is said of a model that is nowhere."""
    return InputError(
        f"找不到模型 {model!r}：既不是本地文件夹，也无法从 Hub 下载",
        f"no model {model!r}: neither a folder here nor to be had from the Hub",
    )


def load_here(checkpoint: Checkpoint, device: str | None) -> AnyPipeline:
    """The pipeline of `checkpoint` in this process, whoever else may have its models; loaded once.

    Raises:
        InputError: there is no such device, or `open_pipeline` refuses.
    """
    from core import runtime

    where = runtime.pick_device(device)
    return runtime.load_once(key_of(checkpoint, where), lambda: open_pipeline(checkpoint, where))


def key_of(checkpoint: Checkpoint, where: str) -> tuple[str, str, str]:
    """By what `core.runtime` keeps the pipeline of `checkpoint` on the device `where`."""
    return checkpoint.task, str(checkpoint.folder), where


def open_pipeline(checkpoint: Checkpoint, device: str) -> AnyPipeline:
    """Load `checkpoint` on `device`.

    Raises:
        InputError: the files are there but are no model for this task, or are damaged.
    """
    from core import runtime

    runtime.configure()
    task = tasks.find(checkpoint.task)
    pipeline = task.pipeline_class
    folders = [checkpoint.folder, *(MODELS / bundled(brought)[0] for brought in task.brings)]
    for folder in folders:
        check_sums(folder)
    try:
        return pipeline.from_folder(checkpoint.folder, device)
    except InputError:
        raise
    except Exception as error:  # readers of damaged files raise anything, the tokenizers' a bare Exception
        unreadable = next(filter(None, map(_unreadable, folders)), None)
        if unreadable is not None:
            raise _damaged(unreadable) from error
        raise InputError(
            f"无法读取 {checkpoint.task} 模型 {checkpoint.folder}：文件损坏或类型不符。请重新克隆仓库，或换一个模型",
            f"cannot read a {checkpoint.task} model from {checkpoint.folder}: damaged or of another kind; "
            "clone the repository again or choose another model",
        ) from error
