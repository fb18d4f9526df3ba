"""Average the weights of models that began alike and were trained apart (model soups, arXiv:2203.05482).

    python -m training.average runs/triples/teacher/best runs/triples/student/best --out runs/triples/averaged

What is fine-tuned from one start by recipes that differ a little often lies in one valley of the loss, and the mean of
the weights lower in it than either; one model comes out, as fast as each. Configuration and tokenizer are the last
one's.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def average(folders: Sequence[Path], out: Path, shares: Sequence[float] | None = None) -> None:
    """Write the mean of the checkpoints in `folders`, weighted by `shares`, to the folder `out`.

    Raises:
        ValueError: their tensors are not of the same names and shapes.
    """
    shares = shares or [1.0] * len(folders)
    models = [load_file(folder / "model.safetensors") for folder in folders]
    shapes = [{name: tensor.shape for name, tensor in model.items()} for model in models]
    if any(other != shapes[0] for other in shapes):
        raise ValueError("the models differ in the names or shapes of their weights")
    mean = {}
    for name in models[0]:
        total = sum((s * m[name].double() for s, m in zip(shares, models, strict=True)), torch.tensor(0.0))
        mean[name] = (total / sum(shares)).to(models[0][name].dtype).contiguous()
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / "model.safetensors", metadata={"format": "pt"})
    for path in folders[-1].glob("*.json"):
        shutil.copyfile(path, out / path.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--shares", type=float, nargs="+", help="of the models in the mean; default: alike")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    if args.shares and len(args.shares) != len(args.models):
        parser.error("as many shares as models")
    average(args.models, args.out, args.shares)


if __name__ == "__main__":
    main()
