"""Teach the reader to tell pairs that a teacher would keep from the others: a small head on its states.

The post (kexue.fm/archives/7630) shows whatever its model writes; this is for choosing among it.

    python -m training.qa_pairs.quality --write

Good are the questions written by hand; bad are those written by hand as a poor generator would put them, good ones with
one thing wrong (`training.qa_pairs.damage`), and what the generator itself writes at temperature for the same answers.
Pairs that the generator made and a person judged (`judged.jsonl`) count as they were judged. The reader's own weights
stay as they are: each pair is read once, and the head learns from the states. A threshold is chosen on passages that
were kept from all training, as the one that lets `--keep` of their good pairs through.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch.nn import functional as F
from transformers import LogitsProcessor

from core import catalog
from core.backbone.weights import load_served, quantised
from core.qa_pairs.checker import NEAR, around
from core.qa_pairs.encoding import collate, reader_window
from core.qa_pairs.loading import load_generator
from core.qa_pairs.reader_model import QualityHead, ReaderModel
from core.qa_pairs.spans import MAX_ANSWER
from training.common import read_jsonl
from training.finetuning import load_tokenizer
from training.qa_pairs.damage import Put, damaged
from training.qa_pairs.data import OWN, Passage, best_occurrence, folded, own_passages, passages
from training.qa_pairs.evaluate import rouge_l
from training.similarity.evaluate import area_under_curve

_HERE = Path(__file__).parent
_LIKE = 0.75  # ROUGE-L with the question written by hand from which on a sampled one may be as good
Told = tuple[torch.Tensor, torch.Tensor]


class Sampling(LogitsProcessor):
    """Makes a greedy search draw from the distribution at a temperature: the highest after Gumbel noise is a sample."""

    def __init__(self, temperature: float, seed: int) -> None:
        self.temperature = temperature
        self.random = torch.Generator().manual_seed(seed)

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        noise = -(-torch.rand(scores.shape, generator=self.random).clamp(1e-9, 1 - 1e-7).log()).log()
        return scores / self.temperature + noise


def good_pairs(texts: Sequence[Passage]) -> list[list[Put]]:
    """The answered questions of each passage."""
    return [
        [
            Put(p.text, q, (at, at + len(a)), True)
            for q, a in p.pairs
            if a and len(a) <= MAX_ANSWER and len(q) > 3
            for at in [best_occurrence(p.text, q, a)]
        ]
        for p in texts
    ]


def faulty_pairs(path: Path) -> Iterator[Put]:
    """The pairs of the hand-written passages in `path` that were put badly on purpose."""
    for row in read_jsonl(path):
        text = folded(row["context"])
        for pair in row.get("faulty", []):
            question, answer = folded(pair["question"]), folded(pair["answer"])
            if answer in text:
                at = best_occurrence(text, question, answer)
                yield Put(text, question, (at, at + len(answer)), False)


def judged_pairs(path: Path) -> Iterator[Put]:
    """Pairs that the generator made, as a person judged them."""
    for row in read_jsonl(path) if path.is_file() else ():
        text, question, answer = (folded(row[name]) for name in ("context", "question", "answer"))
        if answer in text:
            at = best_occurrence(text, question, answer)
            yield Put(text, question, (at, at + len(answer)), row["verdict"] == "right")


def sampled(groups: Sequence[Sequence[Put]], model: Path, temperature: float, seed: int) -> Iterator[Put]:
    """What the generator writes at `temperature` for the answers of some passages, where it is unlike the question
    written by hand."""
    generator = load_generator(model, "cpu")
    for group in groups:
        if not group:
            continue
        read = generator.read(group[0].text)
        placed = [(p, generator.window_of(read, p.span)) for p in group]
        placed = [(p, w) for p, w in placed if w >= 0]
        if not placed:
            continue
        seed += 1
        asked = generator.ask(read, [(p.span, w) for p, w in placed], 1, [Sampling(temperature, seed)])
        for (p, _), a in zip(placed, asked, strict=True):
            if rouge_l(a.text, p.question) < _LIKE:
                yield Put(p.text, a.text, p.span, False)


@torch.inference_mode()
def read(model: ReaderModel, tokenizer: Any, pairs: Sequence[Put], batch: int = 16) -> Told:
    """What the head is told of each pair."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].text))
    found: dict[int, Told] = {}
    for first in range(0, len(order), batch):
        group = order[first : first + batch]
        windows, spans = [], []
        for i in group:
            pair = pairs[i]
            begin, end = around(pair.text, pair.span, NEAR)
            window = reader_window(pair.question, pair.text[begin:end], (0, end - begin), tokenizer)
            windows.append(window)
            spans.append((window.token(pair.span[0] - begin), window.token(pair.span[1] - begin) - 1))
        tensors = collate(windows, tokenizer.pad_token_id)
        hidden = model(tensors["ids"], tensors["features"], tensors["mask"])
        pooled, said = model.pooled(hidden, tensors["features"], torch.tensor(spans), tensors["passage"])
        found |= {i: (pooled[k], said[k]) for k, i in enumerate(group)}
    return torch.stack([found[i][0] for i in range(len(pairs))]), torch.stack([found[i][1] for i in range(len(pairs))])


