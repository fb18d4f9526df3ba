"""Checkpoints of other families, saved tiny as the Hub would hold them: T5 that asks, BERT that reads."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import core
from core.errors import InputError
from core.qa_pairs.generative_reader import GenerativeReader
from core.qa_pairs.pipeline import QAPairsPipeline
from core.qa_pairs.reader import HubReader
from core.qa_pairs.seq2seq_generator import PieceOfPassage, Seq2SeqGenerator
from core.text import normalise
from tests.qa_pairs.conftest import PASSAGE


@pytest.fixture(scope="module")
def t5(tiny_t5: Path) -> QAPairsPipeline:
    found = core.load("qa_pairs", str(tiny_t5))
    assert isinstance(found, QAPairsPipeline)
    assert isinstance(found.generator, Seq2SeqGenerator)
    return found


def test_only_runs_of_the_passage_can_be_answers() -> None:
    held = PieceOfPassage([5, 6, 7, 5, 8], separator=1, prefix=1)
    scores = torch.zeros(3, 10)
    found = held(torch.tensor([[0], [0], [0]]), scores)
    assert {i for i in range(10) if found[0, i] == 0} == {5, 6, 7, 8}, "an answer may begin with any token of it"
    found = held(torch.tensor([[0, 5], [0, 7], [0, 8]]), scores)
    allowed = [{i for i in range(10) if row[i] == 0} for row in found]
    assert allowed == [{6, 8, 1}, {5, 1}, {1}]


def test_a_random_t5_answers_with_pieces_of_the_passage(t5: QAPairsPipeline) -> None:
    torch.manual_seed(0)
    read = t5.generator.read(normalise(PASSAGE).text)
    assert read.candidates
    for c in read.candidates:
        assert read.text[slice(*c.span)].strip()
        assert 0 < c.probability <= 1
    assert sum(c.probability for c in read.candidates) <= 1.0001


def test_a_t5_is_asked_for_the_question_of_an_answer(t5: QAPairsPipeline) -> None:
    read = t5.generator.read(normalise(PASSAGE).text)
    [asked] = t5.generator.ask(read, [((0, 3), 0)], beams=2)
    assert asked.text
    assert asked.score < 0
    for pair in t5(PASSAGE, n=1).pairs:
        assert PASSAGE[slice(*pair.answer_span)] == pair.answer


def test_a_bert_reads(tiny_bert_reader: Path) -> None:
    pipeline = core.load("answer", str(tiny_bert_reader))
    assert isinstance(pipeline.reader, HubReader)  # type: ignore[attr-defined]
    long = PASSAGE * 5  # more than its 64 positions
    answer = pipeline(long, "泼水节有多少年的历史？")
    assert long[slice(*answer.answer_span)] == answer.answer
    assert 0 <= answer.score <= 1


def test_a_t5_reads_by_writing_a_piece_of_the_passage(tiny_t5: Path) -> None:
    torch.manual_seed(0)
    pipeline = core.load("answer", str(tiny_t5))
    assert isinstance(pipeline.reader, GenerativeReader)  # type: ignore[attr-defined]
    long = PASSAGE * 20  # more than one window
    answer = pipeline(long, "泼水节有多少年的历史？")
    assert long[slice(*answer.answer_span)] == answer.answer
    assert 0 <= answer.score <= 1


def test_a_written_answer_has_the_probability_of_its_tokens(tiny_t5: Path) -> None:
    pipeline = core.load("answer", str(tiny_t5))
    reader = pipeline.reader  # type: ignore[attr-defined]
    question, passage = "泼水节?", "傣族最盛大的节日"
    [seen] = reader._read(question, passage)
    assert seen.spans
    ids = torch.tensor([reader.tokenizer(question, passage)["input_ids"]])
    for found in seen.spans:
        # Other tokens may spell the same span: compare with the tokens of the passage that lie in it.
        encoded = reader.tokenizer(question, passage, return_offsets_mapping=True)
        inside = [
            token
            for token, (a, b), s in zip(
                encoded["input_ids"], encoded["offset_mapping"], encoded.sequence_ids(), strict=True
            )
            if s == 1 and found.span[0] <= a and b <= found.span[1] and b > a
        ]
        decoder = torch.tensor([[0, *inside, reader.tokenizer.eos_token_id]])
        with torch.inference_mode():
            logits = reader.model(input_ids=ids, decoder_input_ids=decoder[:, :-1]).logits.log_softmax(-1)
        wanted = logits[0].gather(1, decoder[0, 1:, None]).sum().exp().item()
        assert found.score == pytest.approx(wanted, rel=1e-3)


def test_a_folder_with_another_model_is_refused(tiny_bert_reader: Path, encoder: Path) -> None:
    with pytest.raises(InputError):
        core.load("qa_pairs", str(tiny_bert_reader))
    with pytest.raises(InputError):
        core.load("answer", str(encoder))
