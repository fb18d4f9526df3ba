"""The pipeline with a writer of forms: what is run, asked back, carried over, refused and explained."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import torch

from core.backbone.config import encoder_config
from core.backbone.tokenizer import build_tokenizer
from core.errors import InputError
from core.text2sql.answer import Answer, question_of
from core.text2sql.candidates import Candidate
from core.text2sql.explain import inside, links
from core.text2sql.form import Column, Constant, Form, walk
from core.text2sql.form_filler import FormFiller, Written
from core.text2sql.form_model import FormConfig, FormModel
from core.text2sql.form_parse import parse_form
from core.text2sql.form_reading import Reading, Step
from core.text2sql.grammar import tokens
from core.text2sql.linking import Linker, linker_of
from core.text2sql.pipeline import Text2SQLPipeline
from core.text2sql.prompt import conversation, plain
from core.text2sql.refusal import refusal
from core.text2sql.request import context_of
from core.text2sql.table import build_table
from core.text2sql.task import Ask
from core.wire import pack, unpack

TODAY = date(2024, 6, 15)
STAFF = build_table(
    ["姓名", "部门", "月薪(元)", "入职日期"],
    [
        ["林一", "研发部", 12000, "2021-03-01"],
        ["王二", "仓储部", 8000, "2022-07-15"],
        ["张三", "研发部", 15000, "2019-11-30"],
    ],
    name="员工",
)
MEAN = 'SELECT AVG("月薪(元)") FROM t'
BY_PART = 'SELECT "部门", AVG("月薪(元)") FROM t GROUP BY "部门"'
BEST = 'SELECT "姓名" FROM t QUALIFY RANK() OVER (ORDER BY "月薪(元)" DESC) = 1'
NOBODY = """SELECT "姓名" FROM t WHERE "部门" = '财务部'"""


def form(sql: str) -> Form:
    return parse_form(sql, [c.name for c in STAFF.columns])


class Told:
    """Stands where a model does: it gives the readings that it is told, whatever is asked."""

    def __init__(self, *readings: tuple[str, float], answerable: float = 0.99) -> None:
        self.readings, self.answerable = readings, answerable

    def __call__(self, question: str, context: Sequence[str], linker: Linker, *_: Any) -> Written:
        text = "；".join([*context, question])
        begin = len(text) - len(question)
        found = []
        constants = {}
        for sql, probability in self.readings:
            steps = []
            for symbol in tokens(form(sql)):
                said = str(symbol.value) if isinstance(symbol, Constant) else ""
                said = linker.short_names[symbol.index] if isinstance(symbol, Column) else said
                at = text.rfind(said) if said else -1
                span = (at, at + len(said)) if at >= 0 else None
                if span and isinstance(symbol, Constant):
                    constants[symbol] = span
                steps.append(Step(symbol, 0.9, ((symbol, 0.9),), span))
            found.append(Reading(form(sql), probability, tuple(steps)))
        candidates = tuple(Candidate(c, "cell", *span, 1) for c, span in constants.items())
        return Written(tuple(found), self.answerable, text, begin, candidates)


def ask(writer: Any, question: str = "平均月薪", context: Sequence[str] = ()) -> Answer:
    return Text2SQLPipeline(writer)(question, STAFF, TODAY, context=context)


def test_a_form_is_run_and_said() -> None:
    answer = ask(Told((MEAN, 0.9), (BY_PART, 0.05)))
    found = json.loads(json.dumps(answer.to_dict(), ensure_ascii=False))
    assert found["rows"] == [[pytest.approx(35000 / 3)]]
    assert '"员工"' in found["sql"]
    assert found["said"]["zh"] == "平均月薪是 11,666.67 元。"
    assert (found["units"], found["styles"]) == (["元"], [""])
    assert found["reading"] == {"zh": "求全表的平均月薪。", "en": "Mean 月薪 in all."}
    assert found["sketch"]["select"][0]["aggregate"] == "AVG"
    assert found["refusal"] is found["carried"] is None
    assert found["asks"] == []


def test_what_no_sketch_says_has_none() -> None:
    answer = ask(Told((BEST, 0.9)))
    assert answer.best.sketch is None
    assert answer.best.rows is not None
    assert answer.best.rows.rows == [["张三"]]
    assert answer.best.form == form(BEST)


def test_unsure_readings_are_asked_about_in_words() -> None:
    answer = ask(Told((BY_PART, 0.4), (MEAN, 0.3), (NOBODY, 0.01)))
    asks = answer.to_dict()["asks"]
    assert [a["zh"] for a in asks] == ["按部门求平均月薪？", "求全表的平均月薪？"]
    assert all(a["sql"].startswith("SELECT") for a in asks)
    assert question_of(answer.best) == {"zh": "按部门求平均月薪？", "en": "Mean 月薪 by 部门?"}
    assert not ask(Told((BY_PART, 0.8), (MEAN, 0.15))).asks
    assert not ask(Told((BY_PART, 0.4), (MEAN, 0.05))).asks
    # The same rows by another query are no choice.
    same = """SELECT "部门", SUM("月薪(元)") * 1.0 / COUNT("月薪(元)") FROM t GROUP BY "部门\""""
    assert not ask(Told((BY_PART, 0.4), (same, 0.3))).asks
    by_name = 'SELECT "姓名", "部门" FROM t ORDER BY "姓名"'
    other_columns = 'SELECT "部门", "姓名" FROM t ORDER BY "姓名"'
    assert not ask(Told((by_name, 0.4), (other_columns, 0.3))).asks
    backwards = by_name + " DESC"
    assert len(ask(Told((by_name, 0.4), (backwards, 0.3))).asks) == 2


