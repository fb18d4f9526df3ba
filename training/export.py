"""Copy a trained checkpoint, or the mean of several, into `assets/models` as half-precision weights, or as 8-bit ones.

    python -m training.export runs/triples/casrel/best assets/models/triples-casrel
    python -m training.export runs/qa_pairs/reader/best assets/models/qa-reader --int8

The checksums beside the models (SHA256SUMS) are written anew.

The mean is of checkpoints of one training, such as the ends of its last legs (model soups, arXiv:2203.05482); all but
the weights is of the last.

Only models that are read by `core.backbone.weights.load_model` can be stored in 8 bits. The model card (README.md)
already in the target folder stays.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from core import catalog
from core.backbone.weights import quantised

# Bytes of a file that a repository takes without more ado.
_LARGEST = 24_900_000


def export(sources: Sequence[Path], target: Path, int8: bool = False) -> int:
    """Write the mean of the checkpoint folders `sources` to `target` in float16, or its matrices in int8; returns the
    bytes of the weights."""
    target.mkdir(parents=True, exist_ok=True)
    tensors, source = mean([load_file(folder / "model.safetensors") for folder in sources]), sources[-1]
    if int8:
        small = quantised(tensors)
    else:
        small = {k: v.to(torch.float16).contiguous() if v.is_floating_point() else v for k, v in tensors.items()}
    for name, stored in files_of(small).items():
        save_file(stored, target / name, metadata={"format": "pt"})
        (target / name).chmod(0o644)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, target / name)
    for part in (p for p in source.iterdir() if p.is_dir()):  # such as the word vectors of a similarity model
        shutil.copytree(part, target / part.name, dirs_exist_ok=True)
    return sum(f.stat().st_size for f in target.rglob("*.safetensors"))


def mean(checkpoints: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Tensor by tensor; one alone is left as it is."""
    if len(checkpoints) == 1:
        return checkpoints[0]
    return {name: torch.stack([c[name].float() for c in checkpoints]).mean(0) for name in checkpoints[0]}


def files_of(tensors: dict[str, torch.Tensor]) -> dict[str, dict[str, torch.Tensor]]:
    """The tensors by the file they go to: one, or the encoder and the rest where that would be too large."""
    if sum(tensor.numel() * tensor.element_size() for tensor in tensors.values()) < _LARGEST:
        return {"model.safetensors": tensors}
    encoder = {name: tensor for name, tensor in tensors.items() if name.startswith("encoder.")}
    rest = {name: tensor for name, tensor in tensors.items() if name not in encoder}
    return {"model.safetensors": encoder, "rest.safetensors": rest}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("target", type=Path)
    parser.add_argument("--int8", action="store_true", help="matrices as 8-bit integers with a scale per row")
    args = parser.parse_args()
    print(f"{args.target}: {export(args.sources, args.target, args.int8) / 1e6:.1f} MB")
    if (args.target.resolve().parent / catalog.SUMS).is_file():
        catalog.write_sums(args.target.resolve().parent)


if __name__ == "__main__":
    main()
