// Small drawings of what the models say, from the data that `demos/shell/home.py` sends.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { svg } from "modou/views/svg.js";
import { arrowNodes, boardLines, CELL, HEIGHT, LEFT, pieceNode, TOP, WIDTH } from "modou/xiangqi/views/drawing.js";
import { FILE_LETTERS, piecesAfter, START_FEN } from "modou/xiangqi/views/pieces.js";

/**
 * @param {string} text
 * @param {number} most
 */
const short = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);

// The entity with most edges in the middle, its neighbours around it, each between its own.
/** @param {{edges: [string, string, string][]}} given */
const drawGraph = ({ edges }) => {
  const count = new Map();
  for (const [subject, , object] of edges) for (const name of [subject, object]) count.set(name, (count.get(name) || 0) + 1);
  const [middle, ...rest] = [...count.keys()].sort((a, b) => count.get(b) - count.get(a));
  /** @param {string} name */
  const next = (name) => rest.filter((other) => edges.some(([s, , o]) => (s === name && o === other) || (o === name && s === other)));
  const near = next(middle);
  const others = [...new Set([...near.flatMap((name) => {
    const own = next(name).filter((other) => !near.includes(other));
    return [...own.slice(0, own.length / 2), name, ...own.slice(own.length / 2)];
  }), ...rest])];
  const places = new Map([[middle, { x: 180, y: 92 }]]);
  others.forEach((name, i) => {
    const angle = (2 * Math.PI * (i + 0.5)) / others.length;
    places.set(name, { x: 180 + 128 * Math.cos(angle), y: 92 + 66 * Math.sin(angle) });
  });
  return svg("svg", { viewBox: "0 0 360 190", class: "graph" },
    edges.map(([subject, relation, object]) => {
      const [a, b] = [subject, object].map((name) => places.get(name) || { x: 0, y: 0 });
      return svg("g", {}, svg("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y }),
        svg("text", { class: "relation", x: a.x + (b.x - a.x) * 0.55, y: a.y + (b.y - a.y) * 0.55 }, relation));
    }),
    [...places].map(([name, at]) => svg("g", { class: name === middle ? "node middle" : "node" },
      svg("circle", { cx: at.x, cy: at.y, r: name === middle ? 9 : 6 }),
      svg("text", { x: at.x, y: at.y + (at.y > 92 || name === middle ? 21 : -11) }, short(name, 9)))));
};

// The passage with its answers marked, and the pairs below it; a tick for those that the reader agrees with.
/** @param {{passage: string, pairs: {question: string, answer: string, answer_span: [number, number], passed: boolean}[]}} given */
const drawPairs = ({ passage, pairs }) => {
  const spans = pairs.map((pair) => pair.answer_span).sort((a, b) => a[0] - b[0]);
  let end = 0;
  const marked = spans.flatMap(([from, to]) => {
    const parts = [passage.slice(end, from), h("mark", {}, passage.slice(Math.max(end, from), to))];
    end = Math.max(end, to);
    return parts;
  });
  return h("div", { class: "pair", lang: "zh" },
    h("p", {}, marked, passage.slice(end)),
    pairs.map(({ question, answer, passed }) => h("p", { class: "question" },
      h("b", {}, say("问", "Q")), question, h("span", { class: "answer" }, h("b", {}, say("答", "A")), answer, passed ? " ✓" : " ✗"))));
};

/** @param {{candidates: [string, number][], moves: string[]}} given */
const drawPosition = ({ candidates, moves }) => {
  /** @param {string} square */
  const place = (square) => ({ x: LEFT + CELL * FILE_LETTERS.indexOf(square[0]), y: TOP + CELL * (9 - Number(square[1])) });
  /** @type {number[][]} */
  const taken = [];
  const pieces = piecesAfter(START_FEN, moves).flatMap((piece) => {
    if (!piece.at) return [];
    const node = pieceNode(piece.letter);
    const { x, y } = place(piece.at);
    node.setAttribute("transform", `translate(${x} ${y})`);
    return [node];
  });
  const arrows = candidates.flatMap(([move, p]) => arrowNodes({
    from: place(move.slice(0, 2)), to: place(move.slice(2, 4)), width: 6 + 16 * p, opacity: 0.55 + 0.4 * p, label: percent(p), kind: "mind" }, taken));
  return h("div", { class: "modou-xiangqi" }, svg("svg", { class: "board", viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, boardLines(), pieces, arrows));
};

// Two rows of words, as wide as they weigh, and a ribbon for everything that is moved.
/**
 * @param {{tokens_a: string[], tokens_b: string[], weights_a: number[], weights_b: number[], plan: number[][], wrd: number}} given
 */
const drawRibbons = ({ tokens_a, tokens_b, weights_a, weights_b, plan, wrd }) => {
  const [wide, gap] = [340, 3];
  /** @param {number[]} weights */
  const row = (weights) => {
    const sum = weights.reduce((a, b) => a + b, 0);
    const scale = (wide - gap * (weights.length - 1)) / sum;
    let x = 10;
    return weights.map((weight) => {
      const bar = { x, width: weight * scale, scale };
      x += bar.width + gap;
      return bar;
    });
  };
  const [above, below] = [row(weights_a), row(weights_b)];
  const used = { a: above.map(() => 0), b: below.map(() => 0) };
  const ribbons = plan.flatMap((masses, i) => masses.map((mass, j) => {
    if (mass < 1e-6) return null;
    const [wa, wb] = [mass * (wide - gap * (above.length - 1)), mass * (wide - gap * (below.length - 1))];
    const [xa, xb] = [above[i].x + used.a[i], below[j].x + used.b[j]];
    used.a[i] += wa;
    used.b[j] += wb;
    return svg("path", { class: `ribbon hue${i % 6}`, d: `M${xa} 52C${xa} 95 ${xb} 95 ${xb} 138h${wb}C${xb + wb} 95 ${xa + wa} 95 ${xa + wa} 52z` });
  }));
  /**
   * @param {string[]} tokens
   * @param {{x: number, width: number}[]} bars
   * @param {number} y
   * @param {number} textY
   */
  const words = (tokens, bars, y, textY) => tokens.flatMap((token, i) => [
    svg("rect", { class: "weight", x: bars[i].x, y, width: bars[i].width, height: 5 }),
    svg("text", { x: bars[i].x + bars[i].width / 2, y: textY }, token)]);
  return svg("svg", { viewBox: "0 0 360 190", class: "ribbons" }, ribbons, words(tokens_a, above, 47, 38), words(tokens_b, below, 138, 158),
    svg("text", { class: "score", x: 180, y: 183 }, `WRD ${wrd.toFixed(3)}`));
};

/** @param {{question: string, sql: string, rows: string[]}} given */
const drawQuery = ({ question, sql, rows }) => h("div", { class: "query", lang: "zh" },
  h("p", {}, question), h("code", {}, sql), h("p", { class: "rows" }, rows.map((row) => h("span", {}, row))));

/** @type {Record<string, (shown: any) => Element>} */
export const DRAWINGS = { triples: drawGraph, qa_pairs: drawPairs, xiangqi: drawPosition, similarity: drawRibbons, text2sql: drawQuery };
