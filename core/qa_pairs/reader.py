"""Reading comprehension: the piece of a passage that answers a question, or nothing.

Long passages are read in windows; what several windows say is put to the vote of 基于CNN的阅读理解式问答模型
(https://kexue.fm/archives/5409): an answer found with probabilities p weighs sum(p^2) / (1 + sum(p)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from core.qa_pairs.encoding import Span, Window, collate, reader_window, windows
from core.qa_pairs.reader_model import ReaderModel
from core.qa_pairs.whole import whole_answer
from core.runtime import MicroBatcher

_BATCH = 8
_STARTS = 4  # starts tried in every window
_DECLINE = 0.5
_HUB_TOKENS = 128  # of an answer of the Hub's readers: their start and end are chosen apart, so that both ends of two
# good answers may look like one long one
OVERLAP = 0.4  # of one window with the next
_MARKERS = 3


@dataclass(frozen=True)
class Found:
    """A span of a passage and the probability that it answers the question; an empty span: nothing does. `nothing`:
    the probability of that in the window where the span was found."""

    span: Span
    score: float
    nothing: float = 0.0


@dataclass(frozen=True)
class Seen:
    """What one window holds: spans with probabilities, and the probability that nothing in it answers."""

    spans: tuple[Found, ...]
    nothing: float


def vote(found: Sequence[tuple[str, float]]) -> dict[str, float]:
    """The weight of each answer text from all (text, probability) found."""
    sums: dict[str, tuple[float, float]] = {}
    for text, p in found:
        squares, plain = sums.get(text, (0.0, 0.0))
        sums[text] = squares + p * p, plain + p
    return {text: squares / (1 + plain) for text, (squares, plain) in sums.items()}


class Reader:
    """A `ReaderModel` with its tokenizer; threads share batches. Texts are folded (`core.text.normalise`). `decline`:
    in place of the model's own."""

    def __init__(self, model: ReaderModel, tokenizer: Any, decline: float | None = None) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.decline: float = model.config.decline if decline is None else decline
        self._batcher: MicroBatcher[Window, Seen] = MicroBatcher(self._run, _BATCH)

    def __call__(self, asked: Sequence[tuple[str, str]]) -> list[Found]:
        """For each (question, passage) the answer's span in the passage."""
        pieces = [(i, w) for i, (question, passage) in enumerate(asked) for w in self._windows(question, passage)]
        seen = self._batcher([w for _, w in pieces])
        of: list[list[Seen]] = [[] for _ in asked]
        for (i, _), s in zip(pieces, seen, strict=True):
            of[i].append(s)
        return [
            _whole(passage, elected(passage, mine, self.decline)) for (_, passage), mine in zip(asked, of, strict=True)
        ]

    def _windows(self, question: str, passage: str) -> list[Window]:
        most = self.model.config.max_tokens - len(question) - _MARKERS
        return [reader_window(question, passage, span, self.tokenizer) for span in windows(passage, most, OVERLAP)]

    @torch.inference_mode()
    def _run(self, batch: Sequence[Window]) -> list[Seen]:
        tensors = collate(batch, self.tokenizer.pad_token_id)
        tensors = {k: v.to(self.model.device) for k, v in tensors.items()}
        hidden = self.model(tensors["ids"], tensors["features"], tensors["mask"])
        allowed = tensors["passage"].clone()
        allowed[:, 0] = True
        starts = self.model.spans.starts(hidden, allowed)
        best, places = starts.masked_fill(~tensors["passage"], -1e4).topk(min(_STARTS, starts.size(1)), dim=-1)
        rows = torch.arange(len(batch), device=hidden.device)[:, None].expand_as(places)
        ends = self.model.spans.ends(hidden, rows.flatten(), places.flatten(), tensors["passage"])
        tops, lasts = ends.topk(2, dim=-1)
        scores = (best.flatten()[:, None] + tops).exp().reshape(len(batch), -1).tolist()
        spans = torch.stack([places.flatten()[:, None].expand_as(lasts), lasts], -1)
        table = spans.reshape(len(batch), -1, 2).tolist()
        nothing = starts[:, 0].exp().tolist()
        return [Seen(_spans(w, scores[i], table[i]), nothing[i]) for i, w in enumerate(batch)]


