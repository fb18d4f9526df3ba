"""Sentences as bags of word vectors, from whatever kind of model gives them."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.similarity import MAX_CHARS
from core.similarity.amounts_by_value import Amount, find_amounts, one_word_each
from core.similarity.static import StaticVectors, stranger
from core.similarity.words import Span, cut, is_word
from core.text import Normalised, check_text, normalise

if TYPE_CHECKING:
    import torch

    from core.similarity.encoding import Reading

Progress = Callable[[int, int], None]
# Vectors of a sentence's words [n, D], and of the whole [H] where the model has one.
Found = tuple[NDArray[np.float32], NDArray[np.float32] | None]
_BATCH = 64
# Everyday words; the root mean square of their norms is a model's unit of length.
_PROBES = ("今天天气很好", "他在图书馆看书", "这部电影非常好看", "我想买一张去北京的火车票", "老师给学生讲历史")


@dataclass(frozen=True)
class Words:
    """A sentence's words: as typed, as spans [start, end) of what was typed, and as vectors [n, D].

    `whole` is a vector [H] of the sentence read as one, or None for a model of words alone.
    """

    text: str
    spans: tuple[Span, ...]
    vectors: NDArray[np.float32]
    whole: NDArray[np.float32] | None = None

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words in the user's own characters."""
        return tuple(self.text[a:b] for a, b in self.spans)


@dataclass(frozen=True)
class Sentence:
    """A sentence that can be compared: normalised, with the spans of its words in the normalised text.

    Each of the `amounts` that were looked for is one of the words.
    """

    source: Normalised
    spans: tuple[Span, ...]
    amounts: tuple[Amount, ...] = ()

    @property
    def folded(self) -> list[str]:
        """The words of the normalised text."""
        return [self.clean[a:b] for a, b in self.spans]

    @property
    def clean(self) -> str:
        """The normalised text, which is what a model reads."""
        return self.source.text

    def words(self, like: Words) -> Words:
        """The bag of an equal sentence with this one's own characters and spans."""
        spans = tuple(self.source.span_in_original(*span) for span in self.spans)
        return Words(self.source.original, spans, like.vectors, like.whole)


def prepare(text: object, max_chars: int = MAX_CHARS) -> Sentence:
    """`text` cut into words; punctuation is none.

    Raises:
        InputError: no text, too long, binary, or nothing but punctuation.
    """
    source = normalise(check_text(text, max_chars))
    # One character may stand for a whole phrase (U+FDFA for eighteen).
    check_text(source.text, max_chars)
    spans = tuple(s for s in cut(source.text) if is_word(source.text[slice(*s)]))
    if not spans:
        raise InputError(
            "句子里没有词，只有标点或符号", "there is no word in the sentence, only punctuation or symbols"
        )
    return Sentence(source, spans)


def with_amounts(sentence: Sentence) -> Sentence:
    """`sentence` with each amount in it as one word."""
    amounts = tuple(find_amounts(sentence.clean, sentence.spans))
    spans = one_word_each(sentence.spans, amounts)
    kept = tuple(s for s in spans if is_word(sentence.clean[slice(*s)]))
    return replace(sentence, spans=kept, amounts=amounts)


class Embedder(ABC):
    """A model of word vectors. `unit` is the root mean square norm of its vectors for everyday words."""

    unit: float = 1.0

    @abstractmethod
    def vectors(self, sentences: Sequence[Sentence]) -> list[Found]:
        """Per sentence the vectors of its words [n, D], and the vector of the whole where the model has one."""

    def embed(self, sentences: Sequence[Sentence]) -> list[Words]:
        """The sentences as bags of vectors, in order."""
        order = sorted(sentences, key=lambda s: len(s.clean))  # little padding in a batch
        found = {}
        for sentence, (words, whole) in zip(order, self.vectors(order), strict=True):
            # Half precision, which is what a search keeps, so that both see the same numbers.
            rounded = words.astype(np.float16).astype(np.float32)
            found[id(sentence)] = sentence.words(Words("", (), rounded, whole))
        return [found[id(s)] for s in sentences]

    def _measure(self) -> None:
        norms = [np.linalg.norm(w.vectors, axis=1) for w in self.embed([prepare(p) for p in _PROBES])]
        self.unit = float(np.sqrt(np.mean(np.concatenate(norms) ** 2))) or 1.0


