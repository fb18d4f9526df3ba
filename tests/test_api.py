"""The named endpoints, called as an engineer would: with gradio_client and with plain HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

FILM = "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演"


@pytest.fixture(scope="module")
def client(server: str) -> Client:
    return Client(server, verbose=False)


def test_triples_endpoint(client: Client) -> None:
    answer = client.predict(FILM, api_name="/triples")
    assert ("导演", "吴京") in {(t["predicate"], t["object"]) for t in answer["triples"]}


def test_triples_endpoint_over_http(server: str) -> None:
    def call(path: str, data: bytes | None = None) -> bytes:
        with urlopen(Request(f"{server}/gradio_api/call{path}", data, {"Content-Type": "application/json"})) as reply:
            return reply.read()

    event = json.loads(call("/triples", json.dumps({"data": [FILM, None]}).encode()))["event_id"]
    lines = call(f"/triples/{event}").decode().splitlines()
    assert lines[0] == "event: complete"
    answer = json.loads(lines[1].removeprefix("data: "))[0]
    assert len(answer["triples"]) >= 2


@pytest.mark.parametrize("data", [[FILM], [FILM, None, None, ["导演"]]], ids=["text only", "relations"])
def test_arguments_may_be_left_out_over_http(server: str, data: list[object]) -> None:
    def call(path: str, body: bytes | None = None) -> bytes:
        with urlopen(Request(f"{server}/gradio_api/call{path}", body, {"Content-Type": "application/json"})) as reply:
            return reply.read()

    event = json.loads(call("/triples", json.dumps({"data": data}).encode()))["event_id"]
    lines = call(f"/triples/{event}").decode().splitlines()
    assert lines[0] == "event: complete"
    predicates = {t["predicate"] for t in json.loads(lines[1].removeprefix("data: "))[0]["triples"]}
    assert "导演" in predicates
    assert len(data) == 1 or len(predicates) == 1


@pytest.mark.parametrize(
    "wrong", [{"model": "/etc"}, {"model": ["x"]}, {"relations": "导演"}, {"relations": ["无"]}], ids=str
)
def test_unknown_models_and_relations_are_refused(client: Client, wrong: dict[str, object]) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(FILM, **wrong, api_name="/triples")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


@pytest.mark.parametrize("text", ["", pytest.param("字" * 200_000, id="too-long"), None, 5, {"a": 1}])
def test_bad_input_is_an_error_with_a_message_and_no_traceback(client: Client, text: object) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(text, api_name="/triples")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


def test_xiangqi_endpoint(client: Client) -> None:
    answer = client.predict(moves="h2e2 h9g7", api_name="/xiangqi")
    assert answer["status"] == "playing"
    assert answer["move"] == answer["candidates"][0]["move"]
    fen = "4k4/R8/9/9/9/9/9/9/9/1R1K5 w"
    assert client.predict(moves="b0b9", fen=fen, api_name="/xiangqi")["status"] == "checkmate"


@pytest.mark.parametrize(
    "arguments",
    [
        {"moves": "h2h9 h9h2"},
        {"moves": 5},
        {"fen": "K" * 10_000},
        {"temperature": "hot"},
        {"temperature": -1},
        {"seed": -5},
    ],
    ids=str,
)
def test_bad_games_are_an_error_with_a_message_and_no_traceback(client: Client, arguments: dict[str, object]) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(**arguments, api_name="/xiangqi")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


def test_similarity_endpoint(client: Client) -> None:
    answer = client.predict("我明天坐火车去上海", "明天我乘高铁前往上海", api_name="/similarity")
    assert set(answer) >= {"wrd", "wmd", "cosine", "contextual", "unweighted", "plan", "cost"}
    assert sum(map(sum, answer["plan"])) == pytest.approx(1, abs=1e-4)
    assert [sum(answer["weights_a"]), sum(answer["weights_b"])] == pytest.approx([1, 1], abs=1e-4)
    same = client.predict("今天天气很好", "今天天气很好", "similarity-static", False, api_name="/similarity")
    assert same["wrd"] == same["wmd"] == same["cosine"] == same["contextual"] == 1
    assert same["weights_a"] == pytest.approx([1 / 3] * 3, abs=1e-5)


@pytest.mark.parametrize(
    "arguments",
    [
        {"text_a": ""},
        {"text_b": "……"},
        {"text_a": "字" * 301},
        {"text_b": None},
        {"text_b": {"a": 1}},
        {"model": "/etc"},
        {"model": "hfl/chinese-bert-wwm"},
        {"model": ["similarity-static"]},
        {"norms": "yes"},
    ],
    ids=lambda a: str(a)[:30],
)
def test_bad_sentences_are_an_error_with_a_message_and_no_traceback(
    client: Client, arguments: dict[str, object]
) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(**{"text_a": "今天天气很好", "text_b": "明天下雨"} | arguments, api_name="/similarity")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


LIST = ["气象台说明天有暴雨", "今天吃什么", "", "明天会下大雨"]


@pytest.mark.parametrize("model", [None, "similarity-static"])
def test_similarity_search_endpoint(client: Client, model: str | None) -> None:
    answer = client.predict("明天会下大雨", LIST, 2, model, api_name="/similarity_search")
    assert answer["hits"][0]["number"] == 3
    assert len(answer["hits"]) == 2
    assert answer["hits"][0]["wrd"] > 0.99
    assert answer["sentences"] == 3


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": ""},
        {"query": None},
        {"sentences": []},
        {"sentences": "一句"},
        {"sentences": [1, 2]},
        pytest.param({"sentences": ["好"] * 100_001}, id="too-many"),
        {"k": 0},
        {"k": "ten"},
        {"model": "../../etc"},
        {"model": ["similarity-static"]},
    ],
    ids=str,
)
def test_bad_searches_are_an_error_with_a_message_and_no_traceback(
    client: Client, arguments: dict[str, object]
) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(**{"query": "明天下雨", "sentences": LIST} | arguments, api_name="/similarity_search")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


def test_half_an_emoji_does_not_break_the_reply(server: str) -> None:
    def call(path: str, data: bytes | None = None) -> bytes:
        with urlopen(Request(f"{server}/gradio_api/call{path}", data, {"Content-Type": "application/json"})) as reply:
            return reply.read()

    event = json.loads(call("/triples", b'{"data": ["\\ud83d' + FILM.encode() + b'", null]}'))["event_id"]
    assert call(f"/triples/{event}").decode().startswith("event: complete")


CITIES = {"name": "城市表", "header": ["城市", "人口"], "rows": [["甲市", 300], ["乙市", 500]]}


@pytest.mark.parametrize("table", [{"table": CITIES}, {"csv": "城市,人口\n甲市,300\n乙市,500"}], ids=["json", "csv"])
def test_text2sql_endpoint(client: Client, table: dict[str, Any]) -> None:
    answer = client.predict("乙市的人口是多少", **table, api_name="/text2sql")
    assert answer["rows"] == [[500]]
    assert answer["sql"].startswith("SELECT")
    assert set(answer) >= {"columns", "sketch", "reading", "confidence", "dialects", "alternatives", "as_of"}
    assert set(answer["dialects"]) == {"mysql", "postgres", "sqlite"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"question": ""},
        {"question": "问" * 201},
        {"table": None},
        {"table": {"header": "x", "rows": []}},
        {"table": {"header": [], "rows": []}},
        {"table": {"header": ["a"], "rows": [[1]], "types": ["x", "y"]}},
        {"table": None, "csv": ""},
        {"table": None, "csv": 5},
    ],
    ids=lambda a: str(a)[:40],
)
def test_bad_tables_are_an_error_with_a_message_and_no_traceback(client: Client, arguments: dict[str, Any]) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(**{"question": "人口是多少", "table": CITIES} | arguments, api_name="/text2sql")
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


PASSAGE = "泼水节，亦称宋干节，已有700年的历史，是傣族、德昂族最盛大的传统节日。"


def test_qa_pairs_endpoint(client: Client) -> None:
    answer = client.predict(PASSAGE, 2, beams=2, api_name="/qa_pairs")
    assert answer["pairs"]
    for pair in answer["pairs"]:
        assert PASSAGE[slice(*pair["answer_span"])] == pair["answer"]
        assert pair["question"].endswith("？")
        assert isinstance(pair["passed"], bool)
    passed = [pair["passed"] for pair in answer["pairs"]]
    assert passed == sorted(passed, reverse=True)


def test_answer_endpoint(client: Client) -> None:
    answer = client.predict(PASSAGE, "泼水节有多少年的历史？", api_name="/answer")
    assert set(answer) == {"answer", "answer_span", "score"}
    assert PASSAGE[slice(*answer["answer_span"])] == answer["answer"]
    assert 0 <= answer["score"] <= 1


@pytest.mark.parametrize(
    ("endpoint", "arguments"),
    [
        ("/qa_pairs", {"passage": ""}),
        ("/qa_pairs", {"passage": None}),
        ("/qa_pairs", {"passage": "字" * 5001}),
        ("/qa_pairs", {"n": 0}),
        ("/qa_pairs", {"n": "many"}),
        ("/qa_pairs", {"answer": "不在文章里"}),
        ("/qa_pairs", {"answer": {"a": 1}}),
        ("/qa_pairs", {"top_p": 0}),
        ("/qa_pairs", {"beams": 17}),
        ("/qa_pairs", {"seed": "x"}),
        ("/answer", {"question": ""}),
        ("/answer", {"question": "问" * 201}),
        ("/answer", {"question": 5}),
        ("/answer", {"passage": ["a"]}),
    ],
    ids=lambda a: str(a)[:30],
)
def test_bad_passages_are_an_error_with_a_message_and_no_traceback(
    client: Client, endpoint: str, arguments: dict[str, Any]
) -> None:
    given = {"passage": PASSAGE} | ({"question": "谁的节日？"} if endpoint == "/answer" else {})
    with pytest.raises(AppError) as caught:
        client.predict(**given | arguments, api_name=endpoint)
    assert "Traceback" not in str(caught.value)
    assert "(" in str(caught.value), "no message in both languages"


def test_only_named_endpoints_are_advertised(client: Client) -> None:
    endpoints = client.view_api(return_format="dict")
    assert set(endpoints["named_endpoints"]) == {
        "/triples",
        "/events",
        "/qa_pairs",
        "/answer",
        "/xiangqi",
        "/similarity",
        "/similarity_search",
        "/text2sql",
        "/triples_by_example",
        "/qa_pairs_by_example",
        "/similarity_by_example",
    }
    assert not endpoints["unnamed_endpoints"]


def test_parameters_are_documented_in_full(client: Client) -> None:
    endpoints = client.view_api(return_format="dict")["named_endpoints"]
    for name, endpoint in endpoints.items():
        assert endpoint["description"].endswith("."), name
        for parameter in endpoint["parameters"]:
            told = parameter["python_type"]
            assert told["type"], (name, parameter["parameter_name"])
            assert told["description"], (name, parameter["parameter_name"])
    moves, *_ = endpoints["/xiangqi"]["parameters"]
    assert moves["python_type"]["type"] == "str"
    assert moves["python_type"]["description"].endswith("at most 600.")
    assert [p["parameter_has_default"] for p in endpoints["/text2sql"]["parameters"]] == [False, True, True, True]
