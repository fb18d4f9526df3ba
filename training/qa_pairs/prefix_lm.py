"""The generator as the post has it, against the one that is bundled, in the same time from the same encoder.

    python -m training.qa_pairs.prefix_lm --minutes 20

In a prefix language model (UniLM, arXiv:1905.03197; kexue.fm/archives/7630) the layers that read the passage write the
question too: a passage sees itself, an answer itself and the passage, a question those and what is written of it. What
the passage is read as is shared by all of its questions. As in `core.qa_pairs.generator_model` the answer is pointed at
and characters may be copied; the answer is read again at the positions that it has in the passage, which says which of
several places is meant. Each kind is trained for so long, one after the other; prints ROUGE-L and BLEU-4 of dev.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F
from transformers import PreTrainedTokenizerFast
from transformers.cache_utils import Cache, EncoderDecoderCache
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.bert.modeling_bert import BertLayer, BertSelfAttention

from core.backbone.bert import Bert
from core.qa_pairs.encoding import Span, collate
from core.qa_pairs.generator import Generator
from core.qa_pairs.generator_model import Answers, GeneratorConfig, QuestionGenerator
from core.qa_pairs.passage import Passage
from training.finetuning import FineTuning
from training.qa_pairs.data import Batches, triple_passages
from training.qa_pairs.evaluate import score_generator
from training.qa_pairs.reading_dev import CMRC
from training.qa_pairs.train import ANSWERS, PARTS, Part


@dataclass
class Prefix:
    """B passages as L tokens' keys and values of every layer [B, heads, L, d], their mask [B, L], and of N answers
    the passage `row` [N]."""

    layers: list[tuple[torch.Tensor, torch.Tensor]]
    mask: torch.Tensor
    row: torch.Tensor


class PrefixGenerator(QuestionGenerator):
    """A `QuestionGenerator` whose BERT does the decoder's work.

    Shapes: B passages, N answers, L tokens of a passage, A of an answer, T of a question, H width, V vocabulary.
    """

    encoder: Bert

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__(config)
        for part in ("distance", "aware", "asked", "entry", "decoder"):
            delattr(self, part)

    def embedded(self, ids: torch.Tensor, places: torch.Tensor | None, segment: int) -> torch.Tensor:
        """The first layer's states [N, T, H] of `ids` at `places` [N, T] of a sequence."""
        found: torch.Tensor = self.encoder.embeddings(
            input_ids=ids, position_ids=places, token_type_ids=torch.full_like(ids, segment)
        )
        return found

    def layer(self, number: int, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Queries, keys and values [N, heads, T, d] of a layer."""
        layer = self.encoder.encoder.layer[number]
        assert isinstance(layer, BertLayer)
        assert isinstance(layer.attention.self, BertSelfAttention)
        n, length, _ = states.shape
        heads = self.config.encoder["num_attention_heads"]
        q, k, v = (
            part.view(n, length, heads, -1).transpose(1, 2) for part in Bert._projected(layer.attention.self, states)
        )
        return q, k, v

    def after(self, number: int, states: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        """The states behind a layer whose heads have `seen` [N, heads, T, d]."""
        layer = self.encoder.encoder.layer[number]
        assert isinstance(layer, BertLayer)
        n, _, length, _ = seen.shape
        states = layer.attention.output(seen.transpose(1, 2).reshape(n, length, -1), states)
        found: torch.Tensor = layer.output(layer.intermediate(states), states)
        return found

    def read_all(
        self, ids: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, list[tuple[torch.Tensor, torch.Tensor]]]:
        """Last states [B, L, H] of passages, and every layer's keys and values."""
        states, kept = self.embedded(ids, None, 0), []
        for number in range(self.config.encoder["num_hidden_layers"]):
            q, k, v = self.layer(number, states)
            states = self.after(number, states, F.scaled_dot_product_attention(q, k, v, mask[:, None, None].bool()))
            kept.append((k, v))
        return states, kept

    def read(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The last states [B, L, H] of passage windows `ids` [B, L]."""
        return self.read_all(ids, mask)[0]

    def mark(self, states: torch.Tensor, mask: torch.Tensor, starts: torch.Tensor, ends: torch.Tensor) -> torch.Tensor:
        """The passage is not read anew for an answer."""
        return states

    def _decoded(
        self,
        new: torch.Tensor,
        memory: torch.Tensor,
        answers: Answers,
        cache: Cache | None,
        use_cache: bool | None,
        prefix: Prefix | None = None,
        **_: Any,
    ) -> tuple[torch.Tensor, EncoderDecoderCache | None]:
        """States [N, T, H] at characters `new`, the answers read before the first of them."""
        assert prefix is not None
        ids, lengths = answers.ids, answers.ends - answers.starts
        offsets = torch.arange(int(lengths.max()), device=ids.device)
        inside = offsets < lengths[:, None]  # [N, A]
        held = cache.get_seq_length() if cache is not None else 0
        seen = max(0, held - len(offsets))
        places = answers.mask.sum(1, keepdim=True) + seen + torch.arange(new.size(1), device=ids.device)
        states = self.embedded(new, places, 1)
        if not held:
            at = (answers.starts[:, None] + offsets).clamp(max=ids.size(1) - 1)
            states = torch.cat([self.embedded(ids.gather(1, at), at, 1), states], 1)
        cache = cache if isinstance(cache, EncoderDecoderCache) else None
        own = cache.self_attention_cache if cache is not None else None
        return self._written(states, inside, seen, held > 0, own, prefix)[:, -new.size(1) :], cache

    def _written(
        self,
        states: torch.Tensor,
        inside: torch.Tensor,
        seen: int,
        begun: bool,
        cache: Cache | None,
        prefix: Prefix,
    ) -> torch.Tensor:
        """Through all layers: answers (unless `begun`) and questions [N, A + T, H]."""
        n, answer = inside.shape
        length = states.size(1)
        total = answer + seen + length if begun else length
        own = torch.ones(length, total, dtype=torch.bool, device=states.device).tril(total - length)
        if not begun:
            own[:answer, :answer] = True
        own = own.repeat(n, 1, 1)
        own[:, :, :answer] &= inside[:, None]
        if not begun:  # what stands behind a short answer must see something
            own[:, :answer, 0] = True
        row = prefix.row.repeat_interleave(n // len(prefix.row))
        shared = prefix.mask.bool()[row][:, None].expand(-1, length, -1)
        mask = torch.cat([shared, own], -1)[:, None]
        for number, (pk, pv) in enumerate(prefix.layers):
            q, k, v = self.layer(number, states)
            if cache is not None:
                k, v = cache.update(k, v, number)
            found = F.scaled_dot_product_attention(q, torch.cat([pk[row], k], 2), torch.cat([pv[row], v], 2), mask)
            states = self.after(number, states, found)
        return states

    def prepare_inputs_for_generation(  # type: ignore[override]
        self,
        decoder_input_ids: torch.Tensor,
        past_key_values: Cache | None = None,
        prefix: Prefix | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        """The last character alone where the cache, which has the answer too, holds those before it."""
        told = super().prepare_inputs_for_generation(decoder_input_ids, past_key_values, **kwargs)
        begun = past_key_values is not None and past_key_values.get_seq_length() > 0
        new = decoder_input_ids[:, -1:] if begun else decoder_input_ids
        return told | {"decoder_input_ids": new, "prefix": prefix}


def prefix_loss(model: PrefixGenerator, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """As `training.qa_pairs.train.generator_loss`."""
    batch = {k: v.to(model.device) for k, v in batch.items()}
    hidden, layers = model.read_all(batch["ids"], batch["mask"])
    row, at, end = batch["row"], batch["starts"], batch["ends"]
    starts = model.spans.starts(hidden, batch["passage"])
    ends = model.spans.ends(hidden, row, at, batch["passage"])
    pointed = -(starts[row, at] + ends[torch.arange(len(row), device=row.device), end - at - 1]).mean()
    out = model(
        decoder_input_ids=batch["questions"][:, :-1],
        ids=batch["ids"][row],
        attention_mask=batch["mask"][row],
        encoder_outputs=BaseModelOutput(last_hidden_state=hidden[row]),
        starts=at,
        ends=end,
        prefix=Prefix(layers, batch["mask"], row),
    )
    pad = model.config.encoder["pad_token_id"]
    asked = F.nll_loss(out.logits.flatten(0, 1), batch["questions"][:, 1:].flatten(), ignore_index=pad)
    return asked + ANSWERS * pointed


class PrefixAsker(Generator):
    """A generator at work with a `PrefixGenerator`. It reads the windows of the answers again for their questions: what
    `Passage` keeps of them are the last layer's states."""

    def _told(self, passage: Passage, answers: Sequence[tuple[Span, int]]) -> dict[str, Any]:
        told = super()._told(passage, answers)
        order = sorted({w for _, w in answers})
        batch = collate([passage.windows[w] for w in order], self.tokenizer.pad_token_id)
        _, layers = self.model.read_all(batch["ids"], batch["mask"])
        row = torch.tensor([order.index(w) for _, w in answers])
        return told | {"prefix": Prefix(layers, batch["mask"], row)}


def learned(part: Part, args: argparse.Namespace) -> tuple[Any, PreTrainedTokenizerFast]:
    """The averaged model after the minutes there are, the learning rate falling over the second half, and its
    tokenizer."""
    torch.manual_seed(0)
    model, tokenizer = part.build(str(args.encoder), 0.0)
    texts = part.texts(args.data / "questions", args.limit, True)
    run = FineTuning(model, args.out, 1, lr=args.lr, head_lr=args.head_lr, ema=0.995, device="cpu", resumable=False)
    begin, epoch = time.monotonic(), 0
    while True:
        rng = random.Random(epoch)
        items = list(part.items([*texts, *triple_passages(args.data / "triples", rng)[: args.limit]], tokenizer, rng))
        for batch in Batches(items, args.tokens, part.batch, tokenizer.pad_token_id, epoch):
            share = (time.monotonic() - begin) / (60 * args.minutes)
            if share >= 1:
                print(f"{run.step} steps", flush=True)
                return run.average.model.eval(), tokenizer
            run.steps = max(1, int((run.step + 1) / max(share, 1e-6)))  # as many as there will be at this pace
            run.update(part.loss(run.model, batch))
        epoch += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--encoder", type=Path, default=Path("runs/backbone/start"))
    parser.add_argument("--out", type=Path, default=Path("runs/qa_pairs/compared"))
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--tokens", type=int, default=2048)
    parser.add_argument("--lr", type=float, default=2.5e-4)
    parser.add_argument("--head-lr", type=float, default=1e-3)
    parser.add_argument("--beams", type=int, default=3)
    parser.add_argument("--limit", type=int, help="only so many passages and dev questions: a quick look")
    args = parser.parse_args()
    decoder = PARTS["generator"]
    prefix = replace(decoder, model=PrefixGenerator, loss=prefix_loss)
    for name, part, kind in (("prefix", prefix, PrefixAsker), ("decoder", decoder, Generator)):
        model, tokenizer = learned(part, args)
        model.save_pretrained(args.out / name)
        tokenizer.save_pretrained(args.out / name)
        found = score_generator(kind(model, tokenizer), args.data / "questions" / CMRC, args.limit or 200, args.beams)
        print(json.dumps({"kind": name} | {k: round(v, 4) for k, v in found.items()}), flush=True)


if __name__ == "__main__":
    main()
