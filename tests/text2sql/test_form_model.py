"""The writer of forms: what it reads, that it writes only forms, and that it can learn."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import BertConfig

from core.backbone.tokenizer import build_tokenizer
from core.backbone.weights import load_model, load_served
from core.text2sql.candidates import Candidate, known_of
from core.text2sql.form import Column, Constant, Form, Node, walk
from core.text2sql.form_encoding import collate, encode_question, encode_table
from core.text2sql.form_filler import MAX_READ, FormFiller, conversation
from core.text2sql.form_model import FormConfig, FormModel
from core.text2sql.form_parse import parse_form
from core.text2sql.form_sql import sql_text
from core.text2sql.form_vocabulary import WORD_IDS, Bank, NotPointed, mask_of, wide
from core.text2sql.grammar import START, tokens
from core.text2sql.linking import Linker, linker_of
from core.text2sql.table import Table, build_table
from training.export import export
from training.text2sql.form_data import Batches, Ordered, to_item
from training.text2sql.train_form import loss_of

TODAY = date(2024, 6, 15)
HEADER = ["姓名", "部门", "月薪", "入职日期"]
ROWS = [
    ["林一", "研发部", 12000, "2021-03-01"],
    ["王二", "仓储部", 8000, "2022-07-15"],
    ["张三", "研发部", 15000, "2019-11-30"],
]


def table() -> Table:
    return build_table(HEADER, ROWS, ["text", "text", "number", "date"], "员工")


def linker() -> Linker:
    return linker_of(table())


def tokenizer() -> Any:
    return build_tokenizer(
        sorted(set("姓名部门月薪入职日期林一王二张三研发仓储的谁最高有几个人超过12345670平均；，?%"))
    )


def tiny_model() -> FormModel:
    torch.manual_seed(0)
    encoder = BertConfig(
        vocab_size=len(tokenizer()), hidden_size=32, num_hidden_layers=3, num_attention_heads=2, intermediate_size=48
    )
    return FormModel(FormConfig(encoder=encoder.to_dict(), decoder_inner=48, dropout=0.0)).eval()


def test_every_column_and_candidate_has_its_place() -> None:
    text, begin = conversation("那王二呢", ["张三的月薪"])
    assert text[begin:] == "那王二呢"
    found = [
        Candidate(Constant("王二"), "cell", begin + 1, begin + 3, 0),
        Candidate(Constant("仓储部"), "listed", 0, 0, 1),
    ]
    table = encode_table(linker(), [Candidate(Constant("仓储部"), "listed", 0, 0, 1)], tokenizer())
    assert [end - marker for marker, end in table.columns] == [1 + len(name) for name in HEADER]
    encoded = encode_question(text, begin, linker(), table, found, tokenizer())
    assert len(encoded.ids) == len(encoded.features)
    in_text, in_table = encoded.candidates
    assert in_text[:2] == (begin + 2, begin + 4)
    assert in_text[3] - in_text[2] == len("；王二")
    assert not in_text[4]
    assert in_table[:2] == (0, 0)
    assert in_table[2:5] == (*table.cells[1, "仓储部"], 1)
    other = encode_question("谁", 0, linker(), table, [], tokenizer())
    batch = collate([(table, [other, encoded])], 0)
    assert batch["candidate_mask"].sum().item() == 2
    assert batch["place_mask"][0].sum().item() == 1
    start, end = batch["candidates"][1, 0, :2].tolist()
    assert batch["ids"][0, start:end].tolist() == tokenizer().convert_tokens_to_ids(list("王二"))


def test_questions_read_together_are_read_as_alone() -> None:
    model, table = tiny_model(), encode_table(linker(), [], tokenizer())
    questions = [encode_question(text, 0, linker(), table, [], tokenizer()) for text in ("谁的月薪最高", "有几个人")]
    begin = torch.tensor([[WORD_IDS["<begin>"]]])
    with torch.inference_mode():
        [both], _ = model.write([model.read(**collate([(table, questions)], 0))], begin.expand(2, 1))
        for row, question in enumerate(questions):
            [alone], _ = model.write([model.read(**collate([(table, [question])], 0))], begin)
            n = alone.size(-1)
            torch.testing.assert_close(both[row : row + 1, :, :n], alone, atol=1e-4, rtol=1e-4)


def test_an_answer_does_not_depend_on_what_others_ask() -> None:
    known = known_of(linker(), table())
    filler = FormFiller(tiny_model(), tokenizer())
    texts = ("谁的月薪最高", "有几个人", "研发部超过12000的有几个人", "那王二呢")
    asked = [filler.prepare(text, [], known.linker, TODAY, known) for text in texts]
    together = filler._run(asked)
    for one, (refused, found) in zip(asked, together, strict=True):
        [(refused_alone, alone)] = filler._run([one])
        assert refused == pytest.approx(refused_alone, abs=1e-5)
        assert [h.score for h in found] == pytest.approx([h.score for h in alone], abs=1e-4)
        assert [[step[0] for step in h.steps] for h in found] == [[step[0] for step in h.steps] for h in alone]


def test_bank_says_every_constant_or_that_nothing_does() -> None:
    twice = [Candidate(Constant(3.0), "number", 0, 1, -1), Candidate(Constant(3.0), "rank", 0, 1, -1)]
    bank = Bank(4, twice, "前3名的王先生")
    [step] = bank.places(Constant(3.0))
    assert len(step) == 2
    assert {bank.symbol(place) for place in step} == {Constant(3.0)}
    quote, first, last = bank.places(Constant("王先"))
    assert bank.quoted(first[0], last[0]) == Constant("王先")
    assert quote == (WORD_IDS["<quote>"],)
    assert bank.places(Constant(10.0)) == [(WORD_IDS["#10"],)]
    with pytest.raises(NotPointed):
        bank.places(Constant("李"))


def test_mask_is_what_the_grammar_allows() -> None:
    first = wide(mask_of(START.allowed), 4, [0, 1], 5)
    assert first[WORD_IDS["select"]]
    assert first[WORD_IDS["refuse"]]
    assert not first[WORD_IDS["where"]]
    assert not first[-11:].any()
    after = wide(mask_of(START.after("select").allowed), 4, [0, 1], 5)
    assert after[-11:-7].all()
    assert not after[-5:].any()


@pytest.mark.parametrize("question", ["谁的月薪最高", "?", "研发部超过12000的有几个人" * 8, "<b>；'\"%"])
def test_whatever_is_asked_what_is_written_is_a_form(question: str) -> None:
    known = known_of(linker(), table())
    found = FormFiller(tiny_model(), tokenizer())(question, [], known.linker, TODAY, known=known)
    assert 0 <= found.answerable <= 1
    for reading in found.readings:
        assert reading.steps[0].symbol in ("select", "distinct", "count_groups")
        assert all(0 <= s.probability <= 1 for s in reading.steps)
        try:
            sql_text(reading.form, HEADER, "t")
        except ValueError:
            continue
    assert len({r.form for r in found.readings}) == len(found.readings)


def test_of_many_columns_those_that_are_spoken_of_are_read() -> None:
    header = [f"指标{i}" for i in range(80)] + ["月薪"]
    wide_table = build_table(header, [[i] * 81 for i in range(3)], None, "宽")
    found = FormFiller(tiny_model(), tokenizer())("月薪最高", [], linker_of(wide_table), TODAY)
    assert len(header) > MAX_READ
    used = {part.index for r in found.readings for part in walk(r.form) if isinstance(part, Column)}
    assert used <= set(range(81))


def form_of(sql: str) -> Form:
    return parse_form(sql, HEADER)


LESSONS = [
    ("谁的月薪最高", [], form_of('SELECT "姓名", "月薪" FROM t QUALIFY RANK() OVER (ORDER BY "月薪" DESC) = 1')),
    ("研发部有几个人", [], form_of("SELECT COUNT(*) FROM t WHERE \"部门\" = '研发部'")),
    ("仓储部呢", ["研发部有几个人"], form_of("SELECT COUNT(*) FROM t WHERE \"部门\" = '仓储部'")),
    ("月薪超过12000的", [], form_of('SELECT "姓名" FROM t WHERE "月薪" > 12000')),
    ("张三的属相", [], Node("refuse")),
]


def test_it_learns_a_handful_and_keeps_it_in_eight_bits(tmp_path: Path) -> None:
    known = known_of(linker(), table())
    ordered = Ordered(known, list(range(4)), tokenizer())
    items = [to_item({"question": q, "context": context}, form, ordered) for q, context, form in LESSONS]
    model = tiny_model().train()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    losses = []
    for epoch in range(150):
        for batch in Batches(items, 8, 0, epoch):
            loss = loss_of(model, batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    assert losses[-1] < 0.1 < losses[0]
    model.save_pretrained(tmp_path / "float")
    tokenizer().save_pretrained(tmp_path / "float")
    export([tmp_path / "float"], tmp_path / "int8", int8=True)
    served = load_served(FormModel, tmp_path / "int8", "cpu"), load_model(FormModel, tmp_path / "float")
    for loaded in served:
        filler = FormFiller(loaded, tokenizer())
        for question, context, form in LESSONS:
            found = filler(question, context, known.linker, TODAY, known=known)
            if form == Node("refuse"):
                assert found.answerable < 0.3
            else:
                assert found.answerable > 0.7, question
                assert found.readings[0].form == form, question
                assert tokens(form)[0] == "select"
