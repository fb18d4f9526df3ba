// The graph as something to handle: drag nodes, pan, zoom, point at things, go along edges by keyboard.

import { buildGraph } from "modou/triples/views/graph/build.js";
import { makeLayout } from "modou/triples/views/graph/layout.js";
import { dressNode, edgeElement, LABEL, nodeElement, paintGraph, paintLabels } from "modou/triples/views/graph/paint.js";
import { steerGraph } from "modou/triples/views/graph/steer.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { svg } from "modou/views/svg.js";

/** @import { GraphActs, GraphEdge, GraphNode, Room, View } from "modou/triples/views/graph/build.js" */
/** @import { Read, Selection } from "modou/triples/views/read.js" */

const CLOSEST = 3;
const FARTHEST = 0.08;
// Pixels on the right for the buttons.
const BUTTONS = 44;
// Steps of the layout a frame: it settles in about two seconds.
const STEPS = 2;

// What nodes with their names take up from `low` to `high` where they are spread by `k`.
/**
 * @param {GraphNode[]} nodes
 * @param {number} k
 * @param {"x" | "y"} axis
 * @param {(node: GraphNode) => number} half
 */
const extent = (nodes, k, axis, half) => [
  Math.min(...nodes.map((n) => (n[axis] ?? 0) * k - half(n))), Math.max(...nodes.map((n) => (n[axis] ?? 0) * k + half(n)))];

// The view in which all of a graph is seen beside the buttons, as large as it may be.
/**
 * @param {GraphNode[]} nodes
 * @param {Room} room
 */
const fitGraph = (nodes, room) => {
  const [width, height] = [room.width - BUTTONS, room.height];
  /** @param {number} k */
  const across = (k) => extent(nodes, k, "x", (n) => n.width / 2 + 8);
  /** @param {number} k */
  const down = (k) => extent(nodes, k, "y", (n) => n.radius + LABEL + 12);
  /** @param {number} k */
  const fits = (k) => across(k)[1] - across(k)[0] <= width && down(k)[1] - down(k)[0] <= height;
  let [low, high] = [FARTHEST, 1.25];
  for (let i = 0; i < 12 && !fits(high); i += 1) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  const k = fits(high) ? high : low;
  const [[left, right], [top, bottom]] = [across(k), down(k)];
  return { k, x: (width - left - right) / 2, y: (height - top - bottom) / 2 };
};

// `on` has light({triples, entity} | null), pin({node | edge} | null). Gives the graph's element and what to do with it.
/** @param {GraphActs} on */
export const makeGraph = (on) => {
  /** @type {{nodes: GraphNode[], edges: GraphEdge[], leftOut: number}} */
  let graph = { nodes: [], edges: [], leftOut: 0 };
  /** @type {View} */
  let view = { k: 1, x: 0, y: 0 };
  // Whether the view follows the graph; it does until somebody moves it.
  let following = true;
  let frame = 0;
  let ticks = 0;
  let room = { width: 0, height: 0 };
  const layout = makeLayout();
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const edgeLayer = svg("g", { class: "edges" });
  const nodeLayer = svg("g", { class: "nodes" });
  const drawing = svg("svg", { role: "group", "aria-label": say("知识图谱", "Knowledge graph") }, edgeLayer, nodeLayer);
  const hint = h("p", { class: "empty" });
  const note = h("p", { class: "note" });
  const element = h("div", { class: "graph" }, drawing, hint, note);

  const fitted = () => (graph.nodes.length && room.width ? fitGraph(graph.nodes, room) : view);

  /** @param {boolean} withLabels */
  const paint = (withLabels) => {
    if (following) {
      view = fitted();
      steering.put(view);
    }
    paintGraph(graph.nodes, graph.edges, view, room, withLabels);
  };

  const run = () => {
    frame = 0;
    if (!drawing.isConnected) return;
    for (let i = 0; i < STEPS; i += 1) layout.step();
    ticks += 1;
    paint(graph.nodes.length < 60 || layout.settled || ticks % 8 === 0);
    if (!layout.settled) wake();
  };
  const wake = () => {
    if (still.matches) {
      layout.settle();
      paint(true);
    } else if (!frame) {
      frame = requestAnimationFrame(run);
    }
  };

  const fit = () => {
    following = true;
    paint(true);
  };
  /** @param {View} next */
  const moved = (next) => {
    following = false;
    view = next;
    paint(true);
  };

  /** @param {Selection | null} selection */
  const showLight = (selection) => {
    const lit = selection && selection.triples;
    /** @param {Set<number>} own */
    const any = (own) => [...own].some((i) => lit?.has(i));
    element.classList.toggle("choosing", Boolean(lit));
    for (const part of [...graph.nodes, ...graph.edges]) {
      part.lit = any(part.triples);
      part.element.classList.toggle("lit", part.lit);
      part.element.classList.toggle("self", "text" in part && part.text === selection?.entity);
    }
    if (graph.nodes.length && layout.settled) paintLabels(graph.nodes, graph.edges, room);
  };

  /** @param {GraphNode | null} node */
  const roving = (node) => graph.nodes.forEach((n) => n.element.setAttribute("tabindex", n === node ? "0" : "-1"));

  /**
   * @param {Read[]} triples
   * @param {Record<string, number>} communities
   * @param {string} emptyHint
   */
  const update = (triples, communities, emptyHint) => {
    const had = graph.nodes.find((n) => n.element === document.activeElement)?.text;
    graph = buildGraph(triples, communities, new Map(graph.nodes.map((n) => [n.text, n])));
    for (const node of graph.nodes) {
      node.element = nodeElement(node);
      dressNode(node);
    }
    for (const edge of graph.edges) edge.element = edgeElement(edge);
    edgeLayer.replaceChildren(...graph.edges.map((e) => e.element));
    nodeLayer.replaceChildren(...graph.nodes.map((n) => n.element));
    const hub = graph.nodes.reduce((/** @type {GraphNode | null} */ best, n) => (!best || n.degree > best.degree ? n : best), null);
    const again = graph.nodes.find((n) => n.text === had);
    roving(again || hub);
    if (again) again.element.focus({ preventScroll: true });
    hint.textContent = graph.nodes.length ? "" : emptyHint;
    note.textContent = graph.leftOut ? say(
      `只画联系最多的 ${graph.nodes.length} 个实体，另有 ${graph.leftOut} 个未画。`,
      `The ${graph.nodes.length} entities with the most relations are drawn; ${graph.leftOut} are left out.`) : "";
    const isNew = layout.set(graph.nodes, graph.edges, room.width && room.height ? room.width / room.height : 1.5);
    // The wildest part of a new layout is nothing to look at.
    for (let i = 0; isNew && i < 40 && layout.step(); i += 1);
    paint(true);
    wake();
  };

  const steering = steerGraph({
    drawing, nodeLayer, layout, on, moved, fit, wake, roving, scales: [FARTHEST, CLOSEST], view: () => view, room: () => room, graph: () => graph,
  });
  new ResizeObserver(([entry]) => {
    const { width, height } = entry.contentRect;
    if (!width || !height) return;
    room = { width, height };
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    paint(true);
    wake();
  }).observe(drawing);
  return { element, drawing, update, light: showLight, zoom: steering.zoomBy, fit, get graph() { return graph; } };
};
