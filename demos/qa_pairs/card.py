"""The QA pairs tab on the first view, in links and in decks."""

from __future__ import annotations

import core
from core.qa_pairs import MAX_CHARS
from demos.server.calls import Json
from demos.shell.card import Card, Link, examples, same, texts


def _show() -> Json:
    passage = examples("qa_pairs")[0]["text"]
    pair = core.load("qa_pairs")(passage, 1).pairs[0]
    return {"passage": passage, "question": pair.question, "answer": pair.answer, "span": list(pair.answer_span)}


CARD = Card(
    {"zh": "读一段文章，出题并自己检查", "en": "Questions about a passage, with a check"},
    {"zh": "CMRC、DRCD、WebQA 等七个问答集", "en": "CMRC, DRCD, WebQA and four more sets of questions"},
    (("qa_pairs", "qa-generator"), ("answer", "qa-reader")),
    lambda f: same(f"{f['qa-generator']['rouge_l']:.3f} ROUGE-L · {f['qa-reader']['f1']:.3f} F1, CMRC"),
    (
        ("学会提问的BERT", "https://kexue.fm/archives/7630"),
        ("DGCNN", "https://kexue.fm/archives/5409"),
        ("UniLM (arXiv)", "https://arxiv.org/abs/1905.03197"),
    ),
    _show,
)

LINK = Link(
    ("passage",),
    texts(passage=MAX_CHARS),
    lambda: [(e["label"], {"passage": e["text"]}) for e in examples("qa_pairs")],
)
