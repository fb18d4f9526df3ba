"""What a fine-tuning may do beyond plain steps, as one value and as options of the command line.

A recipe takes them all over with three lines: `add_options(parser)`, `FineTuning(..., recipe=Recipe.of(args))` and
`load_encoder(..., entropy_scale=args.entropy_scale)`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, fields

import torch

OPTIMIZERS = ("adamw", "adax")


@dataclass(frozen=True)
class Recipe:
    """The options of `FineTuning`.

    Args:
        fgm: how far the embeddings move for an adversarial loss beside the plain one (`training.adversarial`); 0: none.
        pgd: the same in `pgd_steps` steps, instead of in one.
        pgd_steps: how many.
        flood: the loss is kept at this level (`flooded`).
        optimizer: "adamw", or "adax" (`training.adax`).
        accumulate: batches whose mean gradient makes one step.
    """

    fgm: float = 0.0
    pgd: float = 0.0
    pgd_steps: int = 3
    flood: float = 0.0
    optimizer: str = "adamw"
    accumulate: int = 1

    @classmethod
    def of(cls, args: argparse.Namespace) -> Recipe:
        """The one that `add_options` read."""
        return cls(**{field.name: getattr(args, field.name) for field in fields(cls)})

    @property
    def attack(self) -> tuple[float, int]:
        """How far an adversary moves the embeddings, and in how many steps; the distance is 0 where there is none."""
        return (self.pgd, self.pgd_steps) if self.pgd else (self.fgm, 1)


def flooded(loss: torch.Tensor, level: float) -> tuple[torch.Tensor, float]:
    """|L - b| + b, and the sign of its slope in L: below the level b the gradient is climbed, not descended.

    Ishida et al., arXiv:2002.08709; 我们真的需要把训练集的损失降低到零吗？(kexue.fm/archives/7643). The loss hovers
    about b, where its steps forth and back move the weights to where its gradient is small: to a flatter place.
    """
    if not level:
        return loss, 1.0
    return (loss - level).abs() + level, 1.0 if loss.item() >= level else -1.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `Recipe`, and `--entropy-scale` for `training.finetuning.load_encoder`."""
    none = Recipe()
    parser.add_argument("--fgm", type=float, default=none.fgm, metavar="EPS", help="adversarial step; doubles the time")
    parser.add_argument(
        "--pgd", type=float, default=none.pgd, metavar="EPS", help="the same found in several steps; see --pgd-steps"
    )
    parser.add_argument(
        "--pgd-steps", type=int, default=none.pgd_steps, help="of --pgd; K of them take 1 + K times the time"
    )
    parser.add_argument("--flood", type=float, default=none.flood, metavar="LEVEL", help="keep the loss at this level")
    parser.add_argument("--optimizer", choices=OPTIMIZERS, default=none.optimizer)
    parser.add_argument("--accumulate", type=int, default=none.accumulate, metavar="N", help="batches per step")
    parser.add_argument(
        "--entropy-scale",
        type=int,
        metavar="N0",
        help="attention scores of n tokens times log n / log N0 (core.backbone.attention); the post's N0 is 512",
    )
