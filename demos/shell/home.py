"""The first view: a card for each task, with what its model makes of an example here and now, and what it is."""

from __future__ import annotations

import json
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from safetensors import SafetensorError

import core
from core import catalog
from core.errors import InputError
from core.xiangqi.session import read_game
from core.xiangqi.settings import Settings
from demos.assets import EXAMPLES
from demos.server.calls import Json, answering, place
from demos.shell.i18n import both
from demos.shell.views import Home
from demos.text2sql.tables import example

NAME = "home"

# The latency is the median of so many runs, after one that is not counted; fewer where that would take longer than so
# many milliseconds.
_RUNS, _PATIENCE = 5, 1_000
_MOST_EDGES = 6
_OPENING = "h2e2 h9g7 h0g2 i9h9"
# Requests that may wait for a first run; all later ones find its outcome.
_waiting = threading.BoundedSemaphore(8)
_one_at_a_time = threading.Lock()
_done: dict[str, Json] = {}

Words = dict[str, str]


@dataclass(frozen=True)
class _Card:
    """What a card says besides what is read from the models: {zh, en}, and (title, address) of posts and papers."""

    says: Words
    data: Words
    models: tuple[tuple[str, str], ...]
    figure: Callable[[dict[str, dict[str, float]]], Words]
    links: tuple[tuple[str, str], ...]


def _each(task: str, figures: dict[str, dict[str, float]], key: str) -> str:
    """One figure of every model of a task."""
    return " / ".join(f"{figures[name][key]:.3f}" for name in catalog.bundled(task))


def _same(text: str) -> Words:
    return {"zh": text, "en": text}


_CARDS: dict[str, _Card] = {
    "triples": _Card(
        {"zh": "从文字里抽出知识图谱", "en": "A knowledge graph out of text"},
        {"zh": "DuIE 2.0 与 SKE 抽样，1.2 万句", "en": "samples of DuIE 2.0 and SKE, 12,000 sentences"},
        tuple(("triples", name) for name in catalog.bundled("triples")),
        lambda f: _same(_each("triples", f, "duie2_dev_f1") + " F1, DuIE 2.0"),
        (
            ("用bert4keras做三元组抽取", "https://spaces.ac.cn/archives/7161"),
            ("GPLinker", "https://spaces.ac.cn/archives/8888"),
            ("DGCNN", "https://spaces.ac.cn/archives/6671"),
            ("CasRel (arXiv)", "https://arxiv.org/abs/1909.03227"),
        ),
    ),
    "qa_pairs": _Card(
        {"zh": "读一段文章，出题并自己检查", "en": "Questions about a passage, with a check"},
        {"zh": "CMRC、DRCD、WebQA 等七个问答集", "en": "CMRC, DRCD, WebQA and four more sets of questions"},
        (("qa_pairs", "qa-generator"), ("answer", "qa-reader")),
        lambda f: _same(f"{f['qa-generator']['rouge_l']:.3f} ROUGE-L · {f['qa-reader']['f1']:.3f} F1, CMRC"),
        (
            ("学会提问的BERT", "https://kexue.fm/archives/7630"),
            ("DGCNN", "https://kexue.fm/archives/5409"),
            ("UniLM (arXiv)", "https://arxiv.org/abs/1905.03197"),
        ),
    ),
    "xiangqi": _Card(
        {"zh": "把棋谱当语言的 GPT", "en": "A GPT that reads games as a language"},
        {"zh": "人类对局 26,489 局，引擎对局 4,390 局", "en": "26,489 games of people, 4,390 of an engine"},
        (("xiangqi", "xiangqi-board"), ("xiangqi", "xiangqi-moves")),
        lambda f: {
            "zh": f"Elo {f['xiangqi-board']['elo']:.0f} · 首选合法 {f['xiangqi-board']['legal_argmax']:.1%}",
            "en": f"Elo {f['xiangqi-board']['elo']:.0f} · likeliest legal {f['xiangqi-board']['legal_argmax']:.1%}",
        },
        (("当GPT遇上中国象棋", "https://kexue.fm/archives/7877"),),
    ),
    "similarity": _Card(
        {"zh": "把一句的词搬到另一句上", "en": "Moving the words of one sentence onto another"},
        {"zh": "STS-B、AFQMC 与三个推断集，6.4 万对", "en": "STS-B, AFQMC and three sets of inference, 64,000 pairs"},
        (("similarity", "similarity-encoder"), ("similarity", "similarity-static")),
        lambda f: _same(_each("similarity", f, "stsb_dev_wrd") + " Spearman, STS-B"),
        (
            ("从EMD、WMD到WRD", "https://spaces.ac.cn/archives/7388"),
            ("WRD (arXiv)", "https://arxiv.org/abs/2004.15003"),
        ),
    ),
    "text2sql": _Card(
        {"zh": "用中文问一张表", "en": "Ask a table in Chinese"},
        {"zh": "五个表格问答集与语法生成的问题", "en": "five sets of questions about tables, and a grammar's"},
        (("text2sql", "text2sql-sketch"),),
        lambda f: {
            "zh": "答对 " + _shares(f["text2sql-sketch"]),
            "en": "right rows: " + _shares(f["text2sql-sketch"]),
        },
        (
            ("基于Bert的NL2SQL模型", "https://spaces.ac.cn/archives/6771"),
            ("SQLova (arXiv)", "https://arxiv.org/abs/1902.01069"),
        ),
    ),
}


