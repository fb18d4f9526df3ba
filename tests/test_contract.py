"""What others build on, as it was recorded: endpoints and their arguments, tools, command line, fields of the answers.

`python -m tests.test_contract` records it anew, for a change that is meant.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import core
from core.__main__ import main
from core.qa_pairs.pair import Pair, QAPairsResult
from core.similarity.compared import Limits, SameAmount, SimilarityResult
from core.similarity.embedding import Words
from core.similarity.likeness_by_example import Judged
from core.similarity.opposed import Opposed
from core.similarity.search import Hit, SearchResult
from core.similarity.transport import Transport
from core.triples.triple import Triple, TriplesResult

FOLDER = Path(__file__).resolve().parent / "contract"
PASSAGE = "泼水节，亦称宋干节，已有700年的历史，是傣族、德昂族最盛大的传统节日。"
TABLE = {"header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}


@cache
def app() -> Any:
    """The whole page."""
    from demos import build_app

    return build_app()


def api() -> Any:
    """The endpoints with their parameters, as Gradio tells them to its clients."""
    return app().get_api_info()["named_endpoints"]


def tools() -> Any:
    """The tools as an MCP client lists them."""
    from gradio.mcp import GradioMCPServer

    server = GradioMCPServer(app())
    found = {}
    for name, endpoint in server.tool_to_endpoint.items():
        fn = server.get_block_fn_from_endpoint_name(endpoint)
        assert fn
        description, parameters = server.get_fn_description(fn, name)
        found[name] = {"description": description, "schema": server.get_input_schema(name, parameters)[0]}
    return found


def work() -> Any:
    """Where calls of each endpoint wait, and how many of them run at a time."""
    public = (fn for fn in app().fns.values() if fn.api_visibility == "public")
    return {str(fn.api_name): [fn.concurrency_id, fn.concurrency_limit] for fn in public}


def arguments() -> Any:
    """The tasks and options of `python -m core`."""
    told = io.StringIO()
    with redirect_stdout(told), pytest.raises(SystemExit):
        main(["--help"])
    return sorted(re.findall(r"[\w-]+", told.getvalue().partition("\n\n")[0]))


def fields(value: Any) -> Any:
    """The names in a JSON value; a list has those of all its items."""
    if isinstance(value, dict):
        return {name: fields(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        merged: dict[str, Any] = {}
        for item in map(fields, value):
            merged |= item if isinstance(item, dict) else {}
        return [merged] if merged else []
    return ""


def _compared() -> Any:
    words = Words("天气好", ((0, 2), (2, 3)), np.ones((2, 4), np.float32))
    weights, square = np.full(2, 0.5), np.full((2, 2), 0.25)
    plan = Transport(0.0, square, weights, weights)
    found = SimilarityResult(words, words, True, 1.0, 1.0, 1.0, 1.0, 1.0, weights, weights, square, plan)
    limits, amounts = Limits(0.9, 0.7, 0.5, 0.6), (SameAmount(0, 0, True),)
    return replace(found, limits=limits, amounts=amounts, opposed=Opposed((0,), (1,), ((0, 1),)))


def _found() -> Any:
    words = Words("天气好", ((0, 2), (2, 3)), np.ones((2, 4), np.float32))
    return SearchResult(words, (Hit(0, "天气好", 1.0),), 1, 0, 0, 0, 1, 0.01)


RESULTS: dict[str, Callable[[], Any]] = {
    "triples": lambda: core.load("triples")("雷军毕业于武汉大学"),
    "triples_by_example": lambda: TriplesResult("甲", (Triple("甲", "收购", "乙", (0, 1), (1, 2), 0.9),)),
    "events": lambda: core.load("events")("2024年5月18日，张三与李四在青岛结婚。"),
    "qa_pairs": lambda: core.load("qa_pairs")(PASSAGE, 1),
    "answer": lambda: core.load("answer")(PASSAGE, "泼水节有多少年的历史？"),
    "qa_pairs_by_example": lambda: QAPairsResult((Pair("谁？", "甲", (0, 1), "甲。", 0.9, "甲", 0.9, True),)),
    "xiangqi": lambda: core.load("xiangqi")("h2e2 h9g7"),
    "similarity": _compared,
    "similarity_search": _found,
    "similarity_by_example": lambda: Judged(0.9, (0.8,), 0.7),
    "text2sql": lambda: core.load("text2sql").run([{"question": "乙市的人口是多少", "table": TABLE}])[0],
}


def results() -> Any:
    """The fields of every answer, as the API and the command line give it."""
    return {name: fields(make().to_dict()) for name, make in RESULTS.items()}


RECORDED: dict[str, Callable[[], Any]] = {
    "api": api,
    "tools": tools,
    "work": work,
    "arguments": arguments,
    "results": results,
}


@pytest.mark.parametrize("name", RECORDED)
def test_what_others_build_on_is_as_it_was_recorded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert json.loads(json.dumps(RECORDED[name]())) == json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


if __name__ == "__main__":
    for each in sys.argv[1:] or RECORDED:
        text = json.dumps(RECORDED[each](), ensure_ascii=False, indent=1)
        (FOLDER / f"{each}.json").write_text(text + "\n", encoding="utf-8")
