"""What the page of the Triples tab may send, and what it gets back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
import rdflib

import core
from core import catalog, tasks
from core.errors import InputError
from core.triples.documents import MAX_DOCUMENTS
from core.triples.schema import RELATIONS
from core.triples.task import EXTRACT
from demos.server.endpoints import endpoint
from demos.shell.i18n import both
from demos.triples import compare as triples_compare
from demos.triples import documents as triples_documents
from demos.triples import events as triples_events
from demos.triples import text as triples_text
from demos.triples.common import export_graph, floor, load, models, relations
from demos.triples.documents import _groups, _look, _read, _stop
from tests.triples.conftest import copy_with, save_tiny

extract = endpoint(EXTRACT)

FILM = "《战狼2》是由吴京执导的动作电影，由吴京、弗兰克·格里罗主演，2017年7月27日在中国上映"
VISITOR = SimpleNamespace(session_hash="visitor")
TRIPLE = [0, "战狼2", "导演", "吴京", [1, 4], [7, 9], 0.9]


def sent(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value["json"])
    return found


def request(**changed: Any) -> dict[str, Any]:
    return {"format": "turtle", "documents": ["一"], "triples": [TRIPLE], "communities": {"吴京": 2}} | changed


def test_the_view_gets_every_candidate_above_the_floor_by_span_and_the_models_own_threshold() -> None:
    found = sent(triples_text._extract(FILM, None))
    pipeline = core.load("triples")
    (document,) = found["documents"]
    assert document["text"] == FILM
    read = {(FILM[a:b], found["predicates"][p], FILM[c:d], score) for a, b, p, c, d, score in document["triples"]}
    expected = {(t.subject, t.predicate, t.object, t.score) for t in pipeline(FILM, floor(pipeline)).triples}
    assert read == expected
    assert (found["threshold"], found["thresholds"]) == (pipeline.threshold, pipeline.thresholds)
    assert set(found["communities"]) == {name for triple in expected for name in (triple[0], triple[2])}
    assert found["done"]


def test_bad_text_is_a_message_for_the_view() -> None:
    assert "请输入文字" in triples_text._extract(" ", None)["error"]["zh"]
    assert "no such model" in triples_text._extract(FILM, "/etc")["error"]["en"]


def test_the_endpoint_takes_a_bundled_model_and_relations() -> None:
    names = catalog.bundled("triples")
    found = extract(FILM, None, names[0], ["导演"])["triples"]
    assert [(t["predicate"], t["object"]) for t in found] == [("导演", "吴京")]
    assert extract(FILM, relations=[])["triples"] == []
    assert len(extract(FILM, 0.9)["triples"]) < len(extract(FILM, 0.05)["triples"])


@pytest.mark.parametrize(
    "model", ["", "..", "/etc", "hfl/chinese-bert-wwm", "similarity-static", 3, ["triples-casrel"]]
)
def test_no_model_but_our_own_can_be_asked_for(model: Any) -> None:
    with pytest.raises(InputError, match="triples-casrel"):
        extract(FILM, None, model)


@pytest.mark.parametrize("wanted", ["导演", [3], ["没有的关系"], {"导演": 1}])
def test_unknown_relations_are_refused(wanted: Any) -> None:
    with pytest.raises(InputError, match="relation"):
        extract(FILM, relations=wanted)


def test_the_relations_to_choose_from_are_those_of_both_schemas() -> None:
    assert [r["name"] for r in relations()] == list(RELATIONS)
    assert all(set(r) == {"name", "subject_type", "object_type", "english"} for r in relations())


def test_shown_triples_are_written_as_turtle_and_graphml() -> None:
    turtle = export_graph(request())["text"]
    assert (
        len(list(rdflib.Graph().parse(data=turtle, format="turtle").subjects(rdflib.RDF.type, rdflib.RDF.Statement)))
        == 1
    )
    root = ElementTree.fromstring(export_graph(request(format="graphml"))["text"])
    space = "{http://graphml.graphdrawing.org/xmlns}"
    found = [d.text for d in root.iter(f"{space}data") if d.get("key") == "community"]
    assert found == ["0", "2"]


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "x",
        {"format": "pdf"},
        {"format": ["turtle"]},
        {"documents": None},
        {"documents": [3]},
        {"documents": ["x" * 401]},
        {"documents": ["x"] * (MAX_DOCUMENTS + 1)},
        {"triples": "x"},
        {"triples": [3]},
        {"triples": [TRIPLE[:6]]},
        {"triples": [[1, *TRIPLE[1:]]]},
        {"triples": [[-1, *TRIPLE[1:]]]},
        {"triples": [[True, *TRIPLE[1:]]]},
        {"triples": [[0, None, *TRIPLE[2:]]]},
        {"triples": [[0, "x" * 401, *TRIPLE[2:]]]},
        {"triples": [[*TRIPLE[:4], [4, 1], [7, 9], 0.9]]},
        {"triples": [[*TRIPLE[:4], [1, 4, 5], [7, 9], 0.9]]},
        {"triples": [[*TRIPLE[:4], [1, 10**9], [7, 9], 0.9]]},
        {"triples": [[*TRIPLE[:4], [1.5, 4], [7, 9], 0.9]]},
        {"triples": [[*TRIPLE[:6], float("nan")]]},
        {"triples": [[*TRIPLE[:6], 1.1]]},
        {"triples": [[*TRIPLE[:6], True]]},
        {"triples": [[*TRIPLE[:6], "0.9"]]},
        {"triples": [TRIPLE] * 5_001},
    ],
    ids=lambda value: str(value)[:40],
)
def test_nothing_but_triples_is_written(wrong: Any) -> None:
    answer = export_graph(request(**wrong) if isinstance(wrong, dict) else wrong)
    assert set(answer) == {"error"}
    assert set(answer["error"]) == {"zh", "en"}


@pytest.mark.parametrize("found", [None, [], {"吴京": "x"}, {"吴京": -1}, {"吴京": 10**9}, {"吴京": True}])
def test_communities_that_are_none_count_as_the_first(found: Any) -> None:
    root = ElementTree.fromstring(export_graph(request(format="graphml", communities=found))["text"])
    assert [d.text for d in root.iter() if d.get("key") == "community"] == ["0", "0"]


def test_half_an_emoji_can_be_sent_back() -> None:
    for form in ("turtle", "graphml"):
        export_graph(request(format=form, triples=[[0, "a\ud83d", "导演", "b", [0, 1], [2, 3], 0.5]]))["text"].encode()


def test_files_are_looked_at_and_columns_offered(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("吴京出生于北京市。", encoding="utf-8")
    (tmp_path / "b.csv").write_text("编号,正文\n1,郭帆执导。\n2,他是导演。\n", encoding="utf-8")
    note, column, *_ = _look([str(tmp_path / "a.txt"), str(tmp_path / "b.csv")])
    assert "3 篇" in note["zh"]
    assert column.visible
    assert column.value == "正文"
    note, column, *_ = _look([str(tmp_path / "a.txt")])
    assert not column.visible
    note, column, *_ = _look([str(tmp_path / "gone.txt")])
    assert "上传" in note["error"]["zh"]
    note, _, shown, _ = _look([str(tmp_path / "gone.txt")], [str(tmp_path / "a.txt")])
    assert shown == [str(tmp_path / "a.txt")], "the files before were lost"
    assert "仍用之前的文件" in note["error"]["zh"]
    assert "error" not in _look(None)[0]


def read(text: str | None, paths: list[str] | None = None) -> Iterator[dict[str, Any]]:
    return _read(text, paths, None, None, VISITOR)  # type: ignore[arg-type]


def test_documents_are_read_one_after_another_into_one_graph() -> None:
    updates = list(read(f"{FILM}。\n---\n吴京\n吴京的妻子是谢楠。\n---\n！！！"))
    found = sent(updates[-1])
    assert found["done"]
    assert [d["name"] for d in found["documents"]] == [f"{FILM[:14]}…", "吴京", "！！！"]
    assert [bool(d["triples"]) for d in found["documents"]] == [True, True, False]
    assert found["communities"].keys() >= {"战狼2", "吴京", "谢楠"}
    assert len({sent(u)["run"] for u in updates if "json" in u}) == 1


def test_a_document_that_cannot_be_read_says_so_and_the_others_are_read() -> None:
    found = sent(list(read(FILM + "。\n---\n" + "\x01\x02\x03\x04PK\x05"))[-1])
    good, bad = found["documents"]
    assert good["triples"]
    assert not good["error"]
    assert "二进制" in bad["error"]["zh"]


@pytest.mark.parametrize(("text", "message"), [("", "没有文字"), (None, "太多"), ("字" * 200_001, "200,001")])
def test_what_cannot_be_read_at_all_is_told(text: str | None, message: str) -> None:
    (value,) = read(text)
    assert message in value["error"]["zh"]


def test_reading_stops_between_batches_when_the_visitor_says_so() -> None:
    documents = "\n---\n".join(FILM * 10 for _ in range(40))
    updates = read(documents)
    first = next(updates)
    assert not sent(first)["done"]
    stopped = threading.Thread(target=lambda: _stop(VISITOR))  # type: ignore[arg-type]
    stopped.start()
    stopped.join()
    rest = list(updates)
    assert not any(sent(u)["done"] for u in rest if "json" in u)
    assert len(rest) <= 1


def test_updates_are_few_enough_however_fast_the_documents_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triples_documents, "_PAUSE", 0)
    updates = list(read("\n---\n".join(FILM * 10 for _ in range(24))))
    whole = [len(u["json"]) for u in updates if "json" in u]
    assert sum(whole) <= 7 * whole[-1]
    assert all(u["progress"]["total"] == 24 for u in updates if "json" not in u)
    assert sent(updates[-1])["done"]


def test_groups_keep_the_order_and_lose_nothing() -> None:
    documents = [triples_documents.Document(str(i), "字" * n) for i, n in enumerate((100, 1_400, 1, 9_000, 5, 5))]
    groups = list(_groups(documents))
    assert [d for group in groups for d in group] == documents
    assert [len(group) for group in groups] == [2, 1, 1, 2]


@pytest.fixture
def more_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The bundled model, it with other thresholds, and tiny ones with random weights, as if all of them shipped."""
    first = catalog.bundled("triples")[0]
    (tmp_path / first).symlink_to(catalog.MODELS / first)
    for head in ("casrel", "dgcnn"):
        save_tiny(tmp_path / f"triples-{head}", head)
    copy_with(tmp_path / "strict", catalog.MODELS / first, thresholds={"导演": 0.9999, "上映时间": 0.01})
    names = (first, "triples-casrel", "triples-dgcnn", "strict")
    monkeypatch.setattr(catalog, "MODELS", tmp_path)
    monkeypatch.setitem(tasks._tasks, "triples", replace(tasks.find("triples"), models=names))
    return names


