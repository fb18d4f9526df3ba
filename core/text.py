"""Text on its way into a model: normalisation that can be undone, sentence splitting, length limits."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from core.errors import InputError

# A sentence ends after these marks and the closing quotes or brackets behind them, or at a line break.
_SENTENCE_END = re.compile(r"(?:[。！？!?]+|\.(?=\s|$))[”’\"'」』）)】》]*|\n+")
_LINE_BREAKS = frozenset("\n\r\v\f\x85\u2028\u2029")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CLAUSE_END = re.compile(r"[；;，,、：:\s]")


@dataclass(frozen=True)
class Normalised:
    """Normalised text that knows where each of its characters came from.

    `starts[i]` and `ends[i]` are the offsets, in the original text, of what became character `i`.
    """

    original: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span_in_original(self, start: int, end: int) -> tuple[int, int]:
        """The span [start, end) of `text` as a span of `original`; empty spans stay empty."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else len(self.original)
            return at, at
        return self.starts[start], self.ends[end - 1]


@cache
def _converter(tables: str = "t2s") -> object:
    from opencc import OpenCC  # 60 ms to import and read its dictionaries

    return OpenCC(tables)


def to_simplified(text: str) -> str:
    """Traditional characters to simplified ones (OpenCC's t2s tables), keeping the length.

    Phrase rules decide where they keep every character in its place (乾隆 stays 乾隆); otherwise each character is
    converted for itself.
    """
    converter = _converter()
    converted: str = converter.convert(text)  # type: ignore[attr-defined]
    if len(converted) == len(text):
        return converted
    return "".join(_simplify_character(c) for c in text)


def to_traditional(text: str) -> str:
    """Simplified characters to traditional ones (OpenCC's s2t tables)."""
    converted: str = _converter("s2t").convert(text)  # type: ignore[attr-defined]
    return converted


@lru_cache(maxsize=20_000)
def _simplify_character(character: str) -> str:
    converted: str = _converter().convert(character)  # type: ignore[attr-defined]
    return converted if len(converted) == 1 else character


@lru_cache(maxsize=50_000)
def _fold_character(character: str) -> str:
    """NFKC and lower case; line breaks become \\n, other control characters a space, lone surrogates U+FFFD."""
    if character in _LINE_BREAKS:
        return "\n"
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if category == "Cc":
        return " "
    return unicodedata.normalize("NFKC", character).lower() or character


def normalise(text: str) -> Normalised:
    """Fold width, case, compatibility forms and traditional characters, character by character.

    ＡＢＣ becomes abc, ㎡ becomes m2, 漢 becomes 汉. Each character is folded for itself, so that a span found in the
    result leads back to exactly the characters it came from.
    """
    folded = [_fold_character(c) for c in text]
    starts: list[int] = []
    ends: list[int] = []
    for i, piece in enumerate(folded):
        starts.extend([i] * len(piece))
        ends.extend([i + 1] * len(piece))
    return Normalised(text, to_simplified("".join(folded)), tuple(starts), tuple(ends))


def split_sentences(text: str, max_chars: int) -> Iterator[tuple[int, int]]:
    """Spans [start, end) of the sentences of `text`, in order, without white space around them.

    A sentence longer than `max_chars` is cut after its last clause mark within the limit, or at the limit.
    """
    begin = 0
    for match in _SENTENCE_END.finditer(text):
        yield from _cut(text, begin, match.end(), max_chars)
        begin = match.end()
    yield from _cut(text, begin, len(text), max_chars)


def _cut(text: str, start: int, end: int, max_chars: int) -> Iterator[tuple[int, int]]:
    while end - start > max_chars:
        window = text[start : start + max_chars]
        marks = [m.end() for m in _CLAUSE_END.finditer(window)]
        # A cut in the first third would leave a stump too short to say anything.
        cut = marks[-1] if marks and marks[-1] > max_chars // 3 else max_chars
        yield from _trimmed(text, start, start + cut)
        start += cut
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def split_parts(text: str, most: int = 5_000) -> list[str]:
    """`text` in parts of at most `most` characters, cut between paragraphs where that leaves a part at least half full,
    and between sentences otherwise."""
    sentences = list(split_sentences(text, most))
    closing = {i for i, (a, b) in enumerate(pairwise(sentences)) if "\n" in text[a[1] : b[0]]}
    parts: list[str] = []
    first = 0
    while first < len(sentences):
        start, last = sentences[first][0], first
        while last + 1 < len(sentences) and sentences[last + 1][1] - start <= most:
            last += 1
        if last + 1 < len(sentences):
            half = (i for i in range(first, last + 1) if sentences[i][1] - start >= most // 2)
            last = max((i for i in half if i in closing), default=last)
        parts.append(text[start : sentences[last][1]])
        first = last + 1
    return parts


def check_text(text: object, max_chars: int) -> str:
    """`text` if a model can be asked about it, with lone surrogates (halves of an emoji) as U+FFFD.

    Raises:
        InputError: not a string, nothing but white space, binary data, or more than `max_chars` characters.
    """
    if not isinstance(text, str):
        raise InputError("需要一段文字", "a text is needed")
    if not text.strip():
        raise InputError("请输入文字", "please enter some text")
    if len(text) > max_chars:
        raise InputError(
            f"文字太长：{len(text):,} 个字符，上限 {max_chars:,}",
            f"the text is too long: {len(text):,} characters, the limit is {max_chars:,}",
        )
    sample = text[:10_000]
    broken = sum(c == "\ufffd" or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r") for c in sample)
    if broken > 1 + len(sample) // 10:
        raise InputError(
            "这不像文字，可能是二进制文件或编码不对", "this is not text: a binary file or a wrong encoding"
        )
    # No JSON encoder could send them back.
    return _SURROGATE.sub("\ufffd", text)


def check_bytes(data: bytes, most: int) -> None:
    """Raises InputError where a file has more than `most` bytes."""
    if len(data) > most:
        raise InputError(
            f"文件太大：{len(data) / 1e6:.0f} MB，上限 {most / 1e6:.0f} MB",
            f"the file is too large: {len(data) / 1e6:.0f} MB, the limit is {most / 1e6:.0f} MB",
        )


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, GB 18030 or Big5, whichever it is.

    Raises:
        InputError: it is no text in any of them.
    """
    return data.decode(encoding_of(data), "replace")


def encoding_of(data: bytes, final: bool = True) -> str:
    """Python's name of the encoding of a file, or, not `final`, of its beginning, which may end within a character.

    Raises:
        InputError: it is no text in UTF-8, UTF-16, GB 18030 or Big5.
    """
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in data[:10_000] and not marked:
        raise InputError("无法读取：不是文本文件", "cannot be read: no text file")
    unicode = "utf-16" if marked else "utf-8-sig"
    try:
        codecs.getincrementaldecoder(unicode)().decode(data, final)
        return unicode
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    # Cut between lines: half a character would make the whole sample invalid.
    sample = data if final and len(data) <= 200_000 else data[: data.rfind(b"\n", 0, 200_000) + 1 or 200_000]
    found = from_bytes(sample, cp_isolation=["gb18030", "big5"]).best()
    if found is None:
        raise InputError("无法读取：不是文本文件，或编码不对", "cannot be read: no text file, or an unknown encoding")
    # A few words are valid in both and prove nothing; then the more common of the two.
    name: str = found.encoding if len(data) >= 64 else "gb18030"
    return name
