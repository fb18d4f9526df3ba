"""Graphs of triples: merging, communities, and files that other programs read back."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
import rdflib
from rdflib import RDF, RDFS

from core.triples.graph import KnowledgeGraph, communities, merge
from core.triples.graph_files import NAMESPACE, to_graphml, to_turtle

NS = {"g": "http://graphml.graphdrawing.org/xmlns"}
HOSTILE = [
    "战 狼2",
    "quo\"te's",
    "<b>&amp;</b>",
    "a\\b\nc\td",
    "😀👨‍👩‍👧",
    "bell\x07null\x00",
    "${x} {{y}} # @zh .",
    "]]> -->",
    "%20 %E5",
    "half \ud83d",
    "\u202eright to left",
    "\ufffe",
    "http://example.org/>",
    "",
]


class Row(NamedTuple):
    subject: str
    predicate: str
    object: str
    score: float = 0.9
    subject_span: tuple[int, int] = (0, 1)
    object_span: tuple[int, int] = (2, 3)


def clique(names: str, score: float = 0.9) -> list[Row]:
    return [Row(a, "父亲", b, score) for i, a in enumerate(names) for b in names[i + 1 :]]


def named(graph: KnowledgeGraph, least: float = 0.0) -> dict[str, int]:
    return {node.text: found for node, found in zip(graph.nodes, communities(graph, lambda _: least), strict=True)}


def test_the_same_text_is_the_same_node_across_documents() -> None:
    graph = merge(
        [
            ("一", [Row("战狼2", "导演", "吴京", 0.9), Row("战狼2", "主演", "吴京", 0.8)]),
            ("二", [Row("战狼2", "导演", "吴京", 0.6, (5, 8), (9, 11)), Row("吴京", "妻子", "谢楠", 0.7, (9, 11))]),
        ]
    )
    assert [node.text for node in graph.nodes] == ["战狼2", "吴京", "谢楠"]
    assert graph.nodes[0].types == ("影视作品",)
    assert graph.nodes[0].mentions == ((0, (0, 1)), (1, (5, 8)))
    assert [(e.subject, e.predicate, e.object) for e in graph.edges] == [(0, "导演", 1), (0, "主演", 1), (1, "妻子", 2)]
    director = graph.edges[0]
    assert (director.score, director.weight) == (0.9, pytest.approx(1.5))
    assert [m.document for m in director.mentions] == [0, 1]
    assert graph.documents == ("一", "二")


def test_types_come_commonest_first_and_unknown_relations_give_none() -> None:
    graph = merge(
        [("", [Row("甲", "父亲", "乙"), Row("甲", "字", "丙"), Row("甲", "母亲", "丁"), Row("戊", "??", "己")])]
    )
    assert graph.nodes[0].types == ("人物", "历史人物")
    assert graph.nodes[-1].types == ()


def test_an_empty_graph_and_one_that_points_to_itself() -> None:
    assert communities(merge([])) == []
    loop = merge([("", [Row("甲", "简称", "甲")])])
    assert len(loop.nodes) == len(loop.edges) == 1
    assert communities(loop) == [0]


def test_two_cliques_are_two_communities_the_larger_one_first() -> None:
    found = named(merge([("", [*clique("abcd"), *clique("uvwxy"), Row("a", "父亲", "u", 0.3)])]))
    assert {found[c] for c in "uvwxy"} == {0}
    assert {found[c] for c in "abcd"} == {1}


def test_communities_are_the_same_every_time_and_in_every_process() -> None:
    rows = [Row(str(i), "父亲", str((i * 7 + 3) % 40), 0.5) for i in range(40)] + clique("0123") + clique("4567")
    graph = merge([("", rows)])
    first = communities(graph)
    assert all(communities(graph) == first for _ in range(3))
    code = (
        "import json, sys; from core.triples.graph import merge, communities; from types import SimpleNamespace as N;"
        "rows = [N(subject=r[0], predicate=r[1], object=r[2], score=r[3], subject_span=(0, 1), object_span=(2, 3))"
        " for r in json.loads(sys.argv[1])]; print(communities(merge([('', rows)])))"
    )
    sent = json.dumps([row[:4] for row in rows])
    reply = subprocess.run([sys.executable, "-c", code, sent], capture_output=True, text=True, check=True)
    assert reply.stdout.strip() == str(first)


def test_doubtful_edges_join_communities_and_shape_none() -> None:
    firm = [*clique("abcd"), *clique("uvwx")]
    doubtful = [Row("a", "父亲", s, 0.1) for s in "uvwx"] + [Row("u", "父亲", "new", 0.2), Row("new", "父亲", "a", 0.1)]
    apart = [Row("p", "父亲", "q", 0.1)]
    before, after = named(merge([("", firm)]), 0.5), named(merge([("", [*firm, *doubtful, *apart])]), 0.5)
    assert {c: after[c] for c in "abcd"} == dict.fromkeys("abcd", after["a"])
    assert after["a"] != after["u"]
    assert before["a"] != before["u"]
    assert after["new"] == after["u"]
    assert after["p"] == after["q"] not in (after["a"], after["u"])


def test_without_infomap_connected_parts_are_the_communities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "infomap", None)
    found = named(merge([("", [*clique("abc"), *clique("uvwx"), Row("x", "父亲", "y"), Row("z", "简称", "z")])]))
    assert [found[c] for c in "uvwxyabcz"] == [0] * 5 + [1] * 3 + [2]


def test_turtle_parses_back_with_facts_labels_types_scores_and_sources() -> None:
    rows = [Row("战狼2", "导演", "吴京", 0.87654), Row("Wolf", "主演", "吴京", 0.5)]
    found = rdflib.Graph().parse(data=to_turtle(merge([("一.txt", rows), ("二.txt", rows[:1])])), format="turtle")
    film, person = (next(found.subjects(RDFS.label, rdflib.Literal(name, lang="zh"))) for name in ("战狼2", "吴京"))
    director = next(found.predicates(film, person))
    assert {str(label) for label in found.objects(director, RDFS.label)} == {"导演", "director"}
    kind = next(found.objects(person, RDF.type))
    assert next(found.objects(kind, RDFS.label)) == rdflib.Literal("人物", lang="zh")
    statement = next(found.subjects(RDF.predicate, director))
    assert next(found.objects(statement, rdflib.URIRef(f"{NAMESPACE}score"))).value == Decimal("0.8765")
    assert {str(o) for o in found.objects(statement, rdflib.DCTERMS.source)} == {"一.txt", "二.txt"}
    assert next(found.subjects(RDFS.label, rdflib.Literal("Wolf")), None) is not None
    assert (person, director) == (
        rdflib.URIRef(f"{NAMESPACE}entity:吴京"),
        rdflib.URIRef(f"{NAMESPACE}relation:导演"),
    )


def test_hostile_names_survive_turtle_and_graphml() -> None:
    rows = [Row(name, name, "对象") for name in HOSTILE]
    graph = merge([(name, [row]) for name, row in zip(HOSTILE, rows, strict=True)])
    turtle = to_turtle(graph)
    turtle.encode()
    found = rdflib.Graph().parse(data=turtle, format="turtle")
    assert len(set(found.subjects(RDF.type, RDF.Statement))) == len(HOSTILE)
    assert all(" " not in iri and "<" not in iri for iri in map(str, found.all_nodes()) if iri.startswith(NAMESPACE))
    labels = {str(label) for label in found.objects(None, RDFS.label)}
    assert {"战 狼2", "quo\"te's", "<b>&amp;</b>", "a\\b\nc\td", "bellnull", "half "} <= labels

    root = ElementTree.fromstring(to_graphml(graph, communities(graph)))
    shown = [data.text or "" for data in root.iterfind(".//g:node/g:data[@key='label']", NS)]
    assert len(shown) == len(graph.nodes) == len(HOSTILE) + 1
    assert {"战 狼2", "quo\"te's", "<b>&amp;</b>", "bellnull", "]]> -->", "😀👨‍👩‍👧"} <= set(shown)
    assert len(root.findall(".//g:edge", NS)) == len(HOSTILE)


def test_graphml_has_directions_attributes_and_communities() -> None:
    graph = merge([("一", [Row("战狼2", "导演", "吴京", 0.9)]), ("二", [Row("战狼2", "导演", "吴京", 0.7)])])
    root = ElementTree.fromstring(to_graphml(graph, [4, 4]))
    body = root.find("g:graph", NS)
    assert body is not None
    assert body.get("edgedefault") == "directed"
    edge = body.find("g:edge", NS)
    assert edge is not None
    assert (edge.get("source"), edge.get("target")) == ("n0", "n1")
    data = {d.get("key"): d.text for d in edge.iterfind("g:data", NS)}
    assert data == {"predicate": "导演", "documents": "一; 二", "score": "0.9", "weight": "1.6"}
    assert [d.text for d in root.iterfind(".//g:data[@key='community']", NS)] == ["4", "4"]
    declared = {key.get("id") for key in root.iterfind("g:key", NS)}
    assert {d.get("key") for d in root.iterfind(".//g:data", NS)} <= declared
    assert "community" not in {k.get("id") for k in ElementTree.fromstring(to_graphml(graph)).iterfind("g:key", NS)}


def test_importing_the_modules_loads_neither_library() -> None:
    code = (
        "import sys, core.triples.graph, core.triples.graph_files;"
        "sys.exit(bool({'infomap', 'rdflib', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
