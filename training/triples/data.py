"""Sentences with triples, as token ids and spans."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from transformers import PreTrainedTokenizerFast

from core.runtime import cores
from core.text import normalise
from core.triples.lexical import token_features
from core.triples.schema import SCHEMAS
from training.common import read_jsonl
from training.triples.augment import Row, Substitution

Span = tuple[int, int]  # first and last token

_HELD_OUT = 10  # one sentence in so many
# Sets whose sentences list the relations of several schemas; those of others list the schema of that name.
SOURCES = dict.fromkeys(("written", "own"), tuple(SCHEMAS))
# Sentences that stand beside this recipe, written by hand for what its models fail on: several persons with attributes
# of their own, chains, and what is denied, asked or rumoured.
OWN = Path(__file__).with_name("written.jsonl")
Listed = tuple[tuple[str, ...], Row]  # a row and the schemas it lists in full
Cues = Mapping[str, frozenset[str]]  # relation → words that give it away, as `cues.telling_words` finds them


@dataclass
class Example:
    """A sentence as token ids with, per subject span, the objects [(relation name, span, probability)].

    It lists the relations of `schemas` in full. `weight` is that of its loss; `only` are the relations it is known to
    list in full, if they are fewer than its schemas': then it may well have subjects and objects that it does not list.
    """

    ids: np.ndarray
    features: np.ndarray
    objects: dict[Span, list[tuple[str, Span, float]]]
    schemas: tuple[str, ...]
    weight: float = 1.0
    only: tuple[str, ...] | None = None


def schemas_of(source: str) -> tuple[str, ...]:
    """The schemas whose relations the sentences of `source` list."""
    return SOURCES.get(source, (source,))


def held_out(text: str) -> bool:
    """Whether a sentence belongs to the tenth, by a hash of its text, that is kept from training for measuring."""
    return zlib.crc32(normalise(text).text.encode("utf-8")) % _HELD_OUT == 0


def _places(text: str, piece: str) -> list[int]:
    return [i for i in range(len(text)) if piece and text.startswith(piece, i)]


def nearest(text: str, piece: str, to: int, cues: Iterable[str] = ()) -> int:
    """Where `piece` occurs in `text` closest to one of the words `cues`, or, without any, to position `to`; -1 if
    nowhere."""
    words = [(at, at + len(cue)) for cue in cues for at in _places(text, cue)]

    def far(at: int) -> tuple[int, int]:
        end = at + len(piece)
        return min((max(begin - end, at - until, 0) for begin, until in words), default=0), abs(at - to)

    return min(_places(text, piece), key=far, default=-1)


def to_example(
    row: Row, schemas: tuple[str, ...], tokenizer: PreTrainedTokenizerFast, max_length: int, cues: Cues | None = None
) -> Example:
    """A DuIE-style row as token ids and spans; a triple beyond `max_length` tokens keeps its gold, loses its tags.

    A row may bring `weight` and `only` (see `Example`), a triple the probability `score` that a teacher gave it. Who
    directs a film and plays in it may be named twice, once for each: of an object with several relations to its
    subject that mention is tagged which is closest to a word of `cues` that gives the relation away; of others the one
    closest to the subject.
    """
    text = normalise(row["text"]).text
    encoding = tokenizer(text, truncation=True, max_length=max_length, return_offsets_mapping=True)
    objects: dict[Span, list[tuple[str, Span, float]]] = {}
    relations = Counter((spo["subject"], spo["object"]) for spo in row["spo_list"])
    for spo in row["spo_list"]:
        telling = (cues or {}).get(spo["predicate"], ()) if relations[spo["subject"], spo["object"]] > 1 else ()
        subject, item = normalise(spo["subject"]).text, normalise(spo["object"]).text
        s_at = text.find(subject)
        o_at = nearest(text, item, s_at, telling)
        if s_at < 0 or o_at < 0 or not subject:
            continue
        ends = [encoding.char_to_token(i) for i in (s_at, s_at + len(subject) - 1, o_at, o_at + len(item) - 1)]
        if None not in ends:
            objects.setdefault((ends[0], ends[1]), []).append(
                (spo["predicate"], (ends[2], ends[3]), float(spo.get("score", 1)))
            )
    features = token_features(text, encoding["offset_mapping"])
    only = tuple(row["only"]) if "only" in row else None
    ids = np.array(encoding["input_ids"], dtype=np.int32)
    return Example(ids, np.array(features, dtype=np.int16), objects, schemas, float(row.get("weight", 1)), only)


def read_examples(
    paths: dict[str, Path],
    tokenizer: PreTrainedTokenizerFast,
    max_length: int,
    substitutes: int,
    seed: int,
    hold_out: tuple[str, ...] = (),
    limit: int | None = None,
    repeats: Mapping[str, int] | None = None,
    cues: Cues | None = None,
) -> list[list[Example]]:
    """The sentences of each source's file: each one as it is, and then with other entities, `substitutes` times.

    Without the tenth of the sources in `hold_out` that is `held_out`; at most the first `limit` of each file.
    `repeats` says how often a source's sentences come, if not once; each time with other substitutes.
    """
    rows = [
        (source, row)
        for source, path in paths.items()
        for row in islice(read_jsonl(path), limit)
        for _ in range((repeats or {}).get(source, 1))
        if source not in hold_out or not held_out(row["text"])
    ]
    swap = Substitution((row for _, row in rows), seed)
    variants = [
        (schemas_of(source), r) for source, row in rows for r in (row, *(swap(row) for _ in range(substitutes)))
    ]
    encoded = _encode_all(variants, tokenizer, max_length, cues)
    step = 1 + substitutes
    return [encoded[i : i + step] for i in range(0, len(encoded), step)]


def read_extra(
    paths: list[Path], tokenizer: PreTrainedTokenizerFast, max_length: int, cues: Cues | None = None
) -> list[Example]:
    """Further sentences, as `distant`, `selftrain` and `templates` write them."""
    return read_rows([row for path in paths for row in read_jsonl(path)], tokenizer, max_length, cues)


def read_rows(
    rows: list[Row], tokenizer: PreTrainedTokenizerFast, max_length: int, cues: Cues | None = None
) -> list[Example]:
    """Rows that name the `schemas` they list in full, or as their `schema` the source they are of, as token ids and
    spans."""
    named = [(tuple(row["schemas"]) if "schemas" in row else schemas_of(row["schema"]), row) for row in rows]
    return _encode_all(named, tokenizer, max_length, cues)


def _encode_all(
    variants: list[Listed], tokenizer: PreTrainedTokenizerFast, max_length: int, cues: Cues | None
) -> list[Example]:
    encode = partial(_encode, tokenizer=tokenizer, max_length=max_length, cues=cues)
    # Tagging parts of speech takes most of the time.
    with ProcessPoolExecutor(cores(), mp_context=get_context("fork")) as pool:
        return list(pool.map(encode, variants, chunksize=200))


def _encode(variant: Listed, tokenizer: PreTrainedTokenizerFast, max_length: int, cues: Cues | None) -> Example:
    schemas, row = variant
    return to_example(row, schemas, tokenizer, max_length, cues)
