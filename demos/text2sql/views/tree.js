// A form as a drawing: every symbol in a box, what it is said of behind it, or below it where there is little room.

import { wordText } from "modou/text2sql/views/grammar.js";
import { lookup, targetOf } from "modou/views/dom.js";
import { svg, widthOf } from "modou/views/svg.js";

/** @import { Message } from "modou/views/result.js" */

/** @typedef {{word: string, label: string, said: Message | null, args: Tree[]}} Tree a form: a word with what it is said of, or a "column" or a "value" */
/** @typedef {{tree: Tree, text: string, kind: string, depth: number, parent: number, width: number, x: number, y: number}} Box */

const [SIZE, HIGH, ROW, LONGEST] = [13, 26, 34, 15];

/** @param {Tree} tree */
const kindOf = (tree) => (tree.args.length || !["column", "value"].includes(tree.word) ? "word" : tree.word);
/** @param {Tree} tree */
export const textOf = (tree) => (kindOf(tree) === "word" ? wordText(tree.label) : tree.label);
/** @param {string} text */
const clipped = (text) => ([...text].length > LONGEST ? `${[...text].slice(0, LONGEST - 1).join("")}…` : text);

// All symbols in the order in which they are written.
/**
 * @param {Tree} tree
 * @returns {Box[]}
 */
export const boxesOf = (tree, depth = 0, parent = -1, before = 0) => {
  const text = clipped(textOf(tree));
  const boxes = [{ tree, text, kind: kindOf(tree), depth, parent, width: widthOf(text, SIZE) + 18, x: 0, y: 0 }];
  for (const arg of tree.args) boxes.push(...boxesOf(arg, depth + 1, before, before + boxes.length));
  return boxes;
};

// From left to right, what has no arguments on lines of its own; gives the drawing's size.
/** @param {Box[]} boxes */
const across = (boxes) => {
  /** @type {number[]} */
  const widest = [];
  for (const box of boxes) widest[box.depth] = Math.max(widest[box.depth] ?? 0, box.width);
  let line = 0;
  for (let i = boxes.length - 1; i >= 0; i -= 1) {
    const box = boxes[i];
    box.x = widest.slice(0, box.depth).reduce((sum, w) => sum + w + 30, 0);
    const own = boxes.filter((other) => other.parent === i);
    if (own.length) box.y = (own[0].y + own[own.length - 1].y) / 2;
    else {
      box.y = -line;
      line += ROW;
    }
  }
  for (const box of boxes) box.y += line - ROW;
  return [widest.reduce((sum, w) => sum + w + 30, -30), line];
};

// One below the other, as far to the right as deep.
/**
 * @param {Box[]} boxes
 * @param {number} width
 */
const down = (boxes, width) => {
  const deepest = Math.max(...boxes.map((box) => box.depth));
  const step = Math.min(26, Math.max(9, (width - 150) / (deepest || 1)));
  boxes.forEach((box, i) => Object.assign(box, { x: step * box.depth, y: ROW * i }));
  return [Math.max(...boxes.map((box) => box.x + box.width)), ROW * boxes.length];
};

/**
 * @param {Box} from
 * @param {Box} to
 * @param {boolean} wide
 */
const branch = (from, to, wide) => {
  const y = to.y + HIGH / 2;
  if (!wide) return `M${from.x + 9},${from.y + HIGH}V${y}H${to.x}`;
  const [x0, y0] = [from.x + from.width, from.y + HIGH / 2];
  const middle = (x0 + to.x) / 2;
  return `M${x0},${y0}C${middle},${y0} ${middle},${y} ${to.x},${y}`;
};

// The drawing in a box of `width`, and `light(i)`, which marks the symbol number i; `pick(i)` is told of one that is
// pointed at, tapped or reached by the arrow keys.
/**
 * @param {Tree} tree
 * @param {number} width
 * @param {string} label
 * @param {(i: number) => void} pick
 */
export const drawTree = (tree, width, label, pick) => {
  const boxes = boxesOf(tree);
  let size = across(boxes);
  const isWide = size[0] + 12 <= width;
  if (!isWide) size = down(boxes, width);
  const [w, high] = [Math.ceil(size[0]) + 12, Math.ceil(size[1]) + 4];
  const drawing = svg("svg", { width: w, height: high, viewBox: `-6 -6 ${w} ${high}`, tabindex: "0", role: "img", "aria-label": label },
    boxes.map((box) => (box.parent < 0 ? null : svg("path", { class: "branch", d: branch(boxes[box.parent], box, isWide) }))),
    boxes.map((box, i) => svg("g", { class: `symbol is-${box.kind}`, "data-i": i, transform: `translate(${box.x},${box.y})` },
      svg("rect", { width: box.width, height: HIGH, rx: box.kind === "word" ? 6 : 13 }),
      svg("text", { x: box.width / 2, y: 18, "text-anchor": "middle" }, box.text))));
  let at = -1;
  /** @param {number} i */
  const light = (i) => {
    at = i;
    drawing.querySelectorAll(".symbol").forEach((node) => node.classList.toggle("lit", Number(node.dataset.i) === i));
  };
  /** @param {Event} e */
  const point = (e) => {
    const node = targetOf(e).closest("[data-i]");
    if (node) pick(Number(node.dataset.i));
  };
  drawing.addEventListener("mouseover", point);
  drawing.addEventListener("click", point);
  drawing.addEventListener("keydown", (e) => {
    const [back, on] = [Math.max(0, at - 1), Math.min(boxes.length - 1, at + 1)];
    const to = lookup({ ArrowLeft: back, ArrowUp: back, ArrowRight: on, ArrowDown: on, Home: 0, End: boxes.length - 1 }, e.key);
    if (to === undefined) return;
    e.preventDefault();
    pick(to);
  });
  return { drawing, light };
};