def _spans(window: Window, scores: Sequence[float], table: Sequence[Sequence[int]]) -> tuple[Found, ...]:
    """The (first, last) tokens of `table` as spans of the passage; those with no probability are outside of it."""
    return tuple(
        Found((window.character(first), window.character(last) + 1), score)
        for score, (first, last) in zip(scores, table, strict=True)
        if score > 0
    )


def elected(passage: str, seen: Sequence[Seen], decline: float = _DECLINE) -> Found:
    """The span of the passage whose text has the most votes over its windows; none where "nothing" has more than
    `decline` of the probability in the window that it was found in.

    Not where nothing is likelier than the span: a long answer shares its probability with those a few characters
    shorter or longer.
    """
    best: dict[Span, tuple[float, float]] = {}
    for window in seen:
        for f in window.spans:
            if f.score > best.get(f.span, (0.0, 0.0))[0]:
                best[f.span] = f.score, window.nothing
    if not best:
        return Found((0, 0), 1.0, 1.0)
    weights = vote([(passage[slice(*span)], score) for span, (score, _) in best.items()])
    winner = max(weights, key=lambda text: weights[text])
    span, (score, nothing) = max(
        ((s, v) for s, v in best.items() if passage[slice(*s)] == winner), key=lambda item: item[1][0]
    )
    return Found((0, 0) if nothing > decline else span, nothing if nothing > decline else score, nothing)


def _whole(passage: str, found: Found) -> Found:
    span = whole_answer(passage, found.span) if found.span[0] < found.span[1] else None
    return replace(found, span=span) if span else found


class HubReader(Reader):
    """A checkpoint of `AutoModelForQuestionAnswering`, such as BERT fine-tuned on CMRC, behind the same interface.

    Its logits are for start and end apart; a span's probability is the product of both softmaxes over the window.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.limit = min(512, getattr(model.config, "max_position_embeddings", 512) or 512)

    def __call__(self, asked: Sequence[tuple[str, str]]) -> list[Found]:
        return [_whole(passage, elected(passage, self._seen(question, passage))) for question, passage in asked]

    @torch.inference_mode()
    def _seen(self, question: str, passage: str) -> list[Seen]:
        encoded = self.tokenizer(
            question[: self.limit // 2],
            passage,
            truncation="only_second",
            max_length=self.limit,
            stride=self.limit // 4,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            padding=True,
            return_tensors="pt",
        )
        encoded.pop("overflow_to_sample_mapping")
        offsets = encoded.pop("offset_mapping").tolist()
        of = [[encoded.token_to_sequence(i, t) for t in range(len(row))] for i, row in enumerate(offsets)]
        out = self.model(**{k: v.to(self.model.device) for k, v in encoded.items()})
        found = []
        for i, row in enumerate(offsets):
            inside = torch.tensor([s == 1 for s in of[i]], device=out.start_logits.device)
            inside[0] = True
            first, last = (
                logits[i].float().masked_fill(~inside, -1e4).softmax(-1)
                for logits in (out.start_logits, out.end_logits)
            )
            spans = []
            for start in first.topk(min(_STARTS + 1, len(row))).indices.tolist():
                for end in last.topk(min(_STARTS + 1, len(row))).indices.tolist():
                    if of[i][start] == 1 and of[i][end] == 1 and 0 <= end - start < _HUB_TOKENS:
                        spans.append(Found((row[start][0], row[end][1]), float(first[start] * last[end])))
            found.append(Seen(tuple(spans), float(first[0] * last[0])))
        return found