def _shares(figures: dict[str, float]) -> str:
    names = {"retqa": "RETQA", "imtqa": "IM-TQA", "spdb": "SPDB"}
    return " · ".join(f"{name} {figures[key]:.0%}" for key, name in names.items())


def _model(kind: str, name: str) -> Json | None:
    """What a model is, or None where it is missing or damaged: its tab tells, and the page opens all the same."""
    try:
        found = catalog.find(kind, name)
        return {
            "name": name,
            "parameters": found.parameters,
            "megabytes": found.size / 1e6,
            "figures": found.figures,
        }
    except (InputError, OSError, ValueError, SafetensorError):
        return None


def _facts(task: str) -> Json:
    card = _CARDS[task]
    models = [found for kind, name in card.models if (found := _model(kind, name))]
    try:
        figure = card.figure({model["name"]: model.pop("figures") for model in models})
    except KeyError:
        figure = _same("—")
    return {
        "task": task,
        "title": both(f"{task}_tab"),
        "says": card.says,
        "data": card.data,
        "figure": figure,
        "models": models,
        "links": [{"title": title, "url": url} for title, url in card.links],
    }


def _first(task: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / task / "examples.json").read_text(encoding="utf-8"))[0]
    return found


def _triples() -> Json:
    text = _first("triples")["text"]
    found = sorted(core.load("triples")(text).triples, key=lambda fact: -fact.score)[:_MOST_EDGES]  # type: ignore[operator]
    return {"edges": [[fact.subject, fact.predicate, fact.object] for fact in found]}


def _qa_pairs() -> Json:
    passage = _first("qa_pairs")["text"]
    pipeline: Any = core.load("qa_pairs")
    pair = pipeline(passage, 1).pairs[0]
    return {"passage": passage, "question": pair.question, "answer": pair.answer, "span": list(pair.answer_span)}


def _xiangqi() -> Json:
    game = read_game(_OPENING)
    pipeline: Any = core.load("xiangqi")
    found = pipeline.play(game, Settings(0.0)).candidates[:3]
    return {"candidates": [[move.move, move.probability] for move in found], "moves": _OPENING.split()}


def _similarity() -> Json:
    pair = _first("similarity")
    pipeline: Any = core.load("similarity")
    found = pipeline(pair["text_a"], pair["text_b"]).to_dict()
    return {name: found[name] for name in ("tokens_a", "tokens_b", "weights_a", "weights_b", "plan", "wrd")}


def _text2sql() -> Json:
    question = "2008年金牌数超过20的国家有哪些"
    pipeline: Any = core.load("text2sql")
    best = pipeline(question, example("olympics")).best
    rows = [str(row[0]) for row in best.rows.rows[:4]] if best.rows else []
    return {"question": question, "sql": " ".join(best.sql.split()), "rows": rows}


_RUN: dict[str, Callable[[], Json]] = {
    "triples": _triples,
    "qa_pairs": _qa_pairs,
    "xiangqi": _xiangqi,
    "similarity": _similarity,
    "text2sql": _text2sql,
}


@answering
def thumbnail(request: Json) -> Json:
    """What the models of `request["task"]` make of an example, {shown}, and how long that takes here, {milliseconds}:
    the median of some runs, the first time that anybody asks."""
    task = request.get("task")
    if not isinstance(task, str) or task not in _RUN:
        raise InputError("没有这个任务", "there is no such task")
    if task not in _done:
        with place(_waiting), _one_at_a_time:
            if task not in _done:
                _done[task] = _measured(_RUN[task])
    return _done[task]


def _measured(run: Callable[[], Json]) -> Json:
    shown = run()
    times: list[float] = []
    while len(times) < _RUNS and sum(times) < _PATIENCE:
        begin = time.perf_counter()
        run()
        times.append(1000 * (time.perf_counter() - begin))
    return {"shown": shown, "milliseconds": statistics.median(times)}


def build_home() -> Home:
    """The cards; what is drawn in them comes once they are looked at. Triggers `open` for the tab of one."""
    return Home({"cards": [_facts(task) for task in _CARDS]}, elem_id="modou-home", server_functions=[thumbnail])
