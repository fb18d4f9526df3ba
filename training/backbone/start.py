"""A pre-trained BERT as an encoder of characters: the start of every model that reads Chinese.

    python -m training.backbone.start --source ../shared/models/bge-small-zh-v1.5 --out runs/backbone/start

Keeps the word pieces of one character that `core.text.normalise` leaves as they are, a third of the vocabulary; a
number or a Latin word becomes its characters, so that every token is an exact span of the text. Characters that the
vocabulary lacks begin as the one nearest to them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast

from core.backbone.tokenizer import SPECIAL_TOKENS, build_tokenizer
from core.text import normalise

# What the vocabulary of bert-base-chinese lacks of everyday text, and the piece that each begins as.
STAND_INS = {" ": "[unused1]", "\n": "[unused2]", **dict.fromkeys("“”", '"'), **dict.fromkeys("‘’", "'")}
STAND_INS |= dict.fromkeys("—–―", "-")


def cut(source: str) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    """The BERT in the folder (or of the Hub id) `source` without its other pieces and its pooler, and a tokenizer of
    characters."""
    pieces: dict[str, int] = AutoTokenizer.from_pretrained(source).get_vocab()
    model: PreTrainedModel = AutoModel.from_pretrained(source, dtype=torch.float32, add_pooling_layer=False)
    kept = sorted((p for p in pieces if len(p) == 1 and normalise(p).text == p), key=lambda p: pieces[p])
    rows = {p: pieces[p] for p in (*SPECIAL_TOKENS, *kept)}
    rows |= {c: pieces[p] for c, p in STAND_INS.items() if c not in pieces}
    tokenizer = build_tokenizer(list(rows)[len(SPECIAL_TOKENS) :], model.config.max_position_embeddings)
    weight = model.get_input_embeddings().weight
    assert isinstance(weight, torch.Tensor)
    table = weight.detach()[torch.tensor(list(rows.values()))]
    embeddings = torch.nn.Embedding(
        len(table), table.size(1), padding_idx=tokenizer.pad_token_id, _weight=table.clone()
    )
    model.set_input_embeddings(embeddings)
    model.config.vocab_size = len(tokenizer)
    model.config.pad_token_id = tokenizer.pad_token_id
    return model, tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", default="../shared/models/bge-small-zh-v1.5", help="a folder or Hub id of a BERT")
    parser.add_argument("--out", type=Path, default=Path("runs/backbone/start"))
    args = parser.parse_args()
    model, tokenizer = cut(args.source)
    model.save_pretrained(args.out)
    tokenizer.save_pretrained(args.out)
    print(f"{args.out}: {len(tokenizer)} pieces, {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M weights")


if __name__ == "__main__":
    main()
