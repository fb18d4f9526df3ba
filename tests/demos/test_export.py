from __future__ import annotations

import csv
import io
import json

from demos.views.export import to_csv, to_grid, to_json


def test_csv_reads_back_and_carries_the_mark_excel_needs() -> None:
    text = to_csv(["a", "b"], [{"a": '逗号,"引号"\n换行', "b": 0.5, "extra": 1}])
    assert text.startswith("\ufeff")
    assert list(csv.DictReader(io.StringIO(text[1:]))) == [{"a": '逗号,"引号"\n换行', "b": "0.5"}]


def test_formulas_are_defused() -> None:
    text = to_csv(["a"], [{"a": cell} for cell in ("=cmd|' /C calc'!A0", "+1", "-1", "@x", "好")])
    cells = [row["a"] for row in csv.DictReader(io.StringIO(text[1:]))]
    assert cells == ["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@x", "好"]


def test_a_header_that_is_data_is_defused_too() -> None:
    text = to_grid([["", "=1+1", "同一句", "同一句"], ["=1+1", 1.0, -0.5, 0]])
    assert list(csv.reader(io.StringIO(text[1:]))) == [["", "'=1+1", "同一句", "同一句"], ["'=1+1", "1.0", "-0.5", "0"]]


def test_json_keeps_chinese_readable() -> None:
    text = to_json({"a": "吴京"})
    assert "吴京" in text
    assert json.loads(text) == {"a": "吴京"}
