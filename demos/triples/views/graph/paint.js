// Draws a graph that has been laid out. Zooming moves things apart instead of making them larger: circles, arrowheads
// and labels keep the size at which they can be read.

import { roomFor } from "modou/triples/views/graph/labels.js";
import { say } from "modou/views/language.js";
import { svg } from "modou/views/svg.js";

/** @import { GraphEdge, GraphNode, Room, Spot, View } from "modou/triples/views/graph/build.js" */

export const LABEL = 13;
export const EDGE_LABEL = 12;
const GAP_BETWEEN = 30;
const HUES = 8;
// How far along an edge its label may stand.
const ALONG = [0.5, 0.62, 0.38];

/** @param {number} degree */
export const radiusOf = (degree) => Math.min(22, 6 + 3 * Math.sqrt(degree));
/**
 * @param {string} text
 * @param {number} most
 */
export const shortened = (text, most) => {
  const characters = [...text.replace(/\s+/g, " ")];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : characters.join("");
};

// The elements of a node or edge, made once.
/** @param {GraphNode} node */
export const nodeElement = (node) => {
  const g = svg("g", { class: "node", tabindex: "-1", role: "button" });
  g.append(
    svg("circle", { class: "hit" }), svg("circle", { class: "dot" }),
    svg("text", { "text-anchor": "middle", "dominant-baseline": "central", lang: "zh" }));
  g.graphNode = node;
  return g;
};
/** @param {GraphEdge} edge */
export const edgeElement = (edge) => {
  const g = svg("g", { class: "edge" });
  g.append(
    svg("path", { class: "hit" }), svg("path", { class: "line" }), svg("path", { class: "head" }),
    svg("text", { "text-anchor": "middle", "dominant-baseline": "central", lang: "zh" }, edge.predicate));
  g.graphEdge = edge;
  return g;
};

// What changes with the graph, not with its places.
/** @param {GraphNode} node */
export const dressNode = (node) => {
  const [, , text] = node.element.children;
  node.element.setAttribute("class", `node hue${node.community % HUES} ring${Math.min(3, Math.floor(node.community / HUES))}`);
  node.element.setAttribute("aria-label", say(
    `${node.text}，${node.types.join("、") || "实体"}，${node.degree} 个关系`,
    `${node.text}, ${node.types.join(", ") || "entity"}, ${node.degree} ${node.degree === 1 ? "relation" : "relations"}`));
  text.textContent = node.label;
};

// Edges between the same two nodes share their room: each gets its own bend.
/** @param {GraphEdge[]} edges */
export const bendEdges = (edges) => {
  /** @type {Map<string, GraphEdge[]>} */
  const groups = new Map();
  for (const edge of edges) {
    const key = [edge.from.text, edge.to.text].sort().join("\u0000");
    groups.set(key, [...(groups.get(key) || []), edge]);
  }
  for (const group of groups.values()) {
    group.forEach((edge, i) => {
      const offset = (i - (group.length - 1) / 2) * GAP_BETWEEN;
      // Left of the way there is right of the way back.
      edge.bend = edge.from.text < edge.to.text ? offset : -offset;
      edge.turn = i;
    });
  }
};

/**
 * @param {GraphEdge} edge
 * @param {Spot} given
 */
const loopPath = (edge, { x, y, r }) => {
  const high = 34 + 20 * edge.turn;
  const wide = 24 + 8 * edge.turn;
  /**
   * @param {number} dx
   * @param {number} dy
   */
  const at = (dx, dy) => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`;
  return {
    line: `M${at(-r * 0.6, -r * 0.8)} C${at(-wide, -r - high)} ${at(wide, -r - high)} ${at(r * 0.6, -r * 0.8 - 3)}`,
    tip: { x: x + r * 0.6, y: y - r * 0.8 }, toward: Math.atan2(high, -wide * 0.7),
    spots: [{ x, y: y - r - 0.75 * high - 8 }],
  };
};

/**
 * @param {GraphEdge} edge
 * @param {Spot} a
 * @param {Spot} b
 */
const linkPath = (edge, a, b) => {
  const distance = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const normal = { x: -(b.y - a.y) / distance, y: (b.x - a.x) / distance };
  const middle = { x: (a.x + b.x) / 2 + normal.x * edge.bend, y: (a.y + b.y) / 2 + normal.y * edge.bend };
  // A quadratic curve passes half as far from the chord as its control point lies.
  const control = { x: middle.x + normal.x * edge.bend, y: middle.y + normal.y * edge.bend };
  const leave = Math.atan2(control.y - a.y, control.x - a.x);
  const arrive = Math.atan2(b.y - control.y, b.x - control.x);
  const start = { x: a.x + Math.cos(leave) * a.r, y: a.y + Math.sin(leave) * a.r };
  const tip = { x: b.x - Math.cos(arrive) * (b.r + 2), y: b.y - Math.sin(arrive) * (b.r + 2) };
  const end = { x: tip.x - Math.cos(arrive) * 6, y: tip.y - Math.sin(arrive) * 6 };
  /** @param {{x: number, y: number}} p */
  const point = (p) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`;
  // Where edges share their room, the middle of one may be taken by the label of another.
  const spots = ALONG.map((t) => ({
    x: (1 - t) ** 2 * a.x + 2 * t * (1 - t) * control.x + t ** 2 * b.x,
    y: (1 - t) ** 2 * a.y + 2 * t * (1 - t) * control.y + t ** 2 * b.y,
  }));
  return { line: `M${point(start)} Q${point(control)} ${point(end)}`, tip, toward: arrive, spots };
};

