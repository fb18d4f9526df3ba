// GPLinker for events on what it read at a time: for each type the arguments as a graph, a line between two where both
// their first and their last tokens are linked. Its complete subgraphs, as large as they go, are the events.

import { hueOf, makeNames } from "modou/triples/views/events/read.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { svg, widthOf } from "modou/views/svg.js";

/** @import { Names } from "modou/triples/views/events/read.js" */
/** @import { Pick } from "modou/triples/views/matrix.js" */
/** @import { triples } from "modou/views/types.js" */

const [WIDTH, HEIGHT, FONT] = [640, 380, 14];
const LONGEST = 10;
// The likeliest arguments that count, and a few that do not: what nearly was.
const MOST = 16;

/** @param {string} text */
const shortened = (text) => ([...text].length > LONGEST ? `${[...text].slice(0, LONGEST).join("")}…` : text);

/**
 * @param {triples.LinkedArguments} graph
 * @param {triples.EventsInside} shown
 */
const nodesOf = (graph, shown) => {
  const numbered = graph.arguments.map(([role, i, j, p], number) => ({ number, role, p, text: shown.tokens.slice(i, j + 1).join(""), counts: p >= shown.threshold }));
  const kept = [...numbered].sort((a, b) => b.p - a.p).slice(0, MOST).sort((a, b) => a.number - b.number);
  return kept.map((node, k) => {
    const angle = (2 * Math.PI * k) / kept.length - Math.PI / 2;
    const alone = kept.length === 1;
    return { ...node, x: WIDTH / 2 + (alone ? 0 : 205 * Math.cos(angle)), y: HEIGHT / 2 + (alone ? 0 : 140 * Math.sin(angle)) };
  });
};

/**
 * @param {triples.LinkedArguments} graph
 * @param {triples.EventsInside} shown
 * @param {number} chosen the event that is looked at, or -1 for all
 * @param {Names} names
 */
const drawingOf = (graph, shown, chosen, names) => {
  const nodes = nodesOf(graph, shown);
  const at = new Map(nodes.map((node) => [node.number, node]));
  /** @param {number[]} numbers */
  const eventOf = (numbers) => graph.events.findIndex((event, k) => (chosen < 0 || k === chosen) && numbers.every((n) => event.includes(n)));
  const lines = graph.links.flatMap(([u, v, p]) => {
    const [a, b] = [at.get(u), at.get(v)];
    if (!a || !b) return [];
    const event = eventOf([u, v]);
    const firm = p >= shown.link_threshold && a.counts && b.counts;
    return [svg("line", { class: `${firm ? "edge firm" : "edge"}${event < 0 ? " off" : ""}`, style: `${event < 0 ? "" : `${hueOf(event)};`}--p:${p}`, x1: a.x, y1: a.y, x2: b.x, y2: b.y },
      svg("title", {}, `${a.text} – ${b.text}: ${percent(p)}`))];
  });
  const circles = nodes.map((node) => {
    const event = eventOf([node.number]);
    const label = shortened(node.text);
    const role = `${names.role(graph.type, node.role)} ${percent(node.p)}`;
    const width = Math.max(widthOf(label, FONT), widthOf(role, 11)) + 18;
    return svg("g", { class: `node${node.counts ? "" : " faint"}${event < 0 ? " off" : ""}`, style: event < 0 ? null : hueOf(event), transform: `translate(${node.x},${node.y})` },
      svg("title", {}, `${role}: ${node.text}`),
      svg("rect", { x: -width / 2, y: -21, width, height: 42, rx: 10 }),
      svg("text", { "text-anchor": "middle", y: -2, "font-size": FONT, lang: "zh" }, label),
      svg("text", { class: "role", "text-anchor": "middle", y: 14, "font-size": 11 }, role));
  });
  return h("div", { class: "scroller" }, svg("svg", {
    width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": say(`“${names.type(graph.type)}”的论元图：${nodes.length} 个论元，${graph.events.length} 个完全子图`, `Graph of the arguments of ${names.type(graph.type)}: ${nodes.length} arguments, ${graph.events.length} complete subgraphs`),
  }, lines, circles));
};

// `chosen.head` is the type that is looked at, `chosen.subject` the event of it, from 1, or 0 for all.
/**
 * @param {triples.EventsInside} shown
 * @param {Pick} pick
 * @param {{subject: number, head: string}} chosen
 * @param {{types?: triples.EventType[]}} props
 */
export const eventGraphs = (shown, pick, chosen, props) => {
  const names = makeNames(props.types);
  const heading = h("h4", {}, say("论元连成图，完全子图就是事件", "Arguments linked to a graph, whose complete subgraphs are the events"));
  const read = h("p", { class: "read", lang: "zh" }, shown.tokens.join(""));
  if (!shown.graphs.length) return [heading, read, h("p", {}, say("这里没有概率超过 5% 的论元。", "No argument has a probability above 5% here."))];
  const graph = shown.graphs.find((g) => g.type === chosen.head) ?? shown.graphs.find((g) => g.events.length) ?? shown.graphs[0];
  if (chosen.subject > graph.events.length) chosen.subject = 0;
  /** @param {number} number */
  const textOf = (number) => {
    const [, i, j] = graph.arguments[number];
    return shown.tokens.slice(i, j + 1).join("");
  };
  const types = shown.graphs.map((g) => pick(`${names.type(g.type)} · ${g.events.length}`, g === graph, () => {
    chosen.head = g.type;
    chosen.subject = 0;
  }));
  const events = graph.events.map((event, k) => pick(`${k + 1}. ${event.map(textOf).join(" · ")}`, chosen.subject === k + 1, () => { chosen.subject = chosen.subject === k + 1 ? 0 : k + 1; }));
  return [
    heading, read,
    h("p", {}, say(
      "每个“类型＋角色”有一个头，给所有片段打分；概率够高的片段是论元（框）。两个论元的第一个词元、最后一个词元都连上，就画一条线，越浓越可信。两两相连、不能再大的一组，就是一个事件；一个论元可以属于几个事件。虚线和淡色的框不够阈值。",
      "Each type and role has a head that scores every span; those likely enough are arguments (boxes). A line joins two whose first tokens are linked, and whose last tokens are; the darker, the surer. A set in which each is joined with each, as large as it goes, is an event; an argument may be part of several. Dashed lines and pale boxes are below the thresholds.")),
    h("div", { class: "picks", role: "group", "aria-label": say("看哪种事件", "Which type") }, types),
    drawingOf(graph, shown, chosen.subject - 1, names),
    graph.events.length
      ? h("div", { class: "picks", role: "group", "aria-label": say("完全子图", "Complete subgraphs") }, events)
      : h("p", {}, say("没有论元过阈值，所以没有事件。", "No argument reaches the threshold: there is no event."))];
};
