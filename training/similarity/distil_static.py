"""Static word vectors out of the trained encoder: what it makes of a word, averaged over sentences.

    python -m training.similarity.distil_static --encoder runs/similarity/encoder/best --out runs/similarity/distilled
    python -m training.similarity.whiten runs/similarity/distilled assets/models/similarity-static

The words are the most frequent of what is read, and every character the encoder knows: a character's vector is made of
its own states in any word, so that a word the vocabulary lacks can be the sum of its characters. A word's direction is
that of the mean of its vectors, its norm the mean of their norms, which is the importance that the encoder gave it.

Sentences are taken in a random order while they hold some word or character that was seen too seldom yet.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm
from transformers import PreTrainedTokenizerBase

from core.backbone.weights import load_model, moved
from core.errors import InputError
from core.similarity.embedding import Sentence, prepare
from core.similarity.encoding import collate, read
from core.similarity.model import WordEncoder
from core.similarity.static import StaticVectors
from training.backbone.prepare import corpus_lines
from training.common import pick_device, pick_dtype, read_jsonl
from training.finetuning import load_tokenizer

_ENDS = re.compile(r"(?<=[。！？!?；;])")
_BATCH_TOKENS = 4096
Vectors = NDArray[np.float32]


def sentences(texts: Iterable[str], longest: int) -> Iterator[Sentence]:
    """Their sentences of at most `longest` characters, cut into words; each once."""
    seen = set()
    for part in (p.strip() for text in texts for p in _ENDS.split(text)):
        if not 4 <= len(part) <= longest or part in seen:
            continue
        seen.add(part)
        try:
            yield prepare(part, longest)
        except InputError:
            continue


def words_of(sentence: Sentence) -> list[str]:
    return [sentence.clean[a:b] for a, b in sentence.spans]


def needed(read_sentences: list[Sentence], vocabulary: set[str], occurrences: int) -> list[Sentence]:
    """Those that hold a word or character of `vocabulary` with fewer than `occurrences` in the ones before."""
    seen: Counter[str] = Counter()
    chosen = []
    for sentence in read_sentences:
        parts = [w for w in (*words_of(sentence), *sentence.clean) if w in vocabulary]
        if any(seen[w] < occurrences for w in parts):
            seen.update(parts)
            chosen.append(sentence)
    return chosen


class Means:
    """Sums of the vectors of each word of a vocabulary, of their norms, and how many there were."""

    def __init__(self, vocabulary: list[str], dimension: int) -> None:
        self.index = {w: i for i, w in enumerate(vocabulary)}
        self.sums = np.zeros((len(vocabulary), dimension))
        self.norms, self.counts = np.zeros(len(vocabulary)), np.zeros(len(vocabulary), dtype=np.int64)

    def add(self, words: list[str], vectors: Vectors) -> None:
        """One vector [W, D] of each of the words."""
        rows = np.array([self.index.get(w, -1) for w in words])
        rows, vectors = rows[rows >= 0], vectors[rows >= 0]
        np.add.at(self.sums, rows, vectors)
        np.add.at(self.norms, rows, np.linalg.norm(vectors, axis=1))
        np.add.at(self.counts, rows, 1)

    def vectors(self) -> Vectors:
        """Directions of the means at the mean norms [V, D]; 0 for a word that never came."""
        lengths = np.linalg.norm(self.sums, axis=1).clip(min=1e-12)
        found: Vectors = (self.sums * (self.norms / self.counts.clip(min=1) / lengths)[:, None]).astype(np.float32)
        return found


def batches(chosen: list[Sentence]) -> Iterator[list[Sentence]]:
    """Alike in length, about `_BATCH_TOKENS` tokens each."""
    ordered = sorted(chosen, key=lambda s: len(s.clean), reverse=True)
    at = 0
    while at < len(ordered):
        size = max(1, _BATCH_TOKENS // (len(ordered[at].clean) + 2))
        yield ordered[at : at + size]
        at += size


@torch.inference_mode()
def distil(
    model: WordEncoder, tokenizer: PreTrainedTokenizerBase, chosen: list[Sentence], words: Means, characters: Means
) -> None:
    """Add what `model` makes of the words and characters of the `chosen` sentences."""
    device = model.device
    dtype = pick_dtype(device)
    for chunk in tqdm(list(batches(chosen)), disable=None, mininterval=5):
        inputs = collate([read(s.clean, s.spans, tokenizer) for s in chunk], tokenizer.pad_token_id)
        inputs = {k: v.to(device) for k, v in inputs.items()}
        numbers = inputs.pop("words")
        with torch.autocast(device.type, dtype, enabled=dtype == torch.bfloat16):
            hidden = model.encoder(**inputs).last_hidden_state
        found = model.vectors(hidden.float(), numbers, max(len(s.spans) for s in chunk)).cpu().numpy()
        # Every token as a word of its own: token n, [CLS] being 0, is character n - 1.
        alone = torch.arange(hidden.size(1), device=device).expand(len(chunk), -1) * inputs["attention_mask"]
        letters = model.vectors(hidden.float(), alone, hidden.size(1) - 1).cpu().numpy()
        for sentence, rows, single in zip(chunk, found, letters, strict=True):
            words.add(words_of(sentence), rows[: len(sentence.spans)])
            characters.add(list(sentence.clean), single[: len(sentence.clean)])


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--encoder", type=Path, default=Path("runs/similarity/encoder/best"))
    parser.add_argument("--out", type=Path, default=Path("runs/similarity/distilled"))
    parser.add_argument("--passages", type=int, default=60_000, help="read so many of the corpus, beside all sentences")
    parser.add_argument("--longest", type=int, default=48, help="characters of a sentence")
    parser.add_argument("--vocabulary", type=int, default=10_000, help="most frequent words, beside characters")
    parser.add_argument("--occurrences", type=int, default=24, help="of each word, where there are as many")
    parser.add_argument("--device", default="auto")
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    tokenizer = load_tokenizer(args.encoder)
    model = moved(load_model(WordEncoder, args.encoder), pick_device(args.device))
    model.eval()
    own = (row["text"] for row in read_jsonl(args.data / "similarity" / "sentences.jsonl"))
    corpus = corpus_lines(args.data / "corpus" / "combined.txt.xz", args.passages)
    everything = list(sentences(chain(own, corpus), args.longest))
    random.Random(0).shuffle(everything)
    counts = Counter(w for s in everything for w in words_of(s))
    letters = Counter(c for s in everything for c in s.clean if c.isalnum())
    known = [c for c in letters if c in tokenizer.get_vocab()]
    frequent = [w for w, _ in counts.most_common(args.vocabulary) if len(w) > 1]
    chosen = needed(everything, {*frequent, *known}, args.occurrences)
    print(f"{len(everything):,} sentences, of which {len(chosen):,} are read", flush=True)
    words, characters = (Means(v, model.config.dimension) for v in (frequent, known))
    distil(model, tokenizer, chosen, words, characters)
    made = StaticVectors.build(
        frequent + known,
        np.concatenate([words.vectors(), characters.vectors()]),
        np.array([*(counts[w] for w in frequent), *(max(1, counts[c]) for c in known)], dtype=np.int32),
    )
    made.save(args.out)
    print(json.dumps({"words": len(frequent), "characters": len(known), "out": str(args.out)}))


if __name__ == "__main__":
    main()
