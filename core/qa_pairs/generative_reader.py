"""Reading by writing: a sequence-to-sequence checkpoint that reads question and passage and writes the answer.

After 万能的seq2seq:基于seq2seq的阅读理解问答 (https://kexue.fm/archives/7115): the search for the answer is held to
runs of the passage's tokens: what it writes is always a piece of the passage, and writing nothing means "not there".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from core.qa_pairs.encoding import windows
from core.qa_pairs.reader import OVERLAP, Found, Reader, Seen, elected
from core.qa_pairs.seq2seq_generator import PieceOfPassage, first_run

_BEAMS = 4
_ANSWER_TOKENS = 32
_MARKERS = 4


class GenerativeReader(Reader):
    """A checkpoint of `AutoModelForSeq2SeqLM` fine-tuned to answer, such as a Chinese T5, behind `Reader`'s interface.

    It is given the tokenizer's pair of question and passage. A span's probability is that of writing it and then the
    end.
    """

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.limit = min(512, getattr(model.config, "max_position_embeddings", 512) or 512)
        if model.config.decoder_start_token_id is None or tokenizer.eos_token_id is None:
            raise ValueError("the checkpoint does not say how an answer begins or ends")

    def __call__(self, asked: Sequence[tuple[str, str]]) -> list[Found]:
        """For each (question, passage) the answer's span in the passage."""
        return [elected(passage, self._read(question[: self.limit // 2], passage)) for question, passage in asked]

    def _read(self, question: str, passage: str) -> list[Seen]:
        most = self.limit - len(question) - _MARKERS
        return [self._seen(question, passage, start, end) for start, end in windows(passage, most, OVERLAP)]

    @torch.inference_mode()
    def _seen(self, question: str, passage: str, start: int, end: int) -> Seen:
        encoded = self.tokenizer(
            question, passage[start:end], truncation="only_second", max_length=self.limit, return_offsets_mapping=True
        )
        ids, sequence = encoded["input_ids"], encoded.sequence_ids()
        offsets = [pair for pair, s in zip(encoded["offset_mapping"], sequence, strict=True) if s == 1]
        tokens = [token for token, s in zip(ids, sequence, strict=True) if s == 1]
        eos = self.tokenizer.eos_token_id
        out = self.model.generate(
            input_ids=torch.tensor([ids], device=self.model.device),
            do_sample=False,
            num_beams=_BEAMS,
            num_return_sequences=_BEAMS,
            max_new_tokens=_ANSWER_TOKENS,
            length_penalty=0.0,  # then the score of a search is the logarithm of the answer's probability
            logits_processor=[PieceOfPassage(tokens, eos, 1, empty=True)],
            return_dict_in_generate=True,
            output_scores=True,
        )
        spans: list[Found] = []
        nothing = 0.0
        for row, score in zip(out.sequences[:, 1:].tolist(), out.sequences_scores.exp().tolist(), strict=True):
            if eos not in row:
                continue  # longer than an answer may be
            said = row[: row.index(eos)]
            if said:
                first, last = first_run(tokens, said)
                spans.append(Found((start + offsets[first][0], start + offsets[last][1]), score))
            else:
                nothing = max(nothing, score)
        return Seen(tuple(spans), nothing)
