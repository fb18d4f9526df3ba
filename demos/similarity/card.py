"""The Similarity tab on the first view, in links and in decks."""

from __future__ import annotations

import core
from core.similarity import MAX_CHARS
from demos.server.calls import Json
from demos.shell.card import Card, Link, each, examples, read_examples, same, texts


def _show() -> Json:
    pair = examples("similarity")[1]  # an idiom, and what it means in other words
    found = core.load("similarity")(pair["text_a"], pair["text_b"]).to_dict()
    return {name: found[name] for name in ("tokens_a", "tokens_b", "weights_a", "weights_b", "plan", "wrd")}


CARD = Card(
    {"zh": "把一句的词搬到另一句上", "en": "Moving the words of one sentence onto another"},
    lambda _: {
        "zh": "STS-B、AFQMC 与三个推断集，6.4 万对",
        "en": "STS-B, AFQMC and three sets of inference, 64,000 pairs",
    },
    (("similarity", "similarity-encoder"), ("similarity", "similarity-static")),
    lambda f: same(each("similarity", f, "stsb_dev_wrd") + " Spearman, STS-B"),
    (
        ("从EMD、WMD到WRD", "https://spaces.ac.cn/archives/7388"),
        ("WRD (arXiv)", "https://arxiv.org/abs/2004.15003"),
    ),
    _show,
)

LINK = Link(
    ("a", "b", "model"),
    texts(a=MAX_CHARS, b=MAX_CHARS),
    lambda: read_examples(examples("similarity"), lambda row: {"a": row["text_a"], "b": row["text_b"]}),
)