/**
 * @param {{x: number, y: number}} given
 * @param {number} angle
 */
const headPath = ({ x, y }, angle) => {
  /**
   * @param {number} turn
   * @param {number} size
   */
  const corner = (turn, size) => `${(x + size * Math.cos(angle + turn)).toFixed(1)},${(y + size * Math.sin(angle + turn)).toFixed(1)}`;
  return `M${x.toFixed(1)},${y.toFixed(1)} L${corner(Math.PI - 0.4, 10)} L${corner(Math.PI + 0.4, 10)} Z`;
};

// Puts everything where `view` {k, x, y} shows it; labels as far as there is room, which takes longer, if `withLabels`.
/**
 * @param {GraphNode[]} nodes
 * @param {GraphEdge[]} edges
 * @param {View} view
 * @param {Room} room
 * @param {boolean} withLabels
 */
export const paintGraph = (nodes, edges, view, room, withLabels) => {
  const size = Math.min(1, Math.max(0.45, view.k * 1.15));
  for (const node of nodes) {
    node.at = { x: (node.x ?? 0) * view.k + view.x, y: (node.y ?? 0) * view.k + view.y, r: node.radius * size };
    const [hit, dot] = node.element.children;
    node.element.setAttribute("transform", `translate(${node.at.x.toFixed(1)},${node.at.y.toFixed(1)})`);
    dot.setAttribute("r", node.at.r.toFixed(1));
    hit.setAttribute("r", (node.at.r + 7).toFixed(1));
  }
  for (const edge of edges) {
    const drawn = edge.from === edge.to ? loopPath(edge, edge.from.at) : linkPath(edge, edge.from.at, edge.to.at);
    edge.spots = drawn.spots;
    const [hit, line, head] = edge.element.children;
    hit.setAttribute("d", drawn.line);
    line.setAttribute("d", drawn.line);
    head.setAttribute("d", headPath(drawn.tip, drawn.toward));
    placeLabel(edge, edge.spot ?? 0);
  }
  if (!withLabels) return;
  findBelow(nodes, edges);
  paintLabels(nodes, edges, room);
};

// A name stands under its node, or over it where most of the node's edges come from below; beside it where there is no
// room for either.
/**
 * @param {GraphNode[]} nodes
 * @param {GraphEdge[]} edges
 */
const findBelow = (nodes, edges) => {
  const below = new Map(nodes.map((node) => [node, 0]));
  for (const { from, to } of edges) {
    const slope = (to.at.y - from.at.y) / (Math.hypot(to.at.x - from.at.x, to.at.y - from.at.y) || 1);
    below.set(from, (below.get(from) ?? 0) + slope);
    below.set(to, (below.get(to) ?? 0) - slope);
  }
  for (const node of nodes) node.nameOver = (below.get(node) ?? 0) > 0.2;
};

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {object} [rest]
 */
const boxAt = (x, y, width, height, rest = {}) => ({ left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2, dx: 0, dy: 0, ...rest });

/**
 * @param {GraphNode} given
 * @param {Room} room
 */
const namePlaces = ({ at, labelWidth, nameOver }, room) => {
  /**
   * @param {number} dx
   * @param {number} dy
   */
  const place = (dx, dy) => boxAt(at.x + dx, at.y + dy, labelWidth, LABEL + 3, { dx, dy });
  const [over, under] = [place(0, -at.r - 10), place(0, at.r + 10)];
  const side = at.r + 3 + labelWidth / 2;
  const places = [...(nameOver ? [over, under] : [under, over]), place(side, 0), place(-side, 0)];
  const inside = places.filter((p) => p.left >= 0 && p.right <= room.width && p.top >= 0 && p.bottom <= room.height);
  return inside.length ? inside : places;
};

/**
 * @param {GraphNode[]} nodes
 * @param {GraphEdge[]} edges
 * @param {Room} room
 */
export const paintLabels = (nodes, edges, room) => {
  const dots = nodes.map((n) => ({ ...boxAt(n.at.x, n.at.y, 2 * n.at.r, 2 * n.at.r), owner: n }));
  /** @type {import("modou/triples/views/graph/labels.js").Label<GraphNode | GraphEdge>[]} */
  const labels = [
    ...nodes.map((n) => ({ owner: n, rank: 10 + n.degree, wanted: n.lit, firm: n.degree > 3, places: namePlaces(n, room) })),
    ...edges.map((e) => ({ owner: e, rank: e.score, wanted: e.lit, places: e.spots.map(({ x, y }) => boxAt(x, y, e.labelWidth, EDGE_LABEL + 2)) }))];
  const chosen = roomFor(labels, dots);
  for (const label of labels) {
    const place = chosen.get(label);
    label.owner.element.classList.toggle("unnamed", !place);
    if (!place) continue;
    if ("text" in label.owner) placeName(label.owner, place);
    else placeLabel(label.owner, label.places.indexOf(place));
  }
};
/**
 * @param {GraphEdge} edge
 * @param {number} spot
 */
const placeLabel = (edge, spot) => {
  edge.spot = spot;
  edge.element.lastElementChild?.setAttribute("x", edge.spots[spot].x.toFixed(1));
  edge.element.lastElementChild?.setAttribute("y", edge.spots[spot].y.toFixed(1));
};
/**
 * @param {GraphNode} node
 * @param {{dx: number, dy: number}} given
 */
const placeName = (node, { dx, dy }) => {
  node.element.lastElementChild?.setAttribute("x", dx.toFixed(1));
  node.element.lastElementChild?.setAttribute("y", dy.toFixed(1));
};
