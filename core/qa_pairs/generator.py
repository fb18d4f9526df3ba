"""The generator at work: answers drawn from a passage, and the question for each by beam search."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

import torch
from transformers.cache_utils import DynamicCache, EncoderDecoderCache
from transformers.modeling_outputs import BaseModelOutput

from core.qa_pairs import BOTH, DEFAULT_BEAMS, UNDERSTANDING
from core.qa_pairs.encoding import Span, Window, collate, generator_window, windows
from core.qa_pairs.generator_model import QuestionGenerator
from core.qa_pairs.pair_worth import Worth
from core.qa_pairs.passage import Asked, Candidate, Passage, apart
from core.qa_pairs.reasons import is_clause
from core.qa_pairs.scoring import agreement
from core.qa_pairs.spans import MAX_ANSWER
from core.qa_pairs.whole import whole_answer
from core.text import split_sentences

_MARKERS = 3
_STARTS = 24  # starts of a window that are considered
_ENDS = 3
_QUESTION = 40  # characters
_NEVER = ":;。!"  # stands in no question of one sentence
_REPEAT = 2  # characters in a row that a question does not say twice
# Drawing is sharper than the span head's probabilities, and long answers count for less: it is too sure of those
# (a quarter of the pairs with more than 8 characters stood the reader's check, two thirds of the shorter ones).
_SHARPNESS, _SHORT = 1.5, 8
# Characters that questions of the training set have although their passages do not, the most frequent ones. Any other
# that does not stand in the passage is as likely a stock phrase: it costs _STRANGE of log-probability.
_ASKING = (
    "什么哪谁是何少多个时候里为了的位几些在种一如家中于被名所和有方间地叫作做样指情怎处要国因人由况会类出之用以年月日?"
)
_STRANGE = 0.35
_WORST = 3  # characters of a question that the decoder finds least likely
_TOGETHER = 8  # windows of one batch
_MARKED = 0.02  # probability of an answer that only what stands before it makes likely
ALTERNATIVES = 6  # questions kept for each answer: the reader may understand another better


class _Beams(EncoderDecoderCache):
    """The keys and values of a beam search: what is read of the passage is the same for all beams of an answer, and
    need not change places with them."""

    def reorder_cache(self, beam_idx: torch.LongTensor) -> None:
        self.self_attention_cache.reorder_cache(beam_idx)


class Generator:
    """A `QuestionGenerator` with its tokenizer. With `worth` it also judges pairs, and asks by substitution."""

    worth: Worth | None = None

    def __init__(self, model: QuestionGenerator, tokenizer: Any, worth: Worth | None = None) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.worth = worth
        asking = tokenizer.convert_tokens_to_ids(list(_ASKING))
        self._asking = torch.tensor([*asking, tokenizer.sep_token_id], device=model.device)
        self._unasked: list[int] = tokenizer.convert_tokens_to_ids([*_NEVER, tokenizer.unk_token, tokenizer.mask_token])

    def open(self, text: str) -> Passage:
        """The folded `text` in windows, none of which has been read."""
        most = self.model.config.max_tokens - _MARKERS - 42
        return Passage(text, [generator_window(text, s, self.tokenizer) for s in windows(text, most)], [], [], [])

    def read(self, text: str) -> Passage:
        """Read the folded `text` once: everything else starts from here."""
        passage = self.open(text)
        while passage.windows_read < len(passage.windows):
            self.read_on(passage, _TOGETHER)
        return passage

    @torch.inference_mode()
    def read_on(self, passage: Passage, most: int = 1) -> None:
        """Read the next windows of the passage, `most` at most, and find what may be asked for in them."""
        first, before = passage.windows_read, len(passage.candidates)
        self._read(passage, passage.windows[first : first + most], first)
        if self.worth:
            found = [c for c in passage.candidates[before:] if not passage.tagged.cuts(c.span)]
            passage.candidates[before:] = found
            self._add_marked(passage, first)

    def _add_marked(self, passage: Passage, first: int) -> None:
        """Names, dates, amounts, reasons, purposes and definitions of the windows from `first` on that the span head
        does not point at."""
        known = {c.span for c in passage.candidates}
        for span in passage.marked:
            window = self.window_of(passage, span)
            if span not in known and first <= window < passage.windows_read and span[1] - span[0] <= MAX_ANSWER:
                passage.candidates.append(Candidate(span, _MARKED, window))

    def _read(self, passage: Passage, batch: Sequence[Window], first: int) -> None:
        tensors = {k: v.to(self.model.device) for k, v in collate(batch, self.tokenizer.pad_token_id).items()}
        hidden = self.model.read(tensors["ids"], tensors["mask"])
        starts = self.model.spans.starts(hidden, tensors["passage"])
        best, places = starts.topk(min(_STARTS, starts.size(1)), dim=-1)
        rows = torch.arange(len(batch), device=hidden.device)[:, None].expand_as(places).flatten()
        ends = self.model.spans.ends(hidden, rows, places.flatten(), tensors["passage"])
        tops, lengths = ends.topk(_ENDS, dim=-1)
        scores = (best.flatten()[:, None] + tops).exp()
        found: dict[tuple[int, Span], float] = {}
        for row, start, ps, ns in zip(
            rows.tolist(), places.flatten().tolist(), scores.tolist(), lengths.tolist(), strict=True
        ):
            window = batch[row]
            for p, n in zip(ps, ns, strict=True):
                piece = window.character(start), window.character(start) + n + 1
                if window.start <= piece[0] and piece[1] <= window.end:
                    span = whole_answer(passage.text, piece)
                    if span and span[1] - span[0] <= MAX_ANSWER and window.start <= span[0] and span[1] <= window.end:
                        found[row, span] = found.get((row, span), 0.0) + p
        passage.candidates += [Candidate(span, p, first + row) for (row, span), p in found.items()]
        for i, window in enumerate(batch):
            passage.states.append(hidden[i, : len(window.ids)])
            passage.starts.append(starts[i, : len(window.ids)].exp().tolist())

    def window_of(self, passage: Passage, span: Span) -> int:
        """The window that has all of `span`; -1 where it lies across two."""
        return next((i for i, w in enumerate(passage.windows) if w.start <= span[0] and span[1] <= w.end), -1)

    @torch.inference_mode()
    def ask(
        self,
        passage: Passage,
        answers: Sequence[tuple[Span, int]],
        beams: int = DEFAULT_BEAMS,
        processors: Sequence[Any] = (),
    ) -> list[Asked]:
        """The question for each answer (span, its window), by beam search over all of them at once."""
        told = self._told(passage, answers)
        keys = self.model.copy_key(told["encoder_outputs"].last_hidden_state)
        begin = torch.full((len(answers), 1), self.tokenizer.cls_token_id, device=self.model.device)
        out = self.model.generate(
            decoder_input_ids=begin,
            **told,
            keys=keys,
            past_key_values=_Beams(DynamicCache(), DynamicCache()),
            num_beams=beams,
            num_return_sequences=beams,
            do_sample=False,
            max_new_tokens=_QUESTION,
            min_new_tokens=4,
            no_repeat_ngram_size=_REPEAT,
            length_penalty=1.0,
            bos_token_id=self.tokenizer.cls_token_id,
            eos_token_id=self.tokenizer.sep_token_id,
            pad_token_id=self.tokenizer.pad_token_id,
            decoder_start_token_id=self.tokenizer.cls_token_id,
            bad_words_ids=[[i] for i in self._unasked],
            logits_processor=[self._strange(told["ids"], beams), *processors],
            return_dict_in_generate=True,
            output_scores=True,
        )
        texts = [self._text(row) for row in out.sequences.tolist()]
        scores = self._greedy_scores(out) if beams == 1 else out.sequences_scores.tolist()
        return ranked(texts, scores, beams)

    def _told(self, passage: Passage, answers: Sequence[tuple[Span, int]]) -> dict[str, Any]:
        """What the decoder is told of each answer (span, its window)."""
        batch = [passage.windows[w] for _, w in answers]
        tensors = {k: v.to(self.model.device) for k, v in collate(batch, self.tokenizer.pad_token_id).items()}
        states = torch.nn.utils.rnn.pad_sequence([passage.states[w] for _, w in answers], batch_first=True)
        places = [(w.token(span[0]), w.token(span[1])) for (span, _), w in zip(answers, batch, strict=True)]
        starts, ends = torch.tensor(places, device=states.device).T
        memory = self.model.mark(states, tensors["mask"], starts, ends)
        return {
            "encoder_outputs": BaseModelOutput(last_hidden_state=memory),
            "ids": tensors["ids"],
            "attention_mask": tensors["mask"],
            "starts": starts,
            "ends": ends,
        }

    @torch.inference_mode()
    def score(self, passage: Passage, asked: Sequence[tuple[Span, int, str]]) -> list[tuple[float, float]]:
        """The log-probability of the characters of each question, for an answer (span, its window): the mean of all of
        them, and of the _WORST least likely ones."""
        told = self._told(passage, [(span, window) for span, window, _ in asked])
        cls, sep, pad = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id, self.tokenizer.pad_token_id
        rows = [[cls, *self.tokenizer.convert_tokens_to_ids(list(text)), sep] for _, _, text in asked]
        width = max(map(len, rows))
        ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows], device=self.model.device)
        logits = self.model(decoder_input_ids=ids[:, :-1], **told).logits
        said = logits.gather(-1, ids[:, 1:, None]).squeeze(-1)
        real = ids[:, 1:] != pad
        mean = (said * real).sum(1) / real.sum(1)
        worst = said.masked_fill(~real, 0.0).topk(min(_WORST, said.size(1)), largest=False).values.mean(1)
        return list(zip(mean.tolist(), worst.tolist(), strict=True))

    def _strange(self, ids: torch.Tensor, beams: int) -> Any:
        """The logits processor that makes characters dearer which neither asking nor the passages `ids` [N, L] need."""
        cost = torch.full((len(ids), self.model.config.vocab_size), _STRANGE, device=ids.device)
        cost[:, self._asking] = 0.0
        cost = cost.scatter(1, ids, 0.0).repeat_interleave(beams, 0)
        return lambda _, scores: scores - cost

    def _greedy_scores(self, out: Any) -> list[float]:
        """The mean log-probability of each sequence's characters, which the search without beams does not add up."""
        logs = self.model.compute_transition_scores(out.sequences, out.scores, normalize_logits=True)
        real = (out.sequences[:, 1:] != self.tokenizer.pad_token_id) & logs.isfinite()
        sums = torch.where(real, logs, 0.0).sum(1)
        found: list[float] = (sums / real.sum(1).clamp(min=1)).tolist()
        return found

    def _text(self, ids: Sequence[int]) -> str:
        special = set(self.tokenizer.all_special_ids)
        return "".join(self.tokenizer.convert_ids_to_tokens([i for i in ids if i not in special]))