def test_an_empty_but_likely_answer_stays_before_an_unlikely_full_one() -> None:
    assert ask(Told((NOBODY, 0.6), (MEAN, 0.1))).best.form == form(NOBODY)
    assert ask(Told((NOBODY, 0.4), (MEAN, 0.3))).best.form == form(MEAN)
    fails = """SELECT SUM("月薪(元)") FROM t WHERE "月薪(元)" = 'x'"""
    assert ask(Told((fails, 0.9), (MEAN, 0.01))).best.form == form(MEAN)
    with pytest.raises(InputError):
        ask(Told((fails, 0.9)))
    with pytest.raises(InputError):
        ask(Told())


def test_what_earlier_questions_gave_is_said() -> None:
    sql = """SELECT AVG("月薪(元)") FROM t WHERE "部门" = '仓储部' AND "入职日期" > DATE '2020-01-01'"""
    carried = ask(Told((sql, 0.9)), "那仓储部呢", ["研发部的平均月薪"]).carried
    assert carried == {"zh": "沿用前面的：月薪", "en": "Carried over: 月薪"}
    sql = """SELECT "姓名" FROM t WHERE "部门" = '研发部'"""
    carried = ask(Told((sql, 0.9)), "姓名呢", ["研发部有多少人"]).carried
    assert carried is not None
    assert carried["zh"] == "沿用前面的：部门是“研发部”"
    assert ask(Told((sql, 0.9)), "研发部的姓名", ["研发部有多少人"]).carried is None
    assert ask(Told((sql, 0.9)), "研发部的姓名").carried is None


def test_a_refusal_says_what_was_missed() -> None:
    found = ask(Told((MEAN, 0.2), answerable=0.1), "张三的家庭住址").to_dict()
    assert found["refusal"]["kind"] == "missing"
    assert "家庭住址" in found["refusal"]["zh"]
    assert found["said"]["zh"] == found["refusal"]["zh"] + "。"
    assert found["asks"] == []
    assert found["sql"].startswith("SELECT")


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("把张三的月薪改成20000", "change"),
        ("删掉仓储部的人", "change"),
        ("帮我新增一行", "change"),
        ("明年月薪会涨多少", "forecast"),
        ("预测一下研发部的月薪", "forecast"),
        ("为什么王二的月薪这么低", "opinion"),
        ("谁最适合当经理", "opinion"),
        ("你好", "chat"),
        ("明天会下雨吗", "chat"),
        ("王二的电话是多少", "missing"),
        ("哪个部门的客户投诉最多", "missing"),
    ],
)
def test_why_there_is_no_answer(question: str, kind: str) -> None:
    found = refusal(question, linker_of(STAFF), TODAY)
    assert found.kind == kind
    assert found.zh
    assert found.en


