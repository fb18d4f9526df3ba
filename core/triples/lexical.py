"""Word boundaries and parts of speech from jieba, as one small integer per character.

A lexicon tells a small character model what it has not read enough to know: where words end, what is a person's name
(jieba's HMM was trained on newspapers). Adding such features to characters is the idea of mixed character and word
embeddings (spaces.ac.cn/archives/6671) and of SoftLexicon (arXiv:1908.05969), here without a table of word vectors.
"""

from __future__ import annotations

from core.segmenter import cut_tagged

# Coarse parts of speech of jieba's tag set; anything else is "x".
_TAGS = ("nr", "ns", "nt", "nz", "nw", "n", "v", "a", "d", "m", "q", "r", "p", "c", "u", "t", "f", "eng", "x")
_FINE = frozenset(("nr", "ns", "nt", "nz", "nw", "eng"))
_PLACES = 4  # begins, is inside, ends a word; is one
FEATURES = len(_TAGS) * _PLACES + 1
NONE = 0  # special tokens and padding


def _coarse(flag: str) -> int:
    name = flag if flag in _FINE else "nr" if flag.startswith("nr") else flag[:1]
    return _TAGS.index(name) if name in _TAGS else _TAGS.index("x")


def character_features(text: str) -> list[int]:
    """One feature in [1, FEATURES) per character of `text`: part of speech and place of the character in its word."""
    features: list[int] = []
    for word, flag in cut_tagged(text):
        tag, n = _coarse(flag), len(word)
        places = [3] if n == 1 else [0] + [1] * (n - 2) + [2]
        features.extend(1 + tag * _PLACES + place for place in places)
    return features


def token_features(text: str, offsets: list[tuple[int, int]]) -> list[int]:
    """The feature of each token's first character; NONE for tokens that are no part of the text."""
    characters = character_features(text)
    return [characters[start] if end > start else NONE for start, end in offsets]
