"""Any sequence-to-sequence checkpoint (T5, BART, ...) as the generator, trained as the post has it: passage in, answer,
separator and question out.

The answer is sampled under a constraint (it must stay a run of the passage's own tokens), then forced on the decoder,
and the question behind it is searched for with beams. The separator is the tokenizer's `sep_token` where it has one
that is not also its end, else T5's first sentinel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from transformers import LogitsProcessor

from core.qa_pairs import DEFAULT_BEAMS
from core.qa_pairs.encoding import Span, Window, windows
from core.qa_pairs.generator import Generator, ranked
from core.qa_pairs.passage import Asked, Candidate, Passage
from core.qa_pairs.whole import whole_answer

_SAMPLES = 24
_ANSWER_TOKENS, _QUESTION_TOKENS = 24, 48
_TOP_P = 0.9


class PieceOfPassage(LogitsProcessor):
    """Allows only runs of the passage's tokens, and then the separator.

    `ids`: the passage's tokens. `prefix`: how many tokens the decoder was given before the answer. `empty`: whether
    there may be no answer.
    """

    def __init__(self, ids: Sequence[int], separator: int, prefix: int, empty: bool = False) -> None:
        self.ids, self.separator, self.prefix, self.empty = list(ids), separator, prefix, empty

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        allowed = torch.full_like(scores, float("-inf"))
        for row, generated in enumerate(input_ids.tolist()):
            said = generated[self.prefix :]
            n = len(said)
            following = {self.ids[i + n] for i in range(len(self.ids) - n) if self.ids[i : i + n] == said}
            if n or self.empty or not following:
                following.add(self.separator)
            places = torch.tensor(sorted(following), device=scores.device)
            allowed[row, places] = scores[row, places]
        return allowed


def first_run(ids: Sequence[int], run: Sequence[int]) -> tuple[int, int]:
    """The first and the last place of `run` where it stands first in `ids`."""
    at = next(k for k in range(len(ids)) if list(ids[k : k + len(run)]) == list(run))
    return at, at + len(run) - 1


class Seq2SeqGenerator(Generator):
    """A checkpoint of `AutoModelForSeq2SeqLM` behind the interface of `Generator`."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.limit = min(512, getattr(model.config, "max_position_embeddings", 512) or 512)
        self.begin = model.config.decoder_start_token_id
        sentinel = tokenizer.convert_tokens_to_ids("<extra_id_0>")
        own = tokenizer.sep_token_id
        self.separator = own if own not in (None, tokenizer.eos_token_id) else sentinel
        if self.begin is None or self.separator in (None, tokenizer.unk_token_id):
            raise ValueError("the tokenizer has no separator between answer and question")

    def open(self, text: str) -> Passage:
        """The folded `text` in windows, none of which has been read."""
        encoded = [(span, self._encoded(text, span)["input_ids"]) for span in windows(text, self.limit - 8)]
        return Passage(text, [Window(ids, *span, 0, []) for span, ids in encoded], [], [], [])

    @torch.inference_mode()
    def read_on(self, passage: Passage, most: int = 1) -> None:
        """Sample answers from the next windows; a candidate's probability is its share of them."""
        for index in range(passage.windows_read, min(passage.windows_read + most, len(passage.windows))):
            span = passage.windows[index].start, passage.windows[index].end
            encoded = self._encoded(passage.text, span)
            ids, offsets = encoded["input_ids"], encoded["offset_mapping"]
            real = [i for i, (a, b) in enumerate(offsets) if b > a]
            passage.states.append(torch.empty(0))
            counts = self._sampled(ids, [ids[i] for i in real])
            for run, n in counts.items():
                first, last = first_run([ids[i] for i in real], run)
                place = span[0] + offsets[real[first]][0], span[0] + offsets[real[last]][1]
                whole = whole_answer(passage.text, place)
                if whole:
                    passage.candidates.append(Candidate(whole, n / _SAMPLES, index))

    def _encoded(self, text: str, span: Span) -> Any:
        return self.tokenizer(text[slice(*span)], return_offsets_mapping=True, truncation=True, max_length=self.limit)

    def _sampled(self, ids: Sequence[int], answerable: Sequence[int]) -> dict[tuple[int, ...], int]:
        out = self.model.generate(
            input_ids=torch.tensor([ids], device=self.model.device),
            do_sample=True,
            top_p=_TOP_P,
            num_beams=1,
            num_return_sequences=_SAMPLES,
            max_new_tokens=_ANSWER_TOKENS,
            eos_token_id=self.separator,
            logits_processor=[PieceOfPassage(answerable, self.separator, 1)],
        )
        counts: dict[tuple[int, ...], int] = {}
        for row in out[:, 1:].tolist():
            if self.separator in row and row[0] != self.separator:
                run = tuple(row[: row.index(self.separator)])
                counts[run] = counts.get(run, 0) + 1
        return counts

    @torch.inference_mode()
    def ask(
        self,
        passage: Passage,
        answers: Sequence[tuple[Span, int]],
        beams: int = DEFAULT_BEAMS,
        processors: Sequence[Any] = (),
    ) -> list[Asked]:
        """The question for each answer, searched for behind the answer and the separator."""
        return [self._ask(passage, span, window, beams, processors) for span, window in answers]

    def _ask(self, passage: Passage, span: Span, window: int, beams: int, processors: Sequence[Any]) -> Asked:
        answer = self.tokenizer(passage.text[slice(*span)], add_special_tokens=False)["input_ids"]
        forced = [self.begin, *answer, self.separator]
        out = self.model.generate(
            input_ids=torch.tensor([passage.windows[window].ids], device=self.model.device),
            decoder_input_ids=torch.tensor([forced], device=self.model.device),
            do_sample=False,
            num_beams=max(2, beams),
            num_return_sequences=max(2, beams),
            max_new_tokens=_QUESTION_TOKENS,
            min_new_tokens=2,
            logits_processor=list(processors),
            return_dict_in_generate=True,
            output_scores=True,
        )
        texts = [
            "".join(self.tokenizer.decode(row[len(forced) :], skip_special_tokens=True).split())
            for row in out.sequences
        ]
        return ranked(texts, out.sequences_scores.tolist(), len(texts))[0]
