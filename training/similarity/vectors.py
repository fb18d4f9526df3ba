"""Static word vectors by word2vec (arXiv:1301.3781) on the cut corpus: the vectors of the method as published.

    python -m training.similarity.vectors --words runs/similarity/words.txt --out runs/similarity/word2vec

Each passage is read twice, as words and as characters, so that characters have vectors in the space of the words: a
word the vocabulary lacks is then the sum of its characters.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.similarity.static import StaticVectors


class Passages:
    """Sentences for gensim: of every passage its words; then, of every `every`-th, its characters."""

    def __init__(self, path: Path, every: int) -> None:
        self.path, self.every = path, every

    def __iter__(self) -> Iterator[list[str]]:
        with self.path.open() as lines:
            for i, line in enumerate(lines):
                words = line.split()
                yield words
                if self.every and i % self.every == 0:
                    yield list("".join(words))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=Path, default=Path("runs/similarity/words.txt"))
    parser.add_argument("--out", type=Path, default=Path("runs/similarity/word2vec"))
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--window", type=int, default=5)
    parser.add_argument("--negative", type=int, default=8)
    parser.add_argument("--sample", type=float, default=1e-4)
    parser.add_argument("--min-count", type=int, default=8)
    parser.add_argument("--vocabulary", type=int, default=50_000, help="at most so many words, the most frequent")
    parser.add_argument("--characters", type=int, default=3, help="read every n-th passage as characters too; 0: none")
    parser.add_argument("--skip-gram", action="store_true", help="instead of CBOW; three times as long")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    from gensim.models import Word2Vec

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    model = Word2Vec(
        Passages(args.words, args.characters),
        vector_size=args.size,
        window=args.window,
        negative=args.negative,
        sample=args.sample,
        min_count=args.min_count,
        max_final_vocab=args.vocabulary,
        sg=int(args.skip_gram),
        epochs=args.epochs,
        workers=args.workers,
        seed=0,
    )
    words = model.wv.index_to_key
    counts = np.array([model.wv.get_vecattr(w, "count") for w in words], dtype=np.int32)
    StaticVectors.build(words, model.wv.vectors, counts).save(args.out)
    print(json.dumps({"words": len(words), "running_words": int(counts.sum()), "out": str(args.out)}))


if __name__ == "__main__":
    main()
