// GlobalPointer on one sentence: every head scores all pairs of tokens at once, so it is drawn as a matrix of tokens by
// tokens. A head for entities says where a span begins (row) and ends (column); the two heads of a relation say where
// its subject and object begin, and where they end.

import { h, lookup } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { svg } from "modou/views/svg.js";

/** @import { triples } from "modou/views/types.js" */

/** @typedef {[number, number, number][]} Cells row, column, probability */
/** @typedef {(label: string, on: boolean, act: () => void) => HTMLElement} Pick a button of a choice */

const AXIS = 26;

// `cells` are [row, column, p]; `tell(row, column)` names what a cell stands for. The lower half of a matrix of spans is
// empty, as no span ends before it begins.
/**
 * @param {{title: string, tokens: string[], cells: Cells, tell: (row: number, column: number) => HTMLElement, upper?: boolean}} given
 */
const spanMatrix = ({ title, tokens, cells, tell, upper }) => {
  const n = tokens.length;
  const size = Math.max(14, Math.min(34, Math.floor(640 / n)));
  const font = Math.min(16, size * 0.72);
  const whole = AXIS + n * size + 2;
  const at = new Map(cells.map(([i, j, p]) => [`${i}-${j}`, p]));
  const order = [...cells].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let current = -1;
  const told = h("p", { class: "readout", role: "status" }, say("指向一格，或用方向键逐格查看。", "Point at a cell, or step through them with the arrow keys."));
  const lines = Array.from({ length: n + 1 }, (_, i) => `M${AXIS},${AXIS + i * size}h${n * size}M${AXIS + i * size},${AXIS}v${n * size}`).join("");
  /** @param {boolean} across */
  const names = (across) => svg("g", { class: "axis" }, tokens.map((token, i) => svg("text", {
    "text-anchor": "middle", "dominant-baseline": "central", "font-size": font, lang: "zh",
    x: across ? AXIS + (i + 0.5) * size : AXIS / 2, y: across ? AXIS / 2 : AXIS + (i + 0.5) * size,
  }, [...token].slice(0, 3).join(""))));
  const [columns, rows] = [names(true), names(false)];
  const cursor = svg("rect", { class: "cursor", width: size, height: size, visibility: "hidden" });
  const drawing = svg("svg", { width: whole, height: whole, viewBox: `0 0 ${whole} ${whole}`, tabindex: "0", role: "img", "aria-label": title },
    upper ? svg("path", { class: "below", d: `M${AXIS},${AXIS + size}${`h${size}v${size}`.repeat(n - 1)}H${AXIS}Z` }) : null,
    svg("path", { class: "grid", d: lines }),
    cells.map(([i, j, p]) => svg("rect", {
      class: p >= 0.5 ? "cell firm" : "cell", "data-cell": `${i}-${j}`, x: AXIS + j * size, y: AXIS + i * size, width: size, height: size, style: `--p:${p}`,
    })),
    size < 26 ? null : cells.map(([i, j, p]) => svg("text", {
      class: p >= 0.5 ? "figure firm" : "figure", "text-anchor": "middle", "dominant-baseline": "central",
      x: AXIS + (j + 0.5) * size, y: AXIS + (i + 0.5) * size,
    }, Math.round(100 * p))),
    columns, rows, cursor);
  const box = h("div", { class: "scroller" }, drawing);
  /**
   * @param {number} i
   * @param {number} j
   */
  const show = (i, j) => {
    const p = at.get(`${i}-${j}`);
    cursor.setAttribute("visibility", "visible");
    cursor.setAttribute("x", String(AXIS + j * size));
    cursor.setAttribute("y", String(AXIS + i * size));
    for (const { axis, at: place } of [{ axis: rows, at: i }, { axis: columns, at: j }]) {
      [...axis.children].forEach((text, k) => text.classList.toggle("on", k === place));
    }
    told.replaceChildren(tell(i, j), say("：", ": "), h("strong", {}, p === undefined ? say("低于 5%", "below 5%") : percent(p)));
  };
  drawing.addEventListener("pointermove", (event) => {
    const frame = drawing.getBoundingClientRect();
    const [i, j] = [event.clientY - frame.top, event.clientX - frame.left].map((v) => Math.floor((v - AXIS) / size));
    if (i >= 0 && j >= 0 && i < n && j < n) show(i, j);
  });
  drawing.addEventListener("keydown", (event) => {
    const step = lookup({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }, event.key);
    if (!step || !order.length) return;
    event.preventDefault();
    current = Math.min(order.length - 1, Math.max(0, current + step));
    const [i, j] = order[current];
    show(i, j);
    box.scrollTo({ left: AXIS + j * size - box.clientWidth / 2, top: AXIS + i * size - box.clientHeight / 2 });
  });
  return h("figure", { class: "matrix" }, h("figcaption", {}, title), told, box,
    cells.length ? null : h("p", {}, say("没有概率超过 5% 的格子。", "No cell has a probability above 5%.")));
};

