"""The sketch filler: what it reads, how its heads become sketches, and that it can learn."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.backbone.config import encoder_config
from core.backbone.tokenizer import build_tokenizer
from core.text2sql.decisions import Ranked, decisions, pieces
from core.text2sql.decisions import rank as rank_decisions
from core.text2sql.encoding import SPECIAL_COLUMNS, collate, encode
from core.text2sql.fields import Field
from core.text2sql.filler import MAX_READ, SketchFiller
from core.text2sql.linking import LIMIT, Linker
from core.text2sql.model import DIRECTIONS, EXPRESSIONS, LIMITS, NULLS, OPS, SketchConfig, SketchModel
from core.text2sql.sketch import AGGREGATES, ALL, Condition, Expr, Sketch, Term, Value
from training.text2sql.conditions import Conditions
from training.text2sql.examples import Example
from training.text2sql.fitting import linked
from training.text2sql.words import unmarked

TODAY = date(2024, 6, 15)
FIELDS = [
    Field("城市", "text", values=("北京", "上海", "广州")),
    Field("人口", "number", "万人", 100, 3000),
    Field("面积", "number", "", 10, 900),
    Field("设立日期", "date"),
]
LINKER = Linker(FIELDS)
QUESTION = "人口最多的3个城市的面积"
CHARACTERS = sorted(
    set("".join(f.name for f in FIELDS) + QUESTION + "北京上海广州的是多少最大小低高于不每各个平均0123456789，？")
)


def tokenizer() -> Any:
    return build_tokenizer(CHARACTERS)


def tiny_model() -> SketchModel:
    torch.manual_seed(0)
    config = encoder_config(tokenizer())
    config.hidden_size, config.num_hidden_layers, config.num_attention_heads, config.intermediate_size = 32, 2, 2, 48
    config.layer_types = None
    return SketchModel(SketchConfig(encoder=config.to_dict() | {"layer_types": ["full_attention"] * 2})).eval()


def empty_logits(candidates: int, columns: int = 4) -> dict[str, Any]:
    """Heads that are sure of nothing but blanks."""
    slots = columns + len(SPECIAL_COLUMNS)

    def sure(*shape: int) -> Any:
        found = np.full(shape, -6.0, np.float32)
        found[..., 0] = 6.0
        return found

    return {
        "select": np.full((slots, len(AGGREGATES)), -6.0, np.float32),
        "group": np.full(slots, -6.0, np.float32),
        "order": sure(slots, len(DIRECTIONS)),
        "order_aggregate": sure(slots, len(AGGREGATES)),
        "shortlist": sure(slots, len(DIRECTIONS)),
        "null": sure(slots, len(NULLS)),
        "left": np.zeros(slots, np.float32),
        "right": np.zeros(slots, np.float32),
        "distinct": np.float32(-6),
        "either": np.float32(-6),
        "answerable": np.float32(6),
        "limit": sure(len(LIMITS)),
        "expression": sure(len(EXPRESSIONS)),
        "op": sure(candidates, len(OPS)),
        "having": sure(candidates, len(AGGREGATES)),
    }


def rank(logits: dict[str, Any], candidates: Any, linker: Linker, question: str, most: int = 4) -> list[Ranked]:
    return rank_decisions(decisions(logits, candidates), logits, candidates, linker, question, most)


def slot(column: int) -> int:
    return column + len(SPECIAL_COLUMNS)


def test_a_question_is_encoded_character_by_character() -> None:
    candidates = LINKER.candidates(QUESTION, TODAY)
    made = encode(QUESTION, LINKER, candidates, tokenizer())
    start, end = made.question
    assert tokenizer().convert_ids_to_tokens(made.ids[start:end]) == list(QUESTION)
    assert len(made.slots) == len(FIELDS) + len(SPECIAL_COLUMNS)
    for (marker, stop), field in zip(made.slots[len(SPECIAL_COLUMNS) :], FIELDS, strict=True):
        assert tokenizer().convert_ids_to_tokens(made.ids[marker + 1 : stop]) == list(field.name)


def test_batching_changes_nothing() -> None:
    model, tok = tiny_model(), tokenizer()
    questions = [QUESTION, "北京的人口是多少", "面积"]
    made = [encode(q, LINKER, LINKER.candidates(q, TODAY), tok) for q in questions]
    with torch.inference_mode():
        together = model(**collate(made, tok.pad_token_id))
        for i, one in enumerate(made):
            alone = model(**collate([one], tok.pad_token_id))
            n = len(one.slots)
            torch.testing.assert_close(together.select[i, :n], alone.select[0], atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(together.limit[i], alone.limit[0], atol=1e-4, rtol=1e-4)


def test_heads_become_a_sketch() -> None:
    candidates = LINKER.candidates(QUESTION, TODAY)
    logits = empty_logits(len(candidates))
    logits["select"][slot(2), 0] = 6
    logits["order"][slot(1)] = [-6, -6, 6]
    logits["limit"][:] = [-6, -6, -6, 6]
    [three] = [i for i, c in enumerate(candidates) if c.column == LIMIT]
    logits["op"][three] = -6.0
    logits["op"][three, OPS.index("=")] = 6.0
    best = rank(logits, candidates, LINKER, QUESTION)[0]
    assert best.sketch.select == (Term(Expr(2)),)
    assert best.sketch.order is not None
    assert (best.sketch.order.term.expr.column, best.sketch.order.descending, best.sketch.limit) == (1, True, 3)
    assert best.probability > 0.5


def test_alternatives_come_by_probability_and_differ() -> None:
    logits = empty_logits(0)
    logits["select"][slot(0), 0] = 4
    logits["select"][slot(1), 0] = 0.3
    logits["distinct"] = np.float32(-0.5)
    found = rank(logits, [], LINKER, "城市", most=4)
    assert [r.probability for r in found] == sorted((r.probability for r in found), reverse=True)
    assert len({r.sketch for r in found}) == len(found) == 4


def test_an_aggregate_beside_a_column_groups_by_it() -> None:
    logits = empty_logits(0)
    logits["select"][slot(0), 0] = 6
    logits["select"][slot(1), AGGREGATES.index("AVG")] = 6
    assert rank(logits, [], LINKER, "每个城市的平均人口")[0].sketch.group == (0,)


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("人口大于5的城市、面积和人口", ["城市", "面积", "人口"]),
        ("城市和人口,面积大于3", ["城市", "人口", "面积"]),
        ("面积、人口和城市", ["面积", "人口", "城市"]),
    ],
)
def test_columns_stand_in_the_order_they_are_asked_for(question: str, columns: list[str]) -> None:
    names = ["城市", "人口", "面积"]
    linker = Linker([Field("城市", "text"), Field("人口", "number"), Field("面积", "number")])
    logits = empty_logits(0, len(names))
    for i in range(3):
        logits["select"][slot(i), 0] = 6.0
    [best] = rank(logits, [], linker, question, most=1)
    assert [names[t.expr.column] for t in best.sketch.select] == columns


def test_the_recipe_places_equal_values_by_their_columns() -> None:
    fields = [Field("人口", "number"), Field("面积", "number")]
    conditions = tuple(Condition(Term(Expr(i)), ">", Value("number", number=5.0)) for i in (0, 1))
    sketch = Sketch((Term(Expr(ALL)),), conditions=conditions)
    assert linked(Example("人口大于5或者面积大于5", fields, sketch, "")).spans == [(4, 5), (11, 12)]
    assert linked(Example("人口和面积都大于5", fields, sketch, "")).spans == [(8, 9), (8, 9)]


def test_the_grammar_may_bound_two_columns_at_once() -> None:
    fields = [Field("人口", "number"), Field("面积", "number")]
    made = [Conditions(fields, [[5, 6], [7, 8]], "城市", random.Random(s)) for s in range(40)]
    found = [(c, shared) for c in made if (shared := c.shared_bound(set()))]
    assert found
    for c, (words, connective) in found:
        text, spans = unmarked(words)
        assert len(c.conditions) == 2
        assert c.conditions[0].value == c.conditions[1].value
        assert spans[0] == spans[1]
        assert text[slice(*spans[0])].strip()
        assert connective in ("and", "or")


@pytest.mark.parametrize(("logit", "aggregates"), [(-1.5, ["", "SUM"]), (-5.0, [""])])
def test_groups_are_asked_for_something_where_something_is_possible(logit: float, aggregates: list[str]) -> None:
    logits = empty_logits(0)
    logits["select"][slot(0), 0] = logits["group"][slot(0)] = 6.0
    logits["select"][slot(1), AGGREGATES.index("SUM")] = logit
    [best] = rank(logits, [], LINKER, QUESTION, most=1)
    assert best.sketch.group == (0,)
    assert [t.aggregate for t in best.sketch.select] == aggregates


def test_something_is_always_selected() -> None:
    sketch = rank(empty_logits(0), [], LINKER, "？")[0].sketch
    assert len(sketch.select) == 1


def test_everything_is_selected_alone() -> None:
    logits = empty_logits(0)
    logits["select"][SPECIAL_COLUMNS.index(ALL), 0] = 6
    logits["select"][slot(0), 0] = 6
    assert rank(logits, [], LINKER, "所有信息")[0].sketch.select == (Term(Expr(ALL)),)


def test_arithmetic_takes_two_different_columns() -> None:
    logits = empty_logits(0)
    logits["select"][SPECIAL_COLUMNS.index(-2), 0] = 6
    logits["expression"][:] = -6
    logits["expression"][EXPRESSIONS.index("-")] = 6
    logits["left"][slot(1)] = logits["right"][slot(1)] = 5
    logits["right"][slot(2)] = 4
    assert rank(logits, [], LINKER, "人口减面积")[0].sketch.select == (Term(Expr(1, "-", 2)),)


def test_a_number_is_compared_with_one_column_unless_two_are_sure() -> None:
    question = "人口和面积大于500的城市"
    candidates = [c for c in LINKER.candidates(question, TODAY) if c.column in (1, 2)]
    for doubtful, conditions in ((0.5, 1), (6.0, 2)):
        logits = empty_logits(len(candidates))
        logits["op"][:] = -6
        logits["op"][0, OPS.index(">")] = 6
        logits["op"][1, OPS.index(">")] = doubtful
        logits["op"][1, 0] = 0
        assert len(rank(logits, candidates, LINKER, question)[0].sketch.conditions) == conditions


def test_tagged_pieces_are_found() -> None:
    tags = np.full((8, 3), -4.0, np.float32)
    tags[:, 0] = 4
    for i, kind in ((2, 1), (3, 2), (4, 2), (6, 1)):
        tags[i] = -4
        tags[i, kind] = 4
    assert pieces(tags, 1, 8) == [(1, 4), (5, 6)]


def test_of_many_columns_those_asked_about_are_read() -> None:
    fields = [Field(f"列{i}", "number") for i in range(MAX_READ + 20)] + FIELDS
    filler = SketchFiller(tiny_model(), tokenizer())
    filled = filler(QUESTION, Linker(fields), TODAY)
    assert len(filled.columns) == MAX_READ
    asked = {fields[c].name for c in filled.columns}
    assert {"人口", "城市", "面积"} <= asked


def test_a_checkpoint_is_read_back_as_it_was(tmp_path: Path) -> None:
    model = tiny_model()
    model.save_pretrained(tmp_path)
    again = SketchModel.from_pretrained(tmp_path).eval()
    made = encode(QUESTION, LINKER, LINKER.candidates(QUESTION, TODAY), tokenizer())
    batch = collate([made], 0)
    with torch.inference_mode():
        torch.testing.assert_close(model(**batch).select, again(**batch).select)


@pytest.mark.parametrize("seed", range(3))
def test_the_recipe_learns_its_examples(seed: int) -> None:
    from training.text2sql.data import Batches, to_item
    from training.text2sql.grammar import Grammar
    from training.text2sql.train import loss_of

    rng = random.Random(seed)
    cells: list[list[object]] = [
        ["北京", "上海", "广州"],
        [2100.0, 2400.0, 1800.0],
        [160.0, 63.0, 74.0],
        [date(1949, 1, 1), date(1950, 1, 1)],
    ]
    made = [e for _ in range(60) if (e := Grammar(FIELDS, cells, "城市表", rng).make())]
    items = [x for e in made[:24] if (x := to_item(e, Linker(e.fields), tokenizer(), rng))]
    assert len(items) >= 12
    assert sum(x.missed for x in items) <= 4, "the linker should find what the grammar says"
    batches = Batches(items, 12, 0, seed)
    model = tiny_model().train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(8):
        for batch in batches:
            loss = loss_of(model, batch)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
    assert losses[-1] < 0.6 * losses[0]
