"""What is said of how the cells of a column were read."""

from __future__ import annotations

from core.text2sql.cell_values import MOST_ODD, Parsed
from core.text2sql.grid import ColumnType, Note

_LONGEST = 12


def say_parsed(name: str, kind: ColumnType, parsed: Parsed, said: list[Note], year: int | None) -> None:
    """Add to `said` what reading the column changed: scales that were mixed, cells that are empty now, years added."""
    if parsed.scaled:
        base = parsed.unit or "个"
        said.append(
            (
                f"“{name}”里单位不一，已换算成同一单位（{base}）",
                f'"{name}" mixed several scales; all are now in one unit ({base})',
            )
        )
    if "serial" in parsed.how:
        said.append(
            (
                f"“{name}”里是电子表格的日期序号，已换成日期",
                f'"{name}" has days counted as spreadsheets do; they are dates now',
            )
        )
    if "year" in parsed.how:
        said.append((f"“{name}”没有写年份，按 {year} 年算", f'"{name}" names no year; {year} was taken'))
    if parsed.bad:
        zh, en = {"number": ("数字", "numbers"), "date": ("日期", "dates")}[kind]
        shown = [text[:_LONGEST] + ("…" if len(text) > _LONGEST else "") for text in parsed.odd[: MOST_ODD - 2]]
        listed = "、".join(shown) + (" …" if len(parsed.odd) > len(shown) else "")
        said.append(
            (
                f"“{name}”有 {parsed.bad:,} 格不是{zh}（{listed}），按空值处理",
                f'{parsed.bad:,} cells of "{name}" are no {en} ({listed}) and count as empty',
            )
        )