def ranked(texts: Sequence[str], scores: Sequence[float], beams: int) -> list[Asked]:
    """The best question of every `beams` consecutive ones that a search ended with, the next best in it.

    That is the one which has most in common with all of them, not the likeliest: minimum Bayes risk decoding (Kumar &
    Byrne 2004, aclanthology.org/N04-1022). The likeliest ones are short and say little.
    """
    found = []
    for i in range(0, len(texts), beams):
        options = [Asked(t, s) for t, s in zip(texts[i : i + beams], scores[i : i + beams], strict=True)]
        shared = agreement([option.text for option in options])
        order = sorted(range(len(options)), key=lambda k: -shared[k])[:ALTERNATIVES]
        best, *others = [options[k] for k in order]
        found.append(Asked(best.text, best.score, tuple(others)))
    return found


def _weight(candidate: Candidate, clause: bool) -> float:
    length = 1 if clause else candidate.span[1] - candidate.span[0]
    weight: float = (candidate.probability * min(1.0, (_SHORT / length) ** 2)) ** _SHARPNESS
    return weight


def draw(
    passage: Passage,
    n: int,
    top_p: float,
    rng: random.Random,
    among: Sequence[Candidate] | None = None,
    mix: str | None = None,
    before: int = 0,
) -> Iterator[Candidate]:
    """Up to `n` candidates by nucleus sampling (arXiv:1904.09751) without replacement: none overlaps another, and a
    sentence's weight falls with every answer drawn from it, so that they spread over the passage. Only those
    `among` are drawn, where that is given.

    Without a `mix` all kinds are drawn as they are likely; of `BOTH` every third is a clause, `before` counting those
    drawn already. Where a kind has run out, the other is drawn.
    """
    pool = passage.candidates if among is None else among
    clause = {c: mix is not None and is_clause(passage.tagged, c.span) for c in pool}
    ends = [end for _, end in split_sentences(passage.text, 10_000)]

    def sentence(span: Span) -> int:
        return bisect_right(ends, span[0]) % max(1, len(ends))

    drawn: list[Span] = []
    count: Counter[int] = Counter()
    for i in range(before, before + n):
        free = apart(pool, drawn)
        if not free:
            return
        wanted = mix == UNDERSTANDING or (mix == BOTH and i % 3 == 1)
        free = [c for c in free if clause[c] == wanted] or free
        chosen = _one_of(free, [_weight(c, clause[c]) * 0.5 ** count[sentence(c.span)] for c in free], top_p, rng)
        drawn.append(chosen.span)
        count[sentence(chosen.span)] += 1
        yield chosen


def _one_of(candidates: Sequence[Candidate], weights: Sequence[float], top_p: float, rng: random.Random) -> Candidate:
    """One of the likeliest that together have the share `top_p` of the weight, by their weights."""
    order = sorted(range(len(candidates)), key=lambda i: -weights[i])
    before = [0.0, *accumulate(weights[i] for i in order)]
    nucleus = [i for i, mass in zip(order, before, strict=False) if mass < top_p * before[-1]]
    return candidates[rng.choices(nucleus, [weights[i] for i in nucleus])[0]]
