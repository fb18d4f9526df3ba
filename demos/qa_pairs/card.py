"""The QA pairs tab on the first view, in links and in decks."""

from __future__ import annotations

import core
from core.qa_pairs import MAX_CHARS
from demos.server.calls import Json
from demos.shell.card import Card, Link, examples, read_examples, same, texts

# Short enough for a card, with room for more than one question.
_PASSAGE = "1961年，世界自然基金会成立时选用大熊猫作为会徽。2021年，中国宣布野生大熊猫已有1800多只。"
_PAIRS = 2


def _show() -> Json:
    pairs = core.load("qa_pairs")(_PASSAGE, _PAIRS).pairs
    shown = ("question", "answer", "answer_span", "passed")
    return {"passage": _PASSAGE, "pairs": [{name: pair.to_dict()[name] for name in shown} for pair in pairs[:_PAIRS]]}


CARD = Card(
    {"zh": "读一段文章，出题并自己检查", "en": "Questions about a passage, with a check"},
    lambda _: {"zh": "CMRC、DRCD、WebQA 等七个问答集", "en": "CMRC, DRCD, WebQA and four more sets of questions"},
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
    lambda: read_examples(examples("qa_pairs"), lambda row: {"passage": row["text"]}),
)
