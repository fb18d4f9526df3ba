"""The tools, called by the protocol's own client."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from tests.apart import apart
from tests.conftest import ROOT

FILM = "《战狼2》是由吴京执导的动作电影"
PASSAGE = "泼水节，亦称宋干节，已有700年的历史，是傣族最盛大的传统节日。"
CITIES = {"header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}
SHOWN = {"text": "《红高粱》是由张艺谋执导的剧情片", "subject": "红高粱", "predicate": "导演", "object": "张艺谋"}
ASKED = {"passage": "端午节在农历五月初五。", "question": "端午节在哪一天？", "answer": "农历五月初五"}
ALIKE = [
    {"text_a": "怎么修改登录密码", "text_b": "密码在哪里改", "alike": True},
    {"text_a": "怎么修改登录密码", "text_b": "怎么注销账号", "alike": False},
]
CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "triples": ({"text": FILM}, "导演"),
    "events": ({"text": "2024年5月18日，张三与李四在青岛结婚。"}, "人生-结婚"),
    "qa_pairs": ({"passage": PASSAGE, "n": 1}, "reader_answer"),
    "answer": ({"passage": PASSAGE, "question": "泼水节有多少年的历史？"}, "700"),
    "xiangqi": ({"moves": "h2e2 h9g7"}, "candidates"),
    "similarity": ({"text_a": "我坐火车去上海", "text_b": "我乘高铁前往上海"}, "wrd"),
    "similarity_search": ({"query": "明天会下雨", "sentences": ["今天吃什么", "明天有雨"], "k": 1}, "明天有雨"),
    "triples_by_example": ({"text": FILM, "examples": [SHOWN]}, "triples"),
    "qa_pairs_by_example": ({"passage": PASSAGE, "examples": [ASKED], "n": 1}, "pairs"),
    "similarity_by_example": (
        {"text_a": "我坐火车去上海", "text_b": "我乘高铁前往上海", "examples": ALIKE},
        "probability",
    ),
    "text2sql": ({"question": "乙市的人口是多少", "table": CITIES}, "SELECT"),
}


def visit(server: str, ask: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    """What `ask` returns of a session at the address that the README gives."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"^```json\n(\{\"mcpServers\".*?)^```$", readme, re.M | re.S)
    url = json.loads(snippet)["mcpServers"]["modou"]["url"].replace("http://127.0.0.1:7860", server)

    async def go() -> Any:
        async with (
            streamable_http_client(url) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await ask(session)

    return apart(go)


def said(result: CallToolResult) -> str:
    return "".join(part.text for part in result.content if isinstance(part, TextContent))


def test_the_tools_are_the_tasks_and_say_what_they_take(server: str) -> None:
    tools = visit(server, lambda session: session.list_tools()).tools
    assert {tool.name for tool in tools} == set(CALLS)
    for tool in tools:
        assert len(tool.description or "") > 40
        properties = tool.inputSchema["properties"]
        assert set(CALLS[tool.name][0]) <= set(properties)
        for name, parameter in properties.items():
            assert parameter.get("description"), f"{tool.name}: {name} is not described"
            assert parameter.get("type") or parameter.get("oneOf"), f"{tool.name}: {name} has no type"


def test_every_tool_answers(server: str) -> None:
    async def ask(session: ClientSession) -> dict[str, CallToolResult]:
        return {name: await session.call_tool(name, arguments) for name, (arguments, _) in CALLS.items()}

    for name, result in visit(server, ask).items():
        assert not result.isError, f"{name}: {said(result)}"
        # JSON, not what Python makes of a dictionary.
        assert CALLS[name][1] in json.dumps(json.loads(said(result)), ensure_ascii=False), name


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("triples", {"text": ""}),
        ("xiangqi", {"moves": "h2h9 h9h2"}),
        ("text2sql", {"question": "人口", "table": {"header": "x", "rows": []}}),
    ],
)
def test_a_refusal_is_an_error_with_its_message(server: str, name: str, arguments: dict[str, Any]) -> None:
    result = visit(server, lambda session: session.call_tool(name, arguments))
    assert result.isError
    assert re.search(r"[\u4e00-\u9fff].*\([a-z]", said(result)), said(result)
    assert "Traceback" not in said(result)


def test_what_is_private_is_no_tool(server: str) -> None:
    assert visit(server, lambda session: session.call_tool("_extract", {})).isError