def test_models_are_chosen_by_name_the_default_first(more_models: tuple[str, ...]) -> None:
    assert tuple(folder for _, folder in models()) == more_models
    assert load(None) is load(more_models[0])
    names = [name if isinstance(name, str) else both(name.key)["en"] for name, _ in models()]
    assert names == ["GPLinker", "CasRel", "DGCNN (light)", "strict"]


def test_the_page_keeps_the_triples_that_the_model_would_keep(more_models: tuple[str, ...]) -> None:
    """What the page does with the thresholds it is sent gives what the model gives when none is asked for."""
    found = sent(triples_text._extract(FILM, "strict"))
    pipeline = load("strict")
    assert floor(pipeline) == 0.01
    kept = [
        (FILM[a:b], found["predicates"][p], FILM[c:d])
        for a, b, p, c, d, score in found["documents"][0]["triples"]
        if score >= found["thresholds"].get(found["predicates"][p], found["threshold"])
    ]
    assert kept == [(t.subject, t.predicate, t.object) for t in pipeline(FILM).triples]
    assert "导演" not in {predicate for _, predicate, _ in kept}
    assert "导演" in {t.predicate for t in pipeline(FILM, pipeline.threshold).triples}


@pytest.mark.parametrize(
    ("model", "kind"), [("triples-gplinker", "gplinker"), ("triples-casrel", "casrel"), ("triples-dgcnn", "casrel")]
)
def test_every_head_is_explained_and_read_in_documents(more_models: tuple[str, ...], model: str, kind: str) -> None:
    inside = json.loads(triples_text._explain(FILM, model)["json"])["sentences"]
    assert {sentence["kind"] for sentence in inside} == {kind}
    *_, last = _read(f"{FILM}\n---\n{FILM}", None, None, model, VISITOR)
    assert sent(last)["done"]


