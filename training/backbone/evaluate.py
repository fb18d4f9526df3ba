"""Masked-character accuracy of an encoder on lines held aside from pre-training.

python -m training.backbone.evaluate --model assets/models/backbone
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from transformers import ModernBertForMaskedLM

from core.backbone.weights import moved
from training.backbone.train import Blocks, evaluate
from training.common import pick_device
from training.finetuning import load_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("runs/backbone/data"))
    parser.add_argument("--model", default="assets/models/backbone")
    parser.add_argument("--device", default="auto")
    args = parser.parse_args()
    device = pick_device(args.device)
    model = moved(ModernBertForMaskedLM.from_pretrained(args.model, dtype="float32"), device)
    tokenizer = load_tokenizer(args.model)
    if tokenizer.get_vocab() != load_tokenizer(args.data / "tokenizer").get_vocab():
        raise SystemExit(f"{args.data} was prepared with another vocabulary than {args.model} has")
    held = Blocks(args.data / "held.npy", 128, tokenizer)
    figures = evaluate(model, held, device)
    print(json.dumps({"model": args.model, **{k: round(v, 4) for k, v in figures.items()}}))


if __name__ == "__main__":
    main()
