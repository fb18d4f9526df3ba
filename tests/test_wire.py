"""What travels between the app and a cluster: the same values arrive, and bytes from outside make nothing else."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, get_type_hints

import numpy as np
import pytest

from core import tasks
from core.errors import InputError
from core.text2sql.sketch import Condition, Expr, Sketch, Term, Value
from core.text2sql.table_files import read_table
from core.wire import NotWire, UnknownTable, pack, pack_table, unpack, unpack_table
from core.xiangqi.pipeline import Position
from core.xiangqi.session import read_game
from core.xiangqi.settings import Settings
from demos.xiangqi.thinking import Onlooker

TABLE = "项目,金额,日期\n甲,12,2024-01-02\n乙,,2024-03-04\n丙,7,\n".encode()
HALVES = "品名,价\n茶,1.5\n,2.25\n".encode()

NEW_YEAR = Value("date", begin=date(2024, 1, 1), until=date(2024, 1, 2))


def travelled(value: Any) -> Any:
    return unpack(json.loads(json.dumps(pack(value))))


@pytest.mark.parametrize(
    "value",
    [
        None,
        -1.5,
        "半个 \ud83d 表情",
        [1, (2, [3.0]), {"$": "tuple", "a": {1: "x", (2, 3): None}}],
        date(2024, 2, 29),
        datetime(2024, 2, 29, 12, 30),
        Settings(0.5, 3, seed=7),
        Sketch(
            (Term(Expr(-1), "count"),), conditions=(Condition(Term(Expr(1)), "=", Value("date", begin=date(1, 1, 1))),)
        ),
    ],
)
def test_a_value_arrives_as_it_was(value: Any) -> None:
    found = travelled(value)
    assert found == value
    assert type(found) is type(value)


def test_who_looks_on_stays_here() -> None:
    asked = Position(read_game("h2e2"), Settings(), watcher=Onlooker())
    assert travelled(asked).watcher is None
    assert travelled(asked).game.moves == asked.game.moves


def test_numbers_arrive_to_the_last_bit_and_may_be_written_to() -> None:
    for kind in ("float32", "float64", "int64", "bool"):
        array = np.arange(6).reshape(2, 3).astype(kind)
        found = travelled({"array": array})["array"]
        assert found.dtype == array.dtype
        assert (found == array).all()
        found[0, 0] = 1
    assert np.isnan(travelled(float("nan")))
    assert travelled(np.float32(0.1)) == float(np.float32(0.1))


def test_an_input_error_keeps_both_languages() -> None:
    found = travelled(InputError("太长", "too long"))
    assert isinstance(found, InputError)
    assert (found.zh, found.en) == ("太长", "too long")


def test_a_game_arrives_with_its_moves_from_its_position() -> None:
    game = read_game("h2e2 h9g7 e2e6")
    found = travelled(game)
    assert found.moves == game.moves
    assert found.board.key() == game.board.key()
    assert (found.board.quiet, found.status()) == (game.board.quiet, game.status())


ROWS: dict[str, dict[str, Any]] = {
    "triples": {"text": "雷軍畢業於㎡大學", "threshold": 0.3},
    "triples_by_example": {
        "text": "甲公司買下乙公司",
        "examples": [{"text": "丙買下丁", "subject": "丙", "predicate": "收购", "object": "丁"}],
    },
    "events": {"text": "張三與李四結婚", "threshold": 0.3},
    "qa_pairs": {"passage": "泼水节已有700年的历史，是傣族的节日。", "answer": "700年"},
    "answer": {"passage": "泼水节已有700年的历史。", "question": "有多少年？"},
    "qa_pairs_by_example": {
        "passage": "泼水节已有700年的历史，是傣族的节日。",
        "examples": [{"passage": "青石橋長62米，是石橋。", "question": "橋多長？", "answer": "62米"}],
    },
    "xiangqi": {"moves": "h2e2 h9g7", "search": 10},
    "similarity": {"text_a": "花呗怎么还款", "text_b": "怎么还花呗", "norms": False},
    "similarity_by_example": {
        "text_a": "花呗怎么还款",
        "text_b": "怎么还花呗",
        "examples": [{"text_a": "怎么改密码", "text_b": "密码在哪改", "alike": True}],
    },
    "text2sql": {"question": "金牌最多的国家", "table": {"header": ["国家", "金牌"], "rows": [["中国", 38]]}},
}


@pytest.mark.parametrize("name", tasks.names())
def test_a_checked_request_of_every_task_arrives_as_it_was(name: str) -> None:
    task = tasks.find(name)
    asked = task.pipeline_class.normalise(task.operations[0].read_row(ROWS[name]))
    tables: dict[str, Any] = {}
    sent = json.loads(json.dumps(pack([asked, InputError("坏", "bad")], tables)))
    arrived, refused = unpack(sent, tables.__getitem__)
    assert type(arrived) is type(asked) is get_type_hints(task.pipeline_class.normalise)["return"]
    assert pack(arrived) == pack(asked)
    assert refused.en == "bad"


@pytest.mark.parametrize("data", [TABLE, HALVES], ids=["whole", "halves"])
def test_a_table_is_sent_by_its_key_and_arrives_whole_where_it_is_asked_for(data: bytes) -> None:
    table = read_table(data, "表.csv")
    tables: dict[str, Any] = {}
    sent = json.loads(json.dumps(pack({"table": table}, tables)))
    assert tables == {table.key: table}
    with pytest.raises(UnknownTable):
        unpack(sent)
    found = unpack_table(json.loads(json.dumps(pack_table(table))))
    assert found.frame.equals(table.frame)
    assert found.frame.dtypes.equals(table.frame.dtypes)
    assert found.to_dict() == table.to_dict()
    assert (found.key, found.size) == (table.key, table.size)
    assert unpack(sent, {table.key: found}.__getitem__)["table"] is found


@pytest.mark.parametrize(
    "sent",
    [
        {"$": "os:system", "v": {"command": "true"}},
        {"$": "core.wire:importlib", "v": {}},
        {"$": "core.catalog:find", "v": {"task": "triples"}},
        {"$": "core.text2sql.table:Table", "v": {}},
        {"$": "core.nowhere:Settings", "v": {}},
        {"$": "core.xiangqi.settings:Settings", "v": {"colour": "red"}},
        {"$": "core.xiangqi.settings:Settings", "v": [1]},
        {"$": "array", "type": "|O", "shape": [1], "v": "AAAAAAAAAAA="},
        {"$": "array", "type": "<f4", "shape": [1 << 40], "v": ""},
        {"$": "date", "v": "yesterday"},
        {"$": "game", "start": [[0] * 90, 0, 0, 1], "moves": []},
        {"$": "game", "start": [*pack(read_game())["start"]], "moves": [0]},
        {"$": []},
        {"$": "tuple"},
    ],
)
def test_anything_else_is_refused(sent: Any) -> None:
    with pytest.raises((NotWire, InputError)):
        unpack(sent)


def test_what_is_no_data_does_not_travel() -> None:
    for value in (object(), print, {1, 2}, [np.array(["a"])]):
        with pytest.raises(TypeError, match="does not travel"):
            pack(value)
