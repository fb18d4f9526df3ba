"""The generator at work: answers drawn from a passage, and the question for each by beam search."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

import torch
from transformers.modeling_outputs import BaseModelOutput

from core.qa_pairs import BOTH, DEFAULT_BEAMS, UNDERSTANDING
from core.qa_pairs.clauses import Clauses
from core.qa_pairs.encoding import Span, Window, collate, generator_window, windows
from core.qa_pairs.generator_model import QuestionGenerator
from core.qa_pairs.kinds import Tagged
from core.qa_pairs.pair_worth import Worth
from core.qa_pairs.reasons import is_clause
from core.qa_pairs.spans import MAX_ANSWER
from core.qa_pairs.substitution import Made, Substitution
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
_MARKED = 0.02  # probability of an answer that only what stands before it makes likely
ALTERNATIVES = 6  # questions kept for each answer: the reader may understand another better


@dataclass(frozen=True)
class Candidate:
    """A piece of the passage somebody may ask for, and how likely it is to be asked for within its window."""

    span: Span
    probability: float
    window: int


@dataclass(frozen=True)
class Asked:
    """A question and the mean log-probability of its characters; `others`: what else the search ended with; `made`:
    what it was made of, by substitution, where it was not written."""

    text: str
    score: float
    others: tuple[Asked, ...] = ()
    made: Made | None = None


@dataclass
class Passage:
    """A folded passage that has been read: windows, their states [L, H], and the candidates of all of them."""

    text: str
    windows: list[Window]
    states: list[torch.Tensor]
    candidates: list[Candidate]
    starts: list[list[float]]  # per window the probability of each token to begin an answer

    @cached_property
    def tagged(self) -> Tagged:
        return Tagged(self.text)

    @cached_property
    def substitution(self) -> Substitution:
        return Substitution(Clauses(self.tagged))


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

    @torch.inference_mode()
    def read(self, text: str) -> Passage:
        """Read the folded `text` once: everything else starts from here."""
        most = self.model.config.max_tokens - _MARKERS - 42
        made = [generator_window(text, span, self.tokenizer) for span in windows(text, most)]
        passage = Passage(text, made, [], [], [])
        for first in range(0, len(made), 8):
            self._read(passage, made[first : first + 8], first)
        if self.worth:
            passage.candidates = [c for c in passage.candidates if not passage.tagged.cuts(c.span)]
            self._add_marked(passage)
        return passage

    def _add_marked(self, passage: Passage) -> None:
        """Names, dates, amounts, reasons, purposes and definitions that the span head does not point at."""
        known = {c.span for c in passage.candidates}
        marked = (*passage.tagged.names(), *passage.substitution.spans())
        for span in dict.fromkeys(whole for s in marked if (whole := whole_answer(passage.text, s))):
            window = self.window_of(passage, span)
            if span not in known and window >= 0 and span[1] - span[0] <= MAX_ANSWER:
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
            passage.windows[first + i] = window
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
        keep = min(beams, ALTERNATIVES)
        told = self._told(passage, answers)
        keys = self.model.copy_key(told["encoder_outputs"].last_hidden_state)
        begin = torch.full((len(answers), 1), self.tokenizer.cls_token_id, device=self.model.device)
        out = self.model.generate(
            decoder_input_ids=begin,
            **told,
            keys=keys,
            num_beams=beams,
            num_return_sequences=keep,
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
        return ranked(texts, scores, keep)

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
    def score(self, passage: Passage, asked: Sequence[tuple[Span, int, str]]) -> list[float]:
        """The mean log-probability of the characters of each question, for an answer (span, its window)."""
        told = self._told(passage, [(span, window) for span, window, _ in asked])
        cls, sep, pad = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id, self.tokenizer.pad_token_id
        rows = [[cls, *self.tokenizer.convert_tokens_to_ids(list(text)), sep] for _, _, text in asked]
        width = max(map(len, rows))
        ids = torch.tensor([row + [pad] * (width - len(row)) for row in rows], device=self.model.device)
        logits = self.model(decoder_input_ids=ids[:, :-1], **told).logits
        said = logits.gather(-1, ids[:, 1:, None]).squeeze(-1)
        real = ids[:, 1:] != pad
        found: list[float] = ((said * real).sum(1) / real.sum(1)).tolist()
        return found

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


def ranked(texts: Sequence[str], scores: Sequence[float], keep: int) -> list[Asked]:
    """The best question of every `keep` consecutive ones, with the others in it."""
    found = []
    for i in range(0, len(texts), keep):
        best, *others = [Asked(t, s) for t, s in zip(texts[i : i + keep], scores[i : i + keep], strict=True)]
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
) -> Iterator[Candidate]:
    """Up to `n` candidates by nucleus sampling (arXiv:1904.09751) without replacement: none overlaps another, and a
    sentence's weight falls with every answer drawn from it, so that they spread over the passage. Only those
    `among` are drawn, where that is given.

    Without a `mix` all kinds are drawn as they are likely; of `BOTH` every third is a clause. Where a kind has run
    out, the other is drawn.
    """
    pool = passage.candidates if among is None else among
    clause = {c: mix is not None and is_clause(passage.tagged, c.span) for c in pool}
    sentences = list(split_sentences(passage.text, 10_000))

    def sentence(span: Span) -> int:
        return next((i for i, s in enumerate(sentences) if span[0] < s[1]), 0)

    drawn: list[Span] = []
    count: Counter[int] = Counter()
    for i in range(n):
        free = [c for c in pool if not any(a < c.span[1] and c.span[0] < b for a, b in drawn)]
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
