"""The forward of `core.backbone.encoder` against that of the library, with the same weights in one process.

    python benchmarks/encoder.py

Texts of random characters, a different one each time; the two run in turn. Prints the median milliseconds of a batch
and how many times faster ours is.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch
from transformers import AutoConfig, ModernBertModel

from core import runtime
from core.backbone.encoder import Encoder
from core.catalog import MODELS

SHAPES = ((1, 20), (1, 35), (1, 62), (1, 200), (8, 62), (32, 62))


def milliseconds(model: ModernBertModel, ids: torch.Tensor) -> float:
    begin = time.perf_counter()
    model(input_ids=ids, attention_mask=torch.ones_like(ids))
    return 1000 * (time.perf_counter() - begin)


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    args = parser.parse_args()
    runtime.configure()
    config = AutoConfig.from_pretrained(MODELS / "backbone")
    theirs, ours = ModernBertModel(config).eval(), Encoder(config).eval()
    ours.load_state_dict(theirs.state_dict())
    print("| texts | tokens of each | library's ms | ours, ms | times faster |\n|--:|--:|--:|--:|--:|")
    for batch, length in SHAPES:
        times: tuple[list[float], list[float]] = [], []
        for _ in range(max(10, args.runs // batch)):
            ids = torch.randint(5, config.vocab_size, (batch, length))
            for model, taken in zip((theirs, ours), times, strict=True):
                taken.append(milliseconds(model, ids))
        slow, fast = map(statistics.median, times)
        print(f"| {batch} | {length} | {slow:.1f} | {fast:.1f} | {slow / fast:.2f} |", flush=True)


if __name__ == "__main__":
    main()
