"""The Triples tab on the first view, in links and in decks."""

from __future__ import annotations

import core
from core import catalog
from core.triples import MAX_CHARS
from demos.server.calls import Json
from demos.shell.card import Card, Link, each, examples, same, texts

_MOST_EDGES = 6


def _show() -> Json:
    text = examples("triples")[0]["text"]
    found = sorted(core.load("triples")(text).triples, key=lambda fact: -fact.score)[:_MOST_EDGES]
    return {"edges": [[fact.subject, fact.predicate, fact.object] for fact in found]}


CARD = Card(
    {"zh": "从文字里抽出知识图谱", "en": "A knowledge graph out of text"},
    {"zh": "DuIE 2.0 与 SKE 抽样，1.2 万句", "en": "samples of DuIE 2.0 and SKE, 12,000 sentences"},
    tuple(("triples", name) for name in catalog.bundled("triples")),
    lambda f: same(each("triples", f, "duie2_dev_f1") + " F1, DuIE 2.0"),
    (
        ("用bert4keras做三元组抽取", "https://spaces.ac.cn/archives/7161"),
        ("GPLinker", "https://spaces.ac.cn/archives/8888"),
        ("DGCNN", "https://spaces.ac.cn/archives/6671"),
        ("CasRel (arXiv)", "https://arxiv.org/abs/1909.03227"),
    ),
    _show,
)

LINK = Link(
    ("text", "model"),
    texts(text=MAX_CHARS),
    lambda: [(e["label"], {"text": e["text"]}) for e in examples("triples")],
)
