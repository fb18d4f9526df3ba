"""Whether a second decoder, which writes questions from their end, helps to choose among those of the first.

    python -m training.qa_pairs.train generator --backwards --init assets/models/qa-generator --epochs 1 \\
      --older 0.05 --lr 2.5e-4 --head-lr 5e-4 --decay 0.9 --out runs/qa_pairs/backwards
    python -m training.qa_pairs.two_way --backwards runs/qa_pairs/backwards/best

In the two-way decoding of kexue.fm/archives/6877 (after arXiv:1905.04847) both directions are written together and see
each other. Here the one from the end only judges what a beam search from the beginning ends with: a question's score is
`share` of its mean log-probability backwards and the rest of that forwards. Prints ROUGE-L and BLEU-4 of the questions
for the gold answers of dev for several shares.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from transformers.modeling_outputs import BaseModelOutput

from core import catalog
from core.backbone.weights import load_model
from core.qa_pairs.encoding import Span, collate
from core.qa_pairs.generator import ALTERNATIVES, Generator
from core.qa_pairs.generator_model import QuestionGenerator
from core.qa_pairs.passage import Passage as Read
from core.qa_pairs.scoring import plain
from core.qa_pairs.spans import MAX_ANSWER
from training.finetuning import load_tokenizer
from training.qa_pairs.data import backwards, best_occurrence, passages, question_ids
from training.qa_pairs.evaluate import bleu_4, rouge_l
from training.qa_pairs.reading_dev import CMRC

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@torch.inference_mode()
def backward_scores(generator: Generator, read: Read, span: Span, window: int, questions: list[str]) -> list[float]:
    """The mean log-probability of each question's characters, from its end, for the answer `span`."""
    model, pad = generator.model, generator.tokenizer.pad_token_id
    tensors: dict[str, Any] = collate([read.windows[window]] * len(questions), pad)
    starts = torch.tensor([read.windows[window].token(span[0])] * len(questions))
    ends = torch.tensor([read.windows[window].token(span[1])] * len(questions))
    states = read.states[window][None].expand(len(questions), -1, -1)
    ids = [torch.tensor(backwards(question_ids(q, generator.tokenizer))) for q in questions]
    written = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True, padding_value=pad)
    logits = model(
        decoder_input_ids=written[:, :-1],
        ids=tensors["ids"],
        attention_mask=tensors["mask"],
        encoder_outputs=BaseModelOutput(last_hidden_state=model.mark(states, tensors["mask"], starts, ends)),
        starts=starts,
        ends=ends,
    ).logits
    each = logits.gather(-1, written[:, 1:, None]).squeeze(-1)
    real = written[:, 1:] != pad
    found: list[float] = ((each * real).sum(1) / real.sum(1)).tolist()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/questions"))
    parser.add_argument("--forwards", type=Path, default=catalog.MODELS / "qa-generator")
    parser.add_argument("--backwards", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=200)
    args = parser.parse_args()
    first, second = (
        Generator(load_model(QuestionGenerator, folder), load_tokenizer(folder))
        for folder in (args.forwards, args.backwards)
    )
    rows = [(p.text, q, a) for p in passages(args.data / CMRC) for q, a in p.pairs if len(a) <= MAX_ANSWER]
    chosen: dict[float, list[str]] = {share: [] for share in SHARES}
    gold = []
    for text, question, answer in rows[:: max(1, len(rows) // args.limit)]:
        at = best_occurrence(text, question, answer)
        span = at, at + len(answer)
        there, back = first.read(text), second.read(text)
        window, mirrored = first.window_of(there, span), second.window_of(back, span)
        if window < 0 or mirrored < 0:
            continue
        [asked] = first.ask(there, [(span, window)], ALTERNATIVES)
        options = [asked, *asked.others]
        scores = backward_scores(second, back, span, mirrored, [o.text for o in options])
        for share, texts in chosen.items():
            both = [(1 - share) * o.score + share * s for o, s in zip(options, scores, strict=True)]
            texts.append(plain(options[both.index(max(both))].text))
        gold.append(plain(question))
    for share, texts in chosen.items():
        rouge = sum(rouge_l(f, g) for f, g in zip(texts, gold, strict=True)) / len(gold)
        print(json.dumps({"share": share, "rouge_l": round(rouge, 4), "bleu_4": round(bleu_4(texts, gold), 4)}))


if __name__ == "__main__":
    main()
