"""Which rows below a header are not of the table: totals, titles of groups, repeated headers, remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from core.text2sql.cells import cell_text, is_empty
from core.text2sql.grid import LeftKind, Merge, Row, filled_cells, squeezed
from core.text2sql.headers import Header, Kind, column_kinds, is_statement, kind_of
from core.text2sql.totals import Words, may_have_words, summing_words, sums_of

# Columns in which totals are named, rows at the end that may be remarks, rows whose cells are all looked at.
_LABELS, _REMARKS, _SMALL, _LONG = 6, 60, 5_000, 20_000
_SAMPLE = 100
_NOTE = re.compile(
    r"[（(【\[*※＊•·]?\s*(?:备?注|说明|附注|附|特别说明|温馨提示|提示|数据来源|资料来源|来源|制表|填表|编制|审核|复核|审批|批准|负责人|单位负责人|财务负责人|经办|签字|签名|签章|盖章"
    r"|打印|导出|更新|截至|截止|统计|口径|单位|联系人|联系电话|主管|会计|出纳|报送|填报|制单|记账|领款|收款|以上|以下空白|其中|日期|note|source|remark|prepared|updated)"
    r"[^:：]{0,12}[:：]",
    re.IGNORECASE,
)
_FOOT = re.compile(
    r"(?:共|总共|合计)\s*[\d,]+\s*(?:条|行|页|项|笔|人|个|户|件)(?:记录|数据)?.*|第\s*\d+\s*页.*|[—\-－*\s]*以下空白[—\-－*\s]*|[—\-－*\s]*(?:完|结束|END|无正文)[—\-－*\s]*"
    r"|\(?[\d,]+ rows?.*|page \d+.*|数据来源.*|资料来源.*|来源于.*|注[\d一二三①-⑩].*|[—\-－_=*]{4,}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[。；;]|.[：:].|^[※＊*①-⑩]|^\(?\d[)）、.]\s*\D|^注")
_GROUP = re.compile(
    r"(?:[一二三四五六七八九十]+|[(（][一二三四五六七八九十\d]+[)）]|第.{1,3}[章节部分组类期季])[、.．\s]?|【.*】$|.*[:：]$|[■●◆▲▼]"
)


@dataclass
class Judged:
    """Places of the rows that are left out, by place; the titles of groups among them."""

    kinds: dict[int, LeftKind] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)

    def mark(self, at: int, kind: LeftKind) -> None:
        self.kinds.setdefault(at, kind)


class Judge:
    """Looks at the rows from `header.body` on."""

    def __init__(self, rows: Sequence[Row], header: Header, merges: Sequence[Merge], back: frozenset[int]) -> None:
        self.rows, self.header, self.begin = rows, header, header.body
        self.back = back  # places
        self.found = Judged()
        self.filled = self._filled()
        self.shortest = min(map(len, rows[self.begin :]), default=0)
        some = self.filled[self.filled > 0]
        self.typical = float(np.median(some)) if len(some) else 0.0
        width = max(len(header.names), max((len(r) for r in rows[self.begin : self.begin + 200]), default=0))
        usual = [rows[i] for i in self._places(self.filled >= max(1.0, self.typical * 0.6), _SAMPLE)]
        self.kinds: list[Kind] = column_kinds(usual, width)
        self.texts = [i for i, kind in enumerate(self.kinds) if kind in ("text", "date")]
        self.numbers = [i for i, kind in enumerate(self.kinds) if kind == "number"]
        self.wide = {top: (left, right) for top, left, bottom, right in merges if right > left and top == bottom}
        shares = [sum(not self._blank(r, c) for c in self.texts) for r in usual]
        self.usual_texts = float(np.median(shares)) if shares else 0.0

    def judge(self) -> Judged:
        """What is left out of the rows."""
        self._headers()
        self._totals()
        self._foot()
        self._unnamed_total()
        self._labels()
        # A table of nothing but totals has no other rows.
        if len(self.found.kinds) - len(self.found.labels) >= max(1, int((self.filled > 0).sum())):
            totals = [at for at, kind in self.found.kinds.items() if kind == "total"]
            for at in totals:
                del self.found.kinds[at]
        return self.found

    def _filled(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Cells with something in them, row by row; in a long table blanks count as something."""
        rows = self.rows[self.begin :]
        if len(rows) <= _SMALL:
            return np.array([len(filled_cells(row)) for row in rows], dtype=np.int64)
        counts = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        counts -= np.fromiter((row.count("") for row in rows), dtype=np.int64, count=len(rows))
        if isinstance(rows[0], list):  # cells of text files are never None
            counts -= np.fromiter((row.count(None) for row in rows), dtype=np.int64, count=len(rows))
        return counts

    def _places(self, mask: np.ndarray[tuple[int], np.dtype[np.bool_]], most: int = 0) -> list[int]:
        """Places of the rows in `mask`; with `most` of about so many of them, from all over the table."""
        found = np.flatnonzero(mask)
        step = max(1, len(found) // most) if most else 1
        return [self.begin + i for i in found[::step].tolist()]

    def _column(self, column: int) -> list[object]:
        rows = self.rows[self.begin :]
        if self.shortest > column:
            return [row[column] for row in rows]
        return [row[column] if column < len(row) else "" for row in rows]

    def _blank(self, row: Row, column: int) -> bool:
        return column >= len(row) or is_empty(row[column])

    def count(self, at: int) -> int:
        """Cells of row `at` that say something."""
        return int(self.filled[at - self.begin])

    def _is_kept(self, at: int) -> bool:
        return self.count(at) > 0 and at not in self.found.kinds

    def _mark(self, at: int, kind: LeftKind) -> None:
        if at not in self.back:
            self.found.mark(at, kind)

    def _headers(self) -> None:
        for place in self.header.rows:
            row = self.rows[place]
            column = next((i for i, cell in enumerate(row) if not is_empty(cell)), None)
            if column is None or len(filled_cells(row)) < 2:
                continue
            first, same = row[column], [cell_text(cell) for cell in row]
            cells = self._column(column)
            if first in cells:
                for i in (i for i, cell in enumerate(cells, self.begin) if cell == first):
                    if [cell_text(cell) for cell in self.rows[i]] == same:
                        self._mark(i, "header")

    def _totals(self) -> None:
        hits: dict[int, tuple[int, str]] = {}
        words = Words(set(), set(), set(), set())
        most = _LABELS if len(self.filled) <= _LONG else _LABELS // 2
        for column in [c for c in range(len(self.kinds)) if c < most or c in self.texts[:most]]:
            cells = self._column(column)
            # Cells of text files are all text.
            texts = cells if isinstance(self.rows[0], tuple) else [cell for cell in cells if type(cell) is str]
            if not may_have_words(cast(list[str], texts)):
                continue
            here = summing_words(set(cast(list[str], texts)))
            words = Words(*(all_of | some for all_of, some in zip(words, here, strict=True)))
            wanted = set().union(*here)
            if wanted:
                for i, cell in enumerate(cells, self.begin):
                    if type(cell) is str and cell in wanted:
                        hits.setdefault(i, (column, cell))
        marked = [at for at, (column, text) in hits.items() if self._sums(at, column, text, words)]
        if len(marked) * 2 <= int((self.filled > 0).sum()) or all(hits[at][1] in words.strong for at in marked):
            for at in marked:
                self._mark(at, "total")
        self._wholes([at for at, (_, text) in hits.items() if text in words.whole])

    def _wholes(self, places: list[int]) -> None:
        """Mark the rows that are called the whole of something and whose numbers are sums of the others'."""
        if len(self.filled) > _SMALL or not 0 < len(places) <= 3:
            return
        for at in places:
            others = [i for i in range(self.begin, len(self.rows)) if self._is_kept(i) and i != at]
            sums, _, seen = sums_of(self.rows, at, self.numbers, others)
            if sums and sums * 2 >= seen:
                self._mark(at, "total")

    def _sums(self, at: int, column: int, text: str, words: Words) -> bool:
        """Whether the row that has such a word in `column` sums up others."""
        row = self.rows[at]
        if text in words.strong:
            return sum(not self._blank(row, c) for c in self.texts if c < column) <= 2
        if text in words.whole or all(self._blank(row, c) for c in range(len(row)) if c != column):
            return False
        fewer = sum(not self._blank(row, c) for c in self.texts) < self.usual_texts
        alone = column == next(iter(self.texts), column)
        if text in words.prefixed:
            return fewer or (alone and self.usual_texts <= 1.5)
        return fewer or (alone and self._ends(at))

    def _ends(self, at: int) -> bool:
        """Whether nothing but sums, remarks and blank rows comes after row `at`."""
        if at + _REMARKS < len(self.rows):
            return False
        for i in range(at + 1, len(self.rows)):
            words = {c for c in self.rows[i] if type(c) is str}
            if self.count(i) > 1 and not any(summing_words(words)) and not any(map(is_statement, words)):
                return False
        return True

    def _foot(self) -> None:
        """Remarks at the end, from the last row upwards."""
        bottom, at = max(self.begin, len(self.rows) - _REMARKS), len(self.rows) - 1
        while at >= bottom:
            if self.count(at) and at not in self.found.kinds:
                if not self._is_remark(at, bottom):
                    return
                self._mark(at, "note")
                if at in self.back:
                    return
            at -= 1

    def _is_remark(self, at: int, bottom: int) -> bool:
        filled = filled_cells(self.rows[at])
        text = cell_text(filled[0]).strip() if filled else ""
        if not filled or not isinstance(filled[0], str):
            return False
        if _FOOT.fullmatch(text) and len(filled) <= 2:
            return True
        if self.typical < 2:
            return bool(_NOTE.match(text)) and self._apart(at, bottom)
        stated = sum(map(is_statement, filled))
        if stated and (_NOTE.match(text) or stated * 2 >= len(filled)):
            return len(filled) < max(self.typical, 2) or stated * 2 >= len(filled)
        if len(filled) > 1:
            return bool(re.match(r"\s*(?:备?注|说明)\s*[\d：:]", text)) and len(filled) < self.typical
        if _NOTE.match(text) or len(text) > 20 or _SENTENCE.search(text):
            return True
        return self._apart(at, bottom) and (self.typical >= 3 or self._blank(self.rows[at], 0))

    def _apart(self, at: int, bottom: int) -> bool:
        """Whether a blank row or a sum stands above, other remarks between."""
        while at > bottom:
            at -= 1
            if not self.count(at) or self.found.kinds.get(at) == "total":
                return True
            if self.count(at) > 1:
                return False
        return False

    def _unnamed_total(self) -> None:
        last = next((i for i in range(len(self.rows) - 1, self.begin, -1) if self._is_kept(i)), None)
        if last is None or not self.texts or not self.numbers or "total" in self.found.kinds.values():
            return
        if any(not self._blank(self.rows[last], c) for c in self.texts):
            return
        kept = [i for i in range(self.begin, last) if self._is_kept(i)]
        sums, means, seen = sums_of(self.rows, last, self.numbers, kept)
        if len(kept) > 2 and seen and seen in (sums, means):
            self._mark(last, "total")

    def _labels(self) -> None:
        """Rows with one cell that names the rows below."""
        if self.typical < 2:
            return
        singles: list[tuple[int, int, bool]] = []
        for at in self._places(self.filled == 1):
            if at in self.found.kinds or at in self.back:
                continue
            column = next(i for i, cell in enumerate(self.rows[at]) if not is_empty(cell))
            if kind_of(self.rows[at][column]) == "text":
                singles.append((at, column, self._heads(at, column)))
        sure = {column for _, column, certain in singles if certain}
        often = [column for _, column, certain in singles if certain]
        for at, column, certain in singles:
            if self._next(at) and (certain or (column in sure and often.count(column) > 1)):
                self._mark(at, "label")
                self.found.labels[at] = squeezed_label(self.rows[at][column])

    def _heads(self, at: int, column: int) -> bool:
        """Whether something beside its being alone shows that a row names those below."""
        text = cell_text(self.rows[at][column]).strip()
        span = self.wide.get(at)
        if span and span[0] == column:
            return True
        above = at - 1
        # A blank row, a sum or the header above, and the table's usual rows below.
        fresh = above < self.begin or not self.count(above) or above in self.found.kinds
        return fresh or self.kinds[column] == "number" or bool(_GROUP.match(text))

    def _next(self, at: int) -> bool:
        """Whether rows of the table come below row `at`, perhaps after another title."""
        for i in range(at + 1, min(at + 6, len(self.rows))):
            if i in self.found.kinds:
                if self.found.kinds[i] == "header":
                    continue
                return False
            if self.count(i) > 1:
                return True
        return False


def squeezed_label(cell: object) -> str:
    """The title of a group as a value: 一、研发部： is 研发部."""
    text = cell_text(cell).strip().strip("【】■●◆▲▼ ").rstrip(":：").strip()
    return text or squeezed(cell)
