"""A knowledge graph in the two formats that other programs read: RDF (Turtle) and GraphML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote
from xml.etree import ElementTree

from core.triples.graph import KnowledgeGraph
from core.triples.schema import RELATIONS

# Names in the files begin with it; whoever publishes them can put an address of their own there.
NAMESPACE = "urn:modou:"

# What XML 1.0 has no way to write; in a label nobody misses it.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# An IRI may have the letters and digits of any script; all else is percent-encoded.
_NOT_IN_IRI = re.compile(r"\W")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_GRAPHML = "http://graphml.graphdrawing.org/xmlns"


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _percent(character: re.Match[str]) -> str:
    return quote(character[0], safe="", errors="replace")


def to_turtle(graph: KnowledgeGraph, namespace: str = NAMESPACE) -> str:
    """RDF in Turtle: an IRI with label and types for each entity, a plain triple for each edge.

    Scores and documents stand on a statement about the triple (`rdf:Statement`, RDF 1.1's reification), which readers
    that want only the facts can leave aside.
    """
    import rdflib
    from rdflib import RDF, RDFS, XSD, Literal, URIRef
    from rdflib.namespace import DCTERMS

    def iri(kind: str, name: str) -> URIRef:
        return URIRef(f"{namespace}{kind}:{_NOT_IN_IRI.sub(_percent, name)}")

    def label(text: str) -> Literal:
        text = _printable(text)
        return Literal(text, lang="zh" if _HAN.search(text) else None)

    rdf = rdflib.Graph()
    rdf.bind("modou", namespace)
    for prefix in ("entity", "relation", "type", "statement"):
        rdf.bind(prefix, f"{namespace}{prefix}:")
    score = URIRef(f"{namespace}score")
    for node in graph.nodes:
        entity = iri("entity", node.text)
        rdf.add((entity, RDFS.label, label(node.text)))
        for kind in node.types:
            rdf.add((entity, RDF.type, iri("type", kind)))
            rdf.add((iri("type", kind), RDFS.label, label(kind)))
    for number, edge in enumerate(graph.edges, 1):
        subject, item = (iri("entity", graph.nodes[i].text) for i in (edge.subject, edge.object))
        relation, statement = iri("relation", edge.predicate), iri("statement", str(number))
        rdf.add((subject, relation, item))
        rdf.add((relation, RDF.type, RDF.Property))
        rdf.add((relation, RDFS.label, label(edge.predicate)))
        if edge.predicate in RELATIONS:
            rdf.add((relation, RDFS.label, Literal(RELATIONS[edge.predicate].english, lang="en")))
        rdf.add((statement, RDF.type, RDF.Statement))
        for role, part in ((RDF.subject, subject), (RDF.predicate, relation), (RDF.object, item)):
            rdf.add((statement, role, part))
        rdf.add((statement, score, Literal(Decimal(f"{edge.score:.4f}"), datatype=XSD.decimal)))
        for mention in edge.mentions:
            name = _printable(graph.documents[mention.document])
            if name:
                rdf.add((statement, DCTERMS.source, Literal(name)))
    return rdf.serialize(format="turtle")


def to_graphml(graph: KnowledgeGraph, communities: Sequence[int] | None = None) -> str:
    """GraphML, as Gephi, Cytoscape and networkx read it: labels, types and `communities` of nodes, a predicate, score,
    weight and documents for each edge."""
    ElementTree.register_namespace("", _GRAPHML)
    root = ElementTree.Element(f"{{{_GRAPHML}}}graphml")
    fields = [("node", "label", "string"), ("node", "type", "string"), ("node", "mentions", "int")]
    if communities is not None:
        fields.append(("node", "community", "int"))
    fields += [("edge", name, "string") for name in ("predicate", "documents")]
    fields += [("edge", name, "double") for name in ("score", "weight")]
    for owner, name, kind in fields:
        ElementTree.SubElement(
            root, f"{{{_GRAPHML}}}key", {"id": name, "for": owner, "attr.name": name, "attr.type": kind}
        )
    body = ElementTree.SubElement(root, f"{{{_GRAPHML}}}graph", {"id": "triples", "edgedefault": "directed"})

    def add(tag: str, attributes: dict[str, str], data: dict[str, object]) -> None:
        element = ElementTree.SubElement(body, f"{{{_GRAPHML}}}{tag}", attributes)
        for key, value in data.items():
            ElementTree.SubElement(element, f"{{{_GRAPHML}}}data", {"key": key}).text = _printable(str(value))

    for i, node in enumerate(graph.nodes):
        extra = {} if communities is None else {"community": communities[i]}
        add(
            "node",
            {"id": f"n{i}"},
            {"label": node.text, "type": "/".join(node.types), "mentions": len(node.mentions), **extra},
        )
    for i, edge in enumerate(graph.edges):
        names = "; ".join(graph.documents[m.document] for m in edge.mentions)
        add(
            "edge",
            {"id": f"e{i}", "source": f"n{edge.subject}", "target": f"n{edge.object}"},
            {
                "predicate": edge.predicate,
                "documents": names,
                "score": round(edge.score, 4),
                "weight": round(edge.weight, 4),
            },
        )
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
