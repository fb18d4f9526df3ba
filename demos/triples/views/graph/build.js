// From triples to a graph: the same text is the same node, the same relation between the same two one edge.

import { ROOMY } from "modou/triples/views/graph/layout.js";
import { bendEdges, EDGE_LABEL, LABEL, radiusOf, shortened } from "modou/triples/views/graph/paint.js";
import { widthOf } from "modou/views/svg.js";

/** @import { Read, Selection } from "modou/triples/views/read.js" */

/**
 * An entity: the numbers of its triples, its place (`x`, `y`, from the middle), its size, how it is drawn.
 *
 * @typedef {object} GraphNode
 * @property {string} text
 * @property {string[]} types
 * @property {Set<number>} triples
 * @property {Set<GraphEdge>} links
 * @property {number} score
 * @property {number} degree
 * @property {number} radius
 * @property {string} label
 * @property {number} labelWidth
 * @property {number} width
 * @property {number} height
 * @property {number} community
 * @property {number} [x]
 * @property {number} [y]
 * @property {number | null} [fx] where it is held
 * @property {number | null} [fy]
 * @property {boolean} [lit]
 * @property {boolean} [nameOver]
 * @property {Spot} at
 * @property {SVGGElement} element
 */
/**
 * A relation between two entities, bent where it shares its room with others.
 *
 * @typedef {object} GraphEdge
 * @property {string} key
 * @property {GraphNode} from
 * @property {GraphNode} to
 * @property {string} predicate
 * @property {Set<number>} triples
 * @property {number} score
 * @property {number} labelWidth
 * @property {number} length
 * @property {number} bend
 * @property {number} turn
 * @property {boolean} [lit]
 * @property {{x: number, y: number}[]} spots where its label may stand, the best first
 * @property {number} [spot] which of them it has
 * @property {SVGGElement} element
 */
/** @typedef {{x: number, y: number, r: number}} Spot a node on the screen */
/** @typedef {{width: number, height: number}} Room */
/** @typedef {{k: number, x: number, y: number}} View how far things are moved apart, and where the middle is */
/**
 * @typedef {object} GraphActs
 * @property {(selection: Selection | null) => void} light
 * @property {(part: {node?: GraphNode, edge?: GraphEdge} | null) => void} pin
 */

// More nodes than this neither people nor browsers follow.
const MOST_NODES = 300;

// `triples` are those to show; `kept` is the graph before, whose nodes keep their places. Gives {nodes, edges, leftOut},
// nodes and edges with the numbers (in `triples`) of what they stand for.
/**
 * @param {Read[]} triples
 * @param {Record<string, number>} communities
 * @param {Map<string, GraphNode>} kept
 */
export const buildGraph = (triples, communities, kept) => {
  /** @type {Map<string, GraphNode>} */
  const nodes = new Map();
  /** @type {Map<string, GraphEdge>} */
  const edges = new Map();
  /**
   * @param {string} text
   * @param {string} type
   * @param {number} i
   */
  const node = (text, type, i) => {
    const found = nodes.get(text) || /** @type {GraphNode} */ ({ text, types: /** @type {string[]} */ ([]), triples: new Set(), links: new Set(), score: 0 });
    nodes.set(text, found);
    if (type && !found.types.includes(type)) found.types.push(type);
    found.triples.add(i);
    found.score = Math.max(found.score, triples[i].score);
    return found;
  };
  triples.forEach((triple, i) => {
    const from = node(triple.subject, triple.subject_type, i);
    const to = node(triple.object, triple.object_type, i);
    const key = JSON.stringify([triple.subject, triple.predicate, triple.object]);
    const edge = edges.get(key) || /** @type {GraphEdge} */ ({ key, from, to, predicate: triple.predicate, triples: new Set(), score: 0 });
    edges.set(key, edge);
    edge.triples.add(i);
    edge.score = Math.max(edge.score, triple.score);
    from.links.add(edge);
    to.links.add(edge);
  });
  let chosen = [...nodes.values()];
  if (chosen.length > MOST_NODES) {
    chosen.sort((a, b) => b.links.size - a.links.size || b.score - a.score);
    chosen = chosen.slice(0, MOST_NODES);
  }
  const among = new Set(chosen);
  const lines = [...edges.values()].filter((e) => among.has(e.from) && among.has(e.to));
  const linked = new Set(lines.flatMap((e) => [e.from, e.to]));
  chosen = chosen.filter((n) => linked.has(n));
  const dense = chosen.length > ROOMY;
  for (const one of chosen) {
    const before = kept.get(one.text);
    one.degree = lines.reduce((sum, e) => sum + Number(e.from === one) + Number(e.to === one), 0);
    one.radius = radiusOf(one.degree);
    one.label = shortened(one.text, chosen.length > 30 ? 12 : 14);
    one.labelWidth = widthOf(one.label, LABEL) + 4;
    one.width = Math.max(2 * one.radius, one.labelWidth);
    one.height = 2 * one.radius + LABEL + 4;
    one.community = communities[one.text] ?? 0;
    if (before) Object.assign(one, { x: before.x, y: before.y, vx: 0, vy: 0 });
  }
  for (const edge of lines) {
    edge.labelWidth = widthOf(edge.predicate, EDGE_LABEL) + 6;
    edge.length = dense ? 60 : edge.from.radius + edge.to.radius + edge.labelWidth + 44;
  }
  bendEdges(lines);
  return { nodes: chosen, edges: lines, leftOut: nodes.size - chosen.length };
};

// The neighbour that lies most in the direction of an arrow key, or else null.
/** @type {Record<string, [number, number]>} */
export const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/**
 * @param {GraphNode} node
 * @param {GraphEdge[]} edges
 * @param {string} key
 */
export const neighbourToward = (node, edges, key) => {
  const [dx, dy] = DIRECTIONS[key];
  /** @type {{node: GraphNode, cosine: number} | null} */
  let best = null;
  for (const edge of edges) {
    const other = edge.from === node ? edge.to : edge.to === node ? edge.from : null;
    if (!other || other === node) continue;
    const [x, y] = [(other.x ?? 0) - (node.x ?? 0), (other.y ?? 0) - (node.y ?? 0)];
    const cosine = (x * dx + y * dy) / (Math.hypot(x, y) || 1);
    if (cosine > 0.1 && (!best || cosine > best.cosine)) best = { node: other, cosine };
  }
  return best && best.node;
};

/**
 * What lights up with a part of the graph.
 *
 * @param {{node?: GraphNode, edge?: GraphEdge}} part
 * @returns {Selection}
 */
export const selectionOf = ({ node, edge }) => (node ? { triples: node.triples, entity: node.text } : { triples: edge?.triples ?? new Set() });
