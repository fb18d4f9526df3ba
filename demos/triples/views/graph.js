// The graph as something to handle: drag nodes, pan, zoom, point at things, go along edges by keyboard.

import { buildGraph } from "modou/triples/views/graph/build.js";
import { makeLayout } from "modou/triples/views/graph/layout.js";
import { dressNode, edgeElement, LABEL, nodeElement, paintGraph, paintLabels } from "modou/triples/views/graph/paint.js";
import { steerGraph } from "modou/triples/views/graph/steer.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { svg } from "modou/views/svg.js";

const CLOSEST = 3;
const FARTHEST = 0.08;
// Pixels on the right for the buttons.
const BUTTONS = 44;
// Steps of the layout a frame: it settles in about two seconds.
const STEPS = 2;

// What nodes with their names take up from `low` to `high` where they are spread by `k`.
const extent = (nodes, k, axis, half) => [
  Math.min(...nodes.map((n) => n[axis] * k - half(n))), Math.max(...nodes.map((n) => n[axis] * k + half(n)))];

// The view in which all of a graph is seen beside the buttons, as large as it may be.
const fitGraph = (nodes, room) => {
  const [width, height] = [room.width - BUTTONS, room.height];
  const across = (k) => extent(nodes, k, "x", (n) => n.width / 2 + 8);
  const down = (k) => extent(nodes, k, "y", (n) => n.radius + LABEL + 12);
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
export const makeGraph = (on) => {
  let graph = { nodes: [], edges: [], leftOut: 0 };
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

  const paint = (withLabels) => {
    if (following) view = fitted();
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

  const zoom = (factor, x = room.width / 2, y = room.height / 2) => {
    const k = Math.min(CLOSEST, Math.max(FARTHEST, view.k * factor));
    following = false;
    view = { k, x: x - ((x - view.x) * k) / view.k, y: y - ((y - view.y) * k) / view.k };
    paint(true);
  };
  const fit = () => {
    following = true;
    paint(true);
  };
  const move = (dx, dy) => {
    following = false;
    view = { ...view, x: view.x + dx, y: view.y + dy };
    paint(true);
  };

  const showLight = (selection) => {
    const lit = selection && selection.triples;
    const any = (own) => Boolean(lit) && [...own].some((i) => lit.has(i));
    element.classList.toggle("choosing", Boolean(lit));
    for (const part of [...graph.nodes, ...graph.edges]) {
      part.lit = any(part.triples);
      part.element.classList.toggle("lit", part.lit);
      part.element.classList.toggle("self", Boolean(selection) && part.text !== undefined && part.text === selection.entity);
    }
    if (graph.nodes.length && layout.settled) paintLabels(graph.nodes, graph.edges, room);
  };

  const roving = (node) => graph.nodes.forEach((n) => n.element.setAttribute("tabindex", n === node ? "0" : "-1"));

  const update = (triples, communities, emptyHint) => {
    const focused = graph.nodes.find((n) => n.element === document.activeElement)?.text;
    graph = buildGraph(triples, communities, new Map(graph.nodes.map((n) => [n.text, n])));
    for (const node of graph.nodes) {
      node.element = nodeElement(node);
      dressNode(node);
    }
    for (const edge of graph.edges) edge.element = edgeElement(edge);
    edgeLayer.replaceChildren(...graph.edges.map((e) => e.element));
    nodeLayer.replaceChildren(...graph.nodes.map((n) => n.element));
    const hub = graph.nodes.reduce((best, n) => (!best || n.degree > best.degree ? n : best), null);
    const again = graph.nodes.find((n) => n.text === focused);
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

  const handle = { element, drawing, update, light: showLight, zoom, fit, get graph() { return graph; } };
  steerGraph({ drawing, layout, on, zoom, fit, move, wake, roving, view: () => view, graph: () => graph });
  new ResizeObserver(([entry]) => {
    const { width, height } = entry.contentRect;
    if (!width || !height) return;
    room = { width, height };
    drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    paint(true);
    wake();
  }).observe(drawing);
  return handle;
};