def fit(head: QualityHead, told: Told, labels: torch.Tensor, weights: torch.Tensor, epochs: int, seed: int) -> None:
    """Train the head; states lose a fifth of their numbers at a time, so that it leans on no single one."""
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    steps = epochs * (len(labels) // 64 + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=steps)
    random_ = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for rows in torch.randperm(len(labels), generator=random_).split(64):
            logits = head(F.dropout(told[0][rows], 0.2), told[1][rows])
            loss = F.binary_cross_entropy_with_logits(logits, labels[rows], weights[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def area(scores: Sequence[float], good: Sequence[bool]) -> float:
    """The area under the ROC curve."""
    return area_under_curve(np.array(scores), np.array(good))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/questions"))
    parser.add_argument("--reader", type=Path, default=catalog.MODELS / "qa-reader")
    parser.add_argument("--generator", type=Path, default=catalog.MODELS / "qa-generator")
    parser.add_argument("--temperature", type=float, default=1.0)
    parser.add_argument("--most", type=int, default=2200, help="pairs of each make")
    parser.add_argument("--sampled", type=int, default=100, help="passages that the generator writes questions on")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--keep", type=float, default=0.8, help="share of the good dev pairs that stand")
    parser.add_argument("--limit", type=int, help="only so many passages, to try things out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="the head and its threshold into the reader's folder")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    model, tokenizer = load_served(ReaderModel, args.reader, "cpu"), load_tokenizer(args.reader)

    own = own_passages()[: args.limit]
    groups = good_pairs(own + passages(args.data / "written_train.jsonl")[: args.limit])
    made = {
        "written well": [p for group in groups for p in group],
        "written badly": list(faulty_pairs(OWN)),
        "damaged": [d for g in groups for p in g if (d := damaged(p, [o for o in g if o != p], rng))],
        "sampled": list(sampled(groups[: args.sampled], args.generator, args.temperature, args.seed)),
        "judged": list(judged_pairs(_HERE / "judged.jsonl")),
    }
    made = {name: rng.sample(pairs, min(args.most, len(pairs))) for name, pairs in made.items()}
    print({name: len(pairs) for name, pairs in made.items()}, flush=True)
    weight = {"written badly": 2.0, "judged": 3.0}
    pairs = [p for each in made.values() for p in each]
    weights = torch.tensor([weight.get(name, 1.0) for name, each in made.items() for _ in each])
    told, labels = read(model, tokenizer, pairs), torch.tensor([float(p.good) for p in pairs])

    head = QualityHead(model.config.encoder["hidden_size"])
    fit(head, told, labels, weights, args.epochs, args.seed)
    head.eval()

    dev_groups = good_pairs(own_passages(_HERE / "written_dev.jsonl"))
    dev_good = [p for group in dev_groups for p in group]
    dev = {
        "written badly": list(faulty_pairs(_HERE / "written_dev.jsonl")),
        "damaged": [d for g in dev_groups for p in g if (d := damaged(p, [o for o in g if o != p], rng))],
        "sampled": list(sampled(dev_groups, args.generator, args.temperature, args.seed + 10_000)),
    }
    judged = list(judged_pairs(_HERE / "judged_dev.jsonl"))

    def scores(pairs: Sequence[Put]) -> list[float]:
        with torch.inference_mode():
            found: list[float] = head(*read(model, tokenizer, pairs)).sigmoid().tolist()
        return found

    well = sorted(scores(dev_good))
    least = round(well[int((1 - args.keep) * len(well))], 3)
    figures = {"least": least, "good": len(well)}
    for name, bad in dev.items():
        found = scores(bad)
        figures[f"area against {name}"] = round(area(well + found, [True] * len(well) + [False] * len(found)), 4)
        figures[f"{name} kept"] = round(sum(s >= least for s in found) / len(found), 3)
    if judged:
        figures["area among judged"] = round(area(scores(judged), [p.good for p in judged]), 4)
    print(json.dumps(figures, ensure_ascii=False))
    if args.write:
        tensors = {f"quality.{name}": tensor for name, tensor in head.state_dict().items()}
        save_file(quantised(tensors), args.reader / "quality.safetensors", metadata={"format": "pt"})
        model.config.quality = least
        model.config.save_pretrained(args.reader)
        catalog.write_sums()


if __name__ == "__main__":
    main()
