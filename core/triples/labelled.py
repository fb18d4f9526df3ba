"""Labelled sentences of a user's own, from JSON lines or CSV: what a head for other relations is trained on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.delimited import mark_of_header, rows_of
from core.errors import InputError, naming
from core.text import check_bytes, check_text, decode, normalise
from core.text_columns import check_no_workbook

MAX_BYTES = 4_000_000
MIN_SENTENCES, MAX_SENTENCES = 20, 500
# The models read 256 tokens, two of which mark the beginning and the end.
MAX_CHARS = 250
MAX_RELATIONS = 50
# A relation with fewer examples is hardly learnt; at least one must have as many.
MIN_EXAMPLES = 5
# Of one sentence, which bounds the memory that a batch takes; DuIE's longest list has 25.
_MAX_TRIPLES = 30
_MAX_NAME = 40
_PARTS = ("subject", "predicate", "object")
_LISTS = ("spo_list", "triples")
_JSON_NAMES = (".json", ".jsonl", ".ndjson")

# Where a record stands in its file, in Chinese and in English.
Place = tuple[str, str]


@dataclass(frozen=True)
class Labelled:
    """Sentences {"text", "spo_list": [{"subject", "predicate", "object"}]}, each text once, and their relations with
    the number of triples, the most frequent first."""

    rows: tuple[dict[str, Any], ...]
    relations: dict[str, int]


def read_labelled(data: bytes, name: str) -> Labelled:
    """The sentences of an uploaded file called `name`.

    JSON lines (or one JSON array) of {"text", "spo_list"}, where `spo_list` may be called `triples`; or CSV with the
    columns text, subject, predicate, object, one triple a row. Records of the same text are put together, and a triple
    that comes twice counts once. A sentence without triples is one that says nothing of these relations.

    Raises:
        InputError: no such file, a record that cannot be used (the message names its line), or too few or too many
            sentences, examples or relations.
    """
    check_bytes(data, MAX_BYTES)
    check_no_workbook(data)
    text = decode(data)
    is_json = name.lower().endswith(_JSON_NAMES) or text.lstrip()[:1] in ("{", "[")
    found: dict[str, dict[tuple[str, ...], None]] = {}
    for place, record in _json_records(text) if is_json else _csv_records(text):
        with naming(*place):
            sentence = text_of(record)
            triples = found.setdefault(sentence, {})
            triples.update(dict.fromkeys(triples_of(record, sentence)))
            if len(triples) > _MAX_TRIPLES:
                raise InputError(
                    f"一句话最多 {_MAX_TRIPLES} 个三元组", f"a sentence may have at most {_MAX_TRIPLES} triples"
                )
            if len(found) > MAX_SENTENCES:
                raise InputError(f"超过 {MAX_SENTENCES} 句", f"more than {MAX_SENTENCES} sentences")
    relations = Counter(predicate for triples in found.values() for _, predicate, _ in triples)
    _check_enough(len(found), relations)
    return labelled(found)


def labelled(found: Mapping[str, Iterable[tuple[str, ...]]]) -> Labelled:
    """Sentences with their triples, as records."""
    rows: tuple[dict[str, Any], ...] = tuple(
        {"text": s, "spo_list": [dict(zip(_PARTS, t, strict=True)) for t in ts]} for s, ts in found.items()
    )
    relations = Counter(spo["predicate"] for row in rows for spo in row["spo_list"])
    return Labelled(rows, dict(relations.most_common()))


def _check_enough(sentences: int, relations: Counter[str]) -> None:
    if sentences < MIN_SENTENCES:
        raise InputError(
            f"只有 {sentences} 句，至少要 {MIN_SENTENCES} 句",
            f"sentences: {sentences}; at least {MIN_SENTENCES} are needed",
        )
    if len(relations) > MAX_RELATIONS:
        raise InputError(
            f"有 {len(relations)} 种关系，上限 {MAX_RELATIONS} 种",
            f"relations: {len(relations)}; the limit is {MAX_RELATIONS}",
        )
    if max(relations.values(), default=0) < MIN_EXAMPLES:
        raise InputError(
            f"没有一种关系有 {MIN_EXAMPLES} 个例子，学不会", f"no relation has {MIN_EXAMPLES} examples to learn from"
        )


def _json_records(text: str) -> Iterator[tuple[Place, Any]]:
    if text.lstrip().startswith("["):
        items = _json(text)
        yield from (((f"第 {i} 项", f"item {i}"), item) for i, item in enumerate(items, 1))
        return
    # Not `splitlines`, which would cut a string at U+2028.
    for i, line in enumerate(text.split("\n"), 1):
        if line.strip():
            place = (f"第 {i} 行", f"line {i}")
            with naming(*place):
                item = _json(line)
            yield place, item


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:  # brackets without end, numbers of a thousand digits
        raise InputError("不是合法的 JSON", "not valid JSON") from error


def _csv_records(text: str) -> Iterator[tuple[Place, dict[str, str]]]:
    rows = rows_of(text, mark_of_header(text))
    filled = (row for row in rows if any(cell.strip() for cell in row))
    names = [name.strip().lower() for name in next(filled, [])]
    missing = [name for name in ("text", *_PARTS) if name not in names]
    if missing:
        raise InputError(
            f"缺少列 {'、'.join(missing)}：CSV 第一行应是 text,subject,predicate,object",
            f"no column {', '.join(missing)}: the first row of a CSV must be text,subject,predicate,object",
        )
    for row in filled:
        cells = row + [""] * (len(names) - len(row))
        yield (f"第 {rows.line} 行", f"line {rows.line}"), dict(zip(names, cells, strict=False))


def text_of(record: Any) -> str:
    """The sentence of a record. Raises InputError where there is none, or too long a one."""
    if not isinstance(record, dict):
        raise InputError('应是 {"text": …, "spo_list": […]}', 'must be {"text": ..., "spo_list": [...]}')
    if "text" not in record:
        raise InputError("缺少 text", "no text")
    text = check_text(record["text"], MAX_CHARS).strip()
    # Folding makes ㈱ three characters and ﷺ eighteen.
    if len(normalise(text).text) > MAX_CHARS:
        raise InputError(f"文字太长，上限 {MAX_CHARS} 字", f"the text is too long; the limit is {MAX_CHARS} characters")
    return text


def triples_of(record: dict[str, Any], text: str) -> Iterator[tuple[str, ...]]:
    """Subject, predicate and object of each triple of a record.

    Raises:
        InputError: subject or object does not stand in `text`, but for what is folded, or a part is missing or long.
    """
    if not any(name in record for name in _LISTS):
        if not any(name in record for name in _PARTS):
            raise InputError("缺少 spo_list（或 triples）", "no spo_list (or triples)")
        # A row of a CSV; a sentence without triples leaves its cells empty.
        listed: Any = [record] if any(str(record.get(name, "")).strip() for name in _PARTS) else []
    else:
        listed = next(record[name] for name in _LISTS if name in record)
    if not isinstance(listed, list) or not all(isinstance(triple, dict) for triple in listed):
        raise InputError("spo_list 应是三元组的列表", "spo_list must be a list of triples")
    folded = normalise(text).text
    for triple in listed:
        parts = tuple(_part(triple, name) for name in _PARTS)
        for piece in (parts[0], parts[2]):
            if normalise(piece).text not in folded:
                shown = piece[:_MAX_NAME]
                raise InputError(f"“{shown}”不在这句话里", f'"{shown}" does not stand in its text')
        yield parts


def _part(triple: dict[str, Any], name: str) -> str:
    value = triple.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"有三元组缺少 {name}", f"a triple has no {name}")
    most = _MAX_NAME if name == "predicate" else MAX_CHARS
    try:
        part = check_text(value, most).strip()
    except InputError as error:
        raise InputError(f"{name}：{error.zh}", f"{name}: {error.en}") from error
    if name == "predicate" and not part.isprintable():
        raise InputError("关系名里有换行或控制字符", "a relation's name holds line breaks or control characters")
    return part
