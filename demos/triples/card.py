"""The Triples tab on the first view, in links and in decks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import core
from core import catalog
from core.errors import InputError
from core.triples import MAX_CHARS
from demos.server.calls import Json
from demos.shell.card import Card, Input, Link, each, same, texts
from demos.triples import events, text

_MOST_EDGES = 6


# A company, its founder and his daughter, who is told of as "his".
_SHOWN = 1


def _show() -> Json:
    shown = text.examples()[_SHOWN].input["text"]
    found = sorted(core.load("triples")(shown).triples, key=lambda fact: -fact.score)[:_MOST_EDGES]
    return {"edges": [[fact.subject, fact.predicate, fact.object] for fact in found]}


CARD = Card(
    {"zh": "从文字里抽出知识图谱", "en": "A knowledge graph out of text"},
    lambda _: {
        "zh": "DuIE 2.0 与 SKE 抽样，1.2 万句；事件：DuEE 1.0，1.1 万句",
        "en": "samples of DuIE 2.0 and SKE, 12,000 sentences; events: DuEE 1.0, 11,000",
    },
    tuple((task, name) for task in ("triples", "events") for name in catalog.bundled(task)),
    lambda f: same(each("triples", f, "duie2_dev_f1") + " F1, DuIE 2.0"),
    (
        ("用bert4keras做三元组抽取", "https://spaces.ac.cn/archives/7161"),
        ("GPLinker", "https://spaces.ac.cn/archives/8888"),
        ("GPLinker：事件", "https://spaces.ac.cn/archives/8926"),
        ("DGCNN", "https://spaces.ac.cn/archives/6671"),
        ("CasRel (arXiv)", "https://arxiv.org/abs/1909.03227"),
    ),
    _show,
)

_read_text = texts(text=MAX_CHARS)


def _read(given: Mapping[str, Any]) -> Input:
    """The text, and as `mode` the pane where it is not the first."""
    found, mode = _read_text(given), given.get("mode")
    if mode is None:
        return found
    if mode != events.MODE:
        raise InputError(f"没有这种方式，可用：{events.MODE}", f"no such mode; there is {events.MODE}")
    return found | {"mode": events.MODE}


LINK = Link(
    ("text", "model", "mode"),
    _read,
    lambda: [*text.examples(), *events.examples()],
)
