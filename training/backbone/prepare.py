"""Read the corpus and the tasks' training texts into one stream of token ids for masked-LM pre-training.

    python -m training.backbone.prepare --data ../shared/data --out runs/backbone/data

Writes `tokenizer/`, `train.npy` and `held.npy`. A stream is uint16: the token id in the low 15 bits, and in the top
bit whether the character begins a word (jieba), which whole-word masking needs. Passages are separated by [SEP].
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from tqdm import tqdm
from transformers import PreTrainedTokenizerFast

from core.backbone.tokenizer import build_tokenizer
from core.segmenter import cut_words
from core.text import normalise
from training.common import read_jsonl

WORD_START = np.uint16(1 << 15)
HELD_LINES = 2_000
MIN_COUNT = 4

# file, fields that hold text, how often each text enters the stream. The encyclopaedic style that triples and
# questions are made of is thin in the corpus, hence the repeats.
SOURCES: tuple[tuple[str, tuple[str, ...], int], ...] = (
    ("triples/duie2_train.jsonl", ("text",), 6),
    ("triples/ske1_train.jsonl", ("text",), 6),
    ("questions/train.jsonl", ("context", "question"), 3),
    ("similarity/sentences.jsonl", ("text",), 1),
    ("text2sql/tableqa_partial_train.jsonl", ("question",), 2),
    ("text2sql/bull_train.jsonl", ("question",), 2),
    ("text2sql/imtqa_vertical_train.jsonl", ("question",), 2),
)


def task_texts(data: Path) -> Iterator[tuple[str, int]]:
    """Each distinct text of the tasks' training files and how often it shall be repeated."""
    for name, fields, repeats in SOURCES:
        rows = list(read_jsonl(data / name))
        for field in fields:
            for text in dict.fromkeys(row[field] for row in rows if row.get(field)):
                # Court records make up a third of the question contexts and read like nothing else here.
                yield text, 1 if len(text) > 400 and "被告" in text else repeats


def corpus_lines(path: Path, limit: int | None) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for i, line in enumerate(lines):
            if limit is not None and i >= limit:
                return
            yield line.rstrip("\n")


def count_characters(texts: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(text)
    return counts


def word_starts(text: str) -> list[bool]:
    starts = [False] * len(text)
    at = 0
    for word in cut_words(text):
        starts[at] = True
        at += len(word)
    return starts


def _normalised(text: str) -> str:
    return normalise(text).text


def encode(texts: list[str], starts: Iterable[list[bool]], tokenizer: PreTrainedTokenizerFast) -> list[np.ndarray]:
    """One uint16 array per text: [SEP] and the characters, word starts marked."""
    ids_of = tokenizer.get_vocab()
    unknown, separator = tokenizer.unk_token_id, tokenizer.sep_token_id
    encoded = []
    for text, flags in zip(texts, starts, strict=True):
        ids = np.array([separator] + [ids_of.get(c, unknown) for c in text], dtype=np.uint16)
        ids[1:][np.array(flags, dtype=bool)] |= WORD_START
        encoded.append(ids)
    return encoded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("runs/backbone/data"))
    parser.add_argument("--corpus", default="small", choices=["small", "combined"])
    parser.add_argument("--lines", type=int, help="read only so many lines of the corpus")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    repeated = list(task_texts(args.data))
    lines = list(corpus_lines(args.data / "corpus" / f"{args.corpus}.txt.xz", args.lines))
    repeats = [n for _, n in repeated] + [1] * len(lines)
    with ProcessPoolExecutor(args.workers) as pool:
        raw = [text for text, _ in repeated] + lines
        texts = list(tqdm(pool.map(_normalised, raw, chunksize=2000), total=len(raw), desc="normalise"))
        starts = tqdm(pool.map(word_starts, texts, chunksize=500), total=len(texts), desc="words")
        counts = count_characters(texts)
        characters = [c for c, n in counts.most_common() if n >= MIN_COUNT]
        tokenizer = build_tokenizer(characters)
        tokenizer.save_pretrained(args.out / "tokenizer")
        encoded = encode(texts, starts, tokenizer)

    rng = random.Random(args.seed)
    held = set(rng.sample(range(len(repeated), len(texts)), min(HELD_LINES, len(lines) // 10)))
    order = [i for i, n in enumerate(repeats) if i not in held for _ in range(n)]
    rng.shuffle(order)
    np.save(args.out / "train.npy", np.concatenate([encoded[i] for i in order]))
    np.save(args.out / "held.npy", np.concatenate([encoded[i] for i in sorted(held)]))
    unknown = sum(n for c, n in counts.items() if n < MIN_COUNT) / counts.total()
    facts = {
        "vocabulary": len(tokenizer),
        "unknown_share": unknown,
        "train_tokens": int(sum(len(encoded[i]) for i in order)),
        "held_tokens": int(sum(len(encoded[i]) for i in held)),
        "corpus": args.corpus,
    }
    (args.out / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