class StaticEmbedder(Embedder):
    """Looks words up in a table."""

    def __init__(self, folder: Path) -> None:
        self.table = StaticVectors.load(folder)
        self._measure()

    def vectors(self, sentences: Sequence[Sentence]) -> list[Found]:
        return [(np.stack([self.table.vector(s.clean[a:b]) for a, b in s.spans]), None) for s in sentences]


class ContextEmbedder(Embedder):
    """Reads each word in its sentence: our `WordEncoder`, or any encoder of transformers.

    Of an encoder that was not made for this, the mean of the first and last layer stands for a token, which serves
    similarity better than the last alone (arXiv:2103.15316, spaces.ac.cn/archives/8069). The sentence's vector is what
    a sentence-transformers checkpoint's own pooling makes of the last layer, where there is one.
    """

    def __init__(self, folder: Path, device: str) -> None:
        from transformers import AutoTokenizer

        from core.backbone.pooling import Pooling
        from core.similarity.model import WordEncoder

        self.pooling = Pooling.read(lambda name: _json(folder / name), folder.name)
        self.model = _load(folder, device)
        self.ours = isinstance(self.model, WordEncoder)
        self.tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        if not self.tokenizer.is_fast:
            raise ValueError("the tokenizer must be a fast one: words are found by character offsets")
        reader = self.model.encoder if self.ours else self.model
        most = getattr(reader.config, "max_position_embeddings", 512)
        told = (self.pooling and self.pooling.max_tokens) or 512
        self.max_tokens = min(self.tokenizer.model_max_length, most, told, 512)
        self.model.eval()
        self._measure()

    def vectors(self, sentences: Sequence[Sentence]) -> list[Found]:
        import torch

        from core.similarity.encoding import read

        found: list[Found] = []
        with torch.inference_mode():
            for i in range(0, len(sentences), _BATCH):
                chunk = sentences[i : i + _BATCH]
                readings = [read(s.clean, s.spans, self.tokenizer, self.max_tokens) for s in chunk]
                words, wholes = (part.cpu().numpy() for part in self._forward(readings))
                for s, reading, rows, whole in zip(chunk, readings, words, wholes, strict=True):
                    for n in reading.unknown(self.tokenizer.unk_token_id):
                        rows[n] = np.linalg.norm(rows[n]) * stranger(s.clean[slice(*s.spans[n])], rows.shape[1])
                    found.append((rows[: len(s.spans)], whole))
        return found

    def _forward(self, readings: list[Reading]) -> tuple[torch.Tensor, torch.Tensor]:
        """Word vectors [B, W, D] and sentence vectors [B, H]."""
        from core.similarity.encoding import collate
        from core.similarity.model import mean_state, word_means

        batch = {k: v.to(self.model.device) for k, v in collate(readings, self.tokenizer.pad_token_id or 0).items()}
        n_words = max(r.n_words for r in readings)
        if self.ours:
            found: tuple[torch.Tensor, torch.Tensor] = self.model(**batch, n_words=n_words)
            return found
        words = batch.pop("words")
        layers = self.model(**batch, output_hidden_states=True).hidden_states
        tokens = (layers[1] + layers[-1]) / 2
        mask = batch["attention_mask"]
        whole = self.pooling(layers[-1], mask) if self.pooling else mean_state(tokens, mask)
        return word_means(tokens, words, n_words)[0], whole


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _load(folder: Path, device: str) -> Any:
    """The model in `folder`, of our kind or any that `AutoModel` knows."""
    from transformers import AutoModel

    from core.backbone.weights import load_served
    from core.similarity.model import WordEncoder

    kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    if kind == WordEncoder.config_class.model_type:
        return load_served(WordEncoder, folder, device)
    model, report = AutoModel.from_pretrained(
        folder, dtype="float32", output_loading_info=True, use_safetensors=True, trust_remote_code=False
    )
    # A pooler that was never trained is of no use here and of no harm.
    if any("pooler" not in name for name in report["missing_keys"]):
        raise ValueError(f"weights missing: {sorted(report['missing_keys'])[:3]}")
    return model.to(device)