// The triples of a relation: heads and tails that meet in the same subject and object. A triple scores the product of its
// four probabilities (`core.triples.gplinker.link`), before calibration.
/**
 * @param {triples.GPLinkerInside} given
 * @param {string} relation
 */
const linked = ({ entities, heads, tails }, relation) => {
  const ends = new Map((tails[relation] || []).map(([i, j, p]) => [`${i}-${j}`, p]));
  /** @type {{subject: [number, number], object: [number, number], score: number}[]} */
  const found = [];
  for (const [i, j, p] of heads[relation] || [])
    for (const [first, last, subject] of entities.subject) {
      if (first !== i) continue;
      for (const [begin, end, object] of entities.object) {
        const tail = begin === j && ends.get(`${last}-${end}`);
        if (tail) found.push({ subject: [first, last], object: [begin, end], score: p * tail * subject * object });
      }
    }
  return found.sort((a, b) => b.score - a.score);
};

// `chosen.head` is the head that is looked at.
/**
 * @param {triples.GPLinkerInside} shown
 * @param {Pick} pick
 * @param {{head: string}} chosen
 */
export const gplinkerMatrices = (shown, pick, chosen) => {
  const { tokens, entities, heads, tails } = shown;
  const relations = [...new Set([...Object.keys(heads), ...Object.keys(tails)])].filter((name) => heads[name]?.length || tails[name]?.length);
  if (!["subject", "object", ...relations].includes(chosen.head)) chosen.head = "subject";
  /**
   * @param {string} name
   * @param {string} label
   */
  const choice = (name, label) => pick(label, name === chosen.head, () => { chosen.head = name; });
  /**
   * @param {number} i
   * @param {number} j
   */
  const span = (i, j) => h("b", { lang: "zh" }, tokens.slice(i, j + 1).join("") || "–");
  /** @param {number} i */
  const token = (i) => h("b", { lang: "zh" }, tokens[i]);
  /** @type {HTMLElement[]} */
  const parts = [
    h("h4", {}, say("一步到位：每个头给所有词元对打分", "One pass: each head scores every pair of tokens")),
    h("div", { class: "picks", role: "group", "aria-label": say("看哪个头", "Which head") },
      choice("subject", say("主语", "subjects")), choice("object", say("宾语", "objects")), relations.map((name) => choice(name, name)))];
  if (chosen.head === "subject" || chosen.head === "object") {
    const what = chosen.head === "subject" ? say("主语", "subject") : say("宾语", "object");
    parts.push(
      h("p", {}, say(`行是${what}的第一个词元，列是最后一个；颜色越深概率越高。`, `Rows: first token of a ${what}; columns: its last; the darker, the likelier.`)),
      spanMatrix({
        title: say(`${what}的头`, `head for ${what}s`), tokens, cells: entities[chosen.head], upper: true,
        /**
         * @param {number} i
         * @param {number} j
         */
        tell: (i, j) => (j < i ? h("span", {}, say("片段不会先结束后开始", "no span ends before it begins")) : span(i, j)),
      }));
    return parts;
  }
  /**
   * @param {number} i
   * @param {number} j
   */
  const pair = (i, j) => h("span", {}, token(i), " × ", token(j));
  const triples = linked(shown, chosen.head);
  parts.push(
    h("p", {}, say("行是主语，列是宾语；一张图看两者的第一个词元，另一张看最后一个。两张图与主语、宾语的头都对上，就是一个三元组，得分是四个概率的乘积：",
      "Rows: the subject; columns: the object. One matrix is about their first tokens, the other about their last. Where both agree with the heads for subjects and objects there is a triple; its score is the product of the four probabilities:")),
    h("p", { class: "linked" }, triples.length
      ? triples.slice(0, 8).map((t) => h("span", {}, span(...t.subject), ` ${chosen.head} `, span(...t.object), ` ${percent(t.score)}`))
      : say("（没有）", "(none)")),
    h("div", { class: "matrices" },
      spanMatrix({ title: say("第一个词元", "first tokens"), tokens, cells: heads[chosen.head] || [], tell: pair }),
      spanMatrix({ title: say("最后一个词元", "last tokens"), tokens, cells: tails[chosen.head] || [], tell: pair })));
  return parts;
};
