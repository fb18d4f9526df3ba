"""Cut the corpus and the tasks' training texts into words, for the static vectors.

    python -m training.similarity.prepare --data ../shared/data --out runs/similarity/words.txt

One passage a line, words between spaces, punctuation left out; passages that occur twice are written once.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from core.runtime import cores
from core.similarity.words import cut, is_word
from core.text import normalise
from training.backbone.prepare import corpus_lines, task_texts


def words(text: str) -> str:
    text = normalise(text).text
    return " ".join(w for w in (text[a:b] for a, b in cut(text)) if is_word(w))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("runs/similarity/words.txt"))
    parser.add_argument("--corpus", nargs="+", default=["combined", "small"], choices=["small", "combined"])
    parser.add_argument("--lines", type=int, help="read only so many lines of each corpus")
    parser.add_argument("--workers", type=int, default=cores())
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    files = (corpus_lines(args.data / "corpus" / f"{name}.txt.xz", args.lines) for name in args.corpus)
    texts = chain((text for text, _ in task_texts(args.data)), *files)
    seen: set[int] = set()
    with ProcessPoolExecutor(args.workers, mp_context=get_context("fork")) as pool, args.out.open("w") as out:
        for line in tqdm(pool.map(words, texts, chunksize=1000), unit=" passages", disable=None):
            if line and hash(line) not in seen:
                seen.add(hash(line))
                out.write(line + "\n")
    print(f"{len(seen):,} passages")


if __name__ == "__main__":
    main()