def test_two_models_are_compared_on_the_same_text(more_models: tuple[str, ...]) -> None:
    first = more_models[0]
    found = sent(triples_compare._compare(FILM, first, "triples-casrel"))
    assert [side["model"] for side in found["sides"]] == [first, "triples-casrel"]
    assert any(t["predicate"] == "导演" for t in found["sides"][0]["triples"])
    assert all(side["milliseconds"] > 0 and 0 <= side["threshold"] <= 1 for side in found["sides"])
    assert found["text"] == FILM
    assert found["sides"][1]["name"] == {"zh": "CasRel", "en": "CasRel"}
    assert load("triples-casrel").relations == ["导演", "主演"]


def test_two_different_models_of_ours_are_needed(more_models: tuple[str, ...]) -> None:
    assert "different" in triples_compare._compare(FILM, "strict", "strict")["error"]["en"]
    assert "no such model" in triples_compare._compare(FILM, "strict", "/etc")["error"]["en"]
    with pytest.raises(InputError):
        load("similarity-static")


EVENT = "2024年5月18日，顾言与沈黎在青岛结婚。"


def test_the_view_of_events_gets_text_and_events_and_the_inside_its_graphs() -> None:
    found = sent(triples_events._find(EVENT))
    assert found["text"] == EVENT
    assert ("人生-结婚", "结婚", "2024-05-18") in {(e["type"], e["trigger"], e["date"]) for e in found["events"]}
    [inside] = sent(triples_events._explain(EVENT))["sentences"]
    assert any(graph["type"] == "人生-结婚" and graph["events"] for graph in inside["graphs"])
    assert triples_events._find("")["error"]["en"]


@pytest.mark.parametrize(
    ("given", "text", "events"),
    [({"text": EVENT}, True, False), ({"text": EVENT, "mode": "events"}, False, True)],
    ids=["triples", "events"],
)
def test_a_link_fills_the_pane_that_it_is_for(given: dict[str, str], text: bool, events: bool) -> None:
    assert triples_text._fill(given)[-1] is text
    assert triples_events._fill(given)[-1] is events


def test_an_uploaded_document_fills_the_box_and_one_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# 婚讯\n\n**{EVENT}**", encoding="gb18030")
    text, note = triples_events._open(str(tmp_path / "a.md"))
    assert EVENT in text
    assert "*" not in text
    assert note == {}
    (tmp_path / "b.txt").write_bytes(b"\0\1\2" * 500)
    kept, note = triples_events._open(str(tmp_path / "b.txt"))
    assert not isinstance(kept, str)
    assert note["error"]["zh"]