def test_words_that_the_table_knows_are_not_missed() -> None:
    assert refusal("王二的电话是多少", linker_of(STAFF), TODAY).zh == "表里没有“电话”"
    assert "部门" not in refusal("哪个部门的客户投诉最多", linker_of(STAFF), TODAY).zh


@pytest.mark.parametrize("context", ["为什么", 5, ["a"] * 9, [""], [None], ["问" * 201]], ids=range(6))
def test_no_context_is_refused(context: Any) -> None:
    with pytest.raises(InputError):
        context_of(context)


def test_context_reaches_the_writer_by_every_way() -> None:
    table = {"header": ["姓名", "部门"], "rows": [["林一", "研发部"]]}
    asked = Text2SQLPipeline.normalise(Ask("多少人", table, context=["研发部有谁", "仓储部呢"]))
    assert asked.context == ("研发部有谁", "仓储部呢")
    assert Text2SQLPipeline.normalise(Ask("多少人", table)).context == ()
    told = conversation("那仓储部呢", STAFF, TODAY, context=["研发部的平均月薪"])[-1].content
    assert told.index("研发部的平均月薪") < told.index("那仓储部呢")
    assert "研发部的平均月薪" in plain("那仓储部呢", STAFF, TODAY, ["研发部的平均月薪"])
    assert "Earlier" not in conversation("多少人", STAFF, TODAY)[-1].content


def test_the_inside_shows_every_symbol() -> None:
    sql = """SELECT AVG("月薪(元)") FROM t WHERE "部门" = '研发部'"""
    answer = ask(Told((sql, 0.9)), "那　研发部的月薪", ["平均是多少"])
    shown = json.loads(json.dumps(inside(answer)))
    assert [s["symbol"] for s in shown["steps"]] == ["select", "avg", "月薪(元)", "where", "=", "部门", "研发部"]
    assert shown["tree"]["word"] == "select"
    where = shown["tree"]["args"][1]
    assert where["args"][0]["said"]["zh"] == "部门是“研发部”"
    [value] = [k for k in links(answer, linker_of(STAFF)) if k["kind"] == "value"]
    assert answer.question[value["start"] : value["end"]] == "研发部"
    assert (value["column"], value["condition"]) == ("部门", 0)


def test_an_answer_travels() -> None:
    answer = ask(Told((BY_PART, 0.4), (MEAN, 0.3)), "那平均月薪呢", ["月薪"])
    tables: dict[str, Any] = {}
    again = unpack(json.loads(json.dumps(pack(answer, tables))), tables.__getitem__)
    assert again.to_dict() == answer.to_dict()
    assert again.best.form == answer.best.form


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    tokenizer = build_tokenizer(
        sorted(set("姓名部门月薪入职日期林一王二张三研发仓储的谁最高有几个人多少平均123456780；，？"))
    )
    config = encoder_config(tokenizer)
    config.hidden_size, config.num_hidden_layers, config.num_attention_heads, config.intermediate_size = 32, 2, 2, 48
    config.layer_types = None
    encoder = config.to_dict() | {"layer_types": ["full_attention"] * 2}
    found = tmp_path_factory.mktemp("form")
    FormModel(FormConfig(encoder=encoder, decoder_inner=48)).save_pretrained(found)
    tokenizer.save_pretrained(found)
    return found


def test_an_untrained_model_is_loaded_and_answers_or_says_that_it_cannot(folder: Path) -> None:
    pipeline = Text2SQLPipeline.from_folder(folder, "cpu")
    assert isinstance(pipeline.writer, FormFiller)
    for context in ((), ("研发部有几个人",)):
        try:
            answer = pipeline("谁的月薪最高", STAFF, TODAY, context=context)
        except InputError:
            continue
        found = answer.to_dict()
        assert json.dumps(found, ensure_ascii=False)
        assert len(found["units"]) == len(found["columns"])
        assert answer.best.form is not None
        assert all(isinstance(f, Column) is False or f.index < 4 for f in walk(answer.best.form))
        assert json.dumps(inside(answer))
        links(answer, pipeline.linker(STAFF))
