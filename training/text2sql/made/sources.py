"""Tables from the data folder, cleaned into the rows that questions are run on."""

# Lists of phrases read best as they are; the SQL is data.
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import InputError
from training.common import read_jsonl
from training.text2sql.examples import to_table

Plain = dict[str, Any]


def written_tables(data: Path) -> list[Plain]:
    """The tables of the written questions, as they stand."""
    return [{**t, "rows": [list(r) for r in t["rows"]]} for t in read_jsonl(data / "written_tables_train.jsonl")]


def cleaned(found: dict[str, Any], table_id: str) -> Plain | None:
    """A table of another set with its cells read as text, numbers and dates."""
    try:
        table = to_table(found)
    except InputError:
        return None
    if len(table.columns) < 2 or len(table) < 3:
        return None
    cells: list[list[Any]] = []
    for i, column in enumerate(table.columns):
        series = table.frame.iloc[:, i]
        if column.type == "date":
            cells.append([None if pd.isna(x) else pd.Timestamp(x).date().isoformat() for x in series])
        elif column.type == "number":
            cells.append([None if pd.isna(x) else int(x) if float(x).is_integer() else float(x) for x in series])
        else:
            cells.append([None if pd.isna(x) else str(x) for x in series])
    header = [c.name for c in table.columns]
    if any(not h or len(h) > 24 for h in header):
        return None
    return {
        "table_id": table_id, "name": table.name or "", "header": header, "types": [c.type for c in table.columns],
        "rows": [list(r) for r in zip(*cells, strict=True)][:120],
    }  # fmt: skip


def _only(table: dict[str, Any], keep: list[int]) -> dict[str, Any]:
    """The table with the columns `keep`."""
    found = {**table, "header": [table["header"][k] for k in keep], "rows": [[r[k] for k in keep] for r in table["rows"]]}
    if table.get("types"):
        found["types"] = [table["types"][k] for k in keep]
    return found


class Others:
    """Tables of dusql, spdb, retqa and imtqa, each cleaned when it is first drawn."""

    def __init__(self, data: Path) -> None:
        self._found: list[tuple[str, dict[str, Any]]] = []
        self._clean: dict[str, Plain | None] = {}
        for i, t in enumerate(read_jsonl(data / "dusql_tables.jsonl")):
            keep = [k for k, h in enumerate(t["header"]) if not h.endswith(("id", "ID"))]
            if len(keep) > 2:
                self._add(f"du-{i}", _only(t, keep))
        for name, every in (("spdb_train", 1), ("retqa_train", 40), ("imtqa_vertical_train", 4)):
            seen: set[str] = set()
            with (data / f"{name}.jsonl").open(encoding="utf-8") as lines:
                for i, line in enumerate(lines):
                    if i % every:
                        continue
                    table = json.loads(line)["table"]
                    key = json.dumps(table["header"], ensure_ascii=False)
                    if key not in seen:
                        keep = [k for k, h in enumerate(table["header"]) if not h.endswith(("id", "ID"))]
                        if len(keep) > 1:
                            self._add(f"{name[:3]}-{i}", _only(table, keep))
                    seen.add(key)

    def _add(self, table_id: str, table: dict[str, Any]) -> None:
        self._found.append((table_id, table))

    def draw(self, rng: random.Random) -> Plain:
        """One of the tables that can be read."""
        while True:
            table_id, raw = rng.choice(self._found)
            if table_id not in self._clean:
                self._clean[table_id] = cleaned(raw, table_id)
            table = self._clean[table_id]
            if table is not None:
                return table
