// What the views of the Similarity tab share: numbers and words as they are written, and a table of words by words.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Child } from "modou/views/dom.js" */

/**
 * What `SimilarityResult.to_dict()` gives, with the whole `distance`.
 *
 * @typedef {object} Result
 * @property {number} wrd
 * @property {number} wmd
 * @property {number} cosine
 * @property {number} contextual
 * @property {number} unweighted
 * @property {string[]} tokens_a
 * @property {string[]} tokens_b
 * @property {number[]} weights_a
 * @property {number[]} weights_b
 * @property {number[][]} plan
 * @property {number[][]} cost
 * @property {number} distance
 * @property {string | null} level
 * @property {{a: number, b: number, equal: boolean}[]} amounts
 * @property {{denials_a: number[], denials_b: number[], opposites: [number, number][]} | null} opposed
 */
/**
 * `cell(i, j)` gives a <td>; `besideA(i)` and `besideB(j)` what stands with a word in its heading; `foot` more rows.
 *
 * @typedef {object} WordTable
 * @property {string} caption
 * @property {string[]} a
 * @property {string[]} b
 * @property {(i: number, j: number) => Child} cell
 * @property {(i: number) => Child} [besideA]
 * @property {(j: number) => Child} [besideB]
 * @property {{head: Child, cell: (i: number) => Child} | null} [last]
 * @property {Child} [foot]
 */

/** @param {number} x */
export const decimals = (x, digits = 3) => {
  const text = Math.abs(x).toFixed(digits);
  return x < 0 && Number(text) ? `−${text}` : text;
};
/** @param {number} x */
export const signed = (x, digits = 3) => (decimals(x, digits).startsWith("−") ? decimals(x, digits) : `+${decimals(x, digits)}`);
/** @param {number} p */
export const part = (p) => (p > 0 && p < 0.0005 ? "<0.1%" : `${(100 * p).toFixed(1)}%`);
/** @param {string} word */
export const shorten = (word, most = 10) => {
  const characters = [...word];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : word;
};
/** @param {string} word */
export const quoted = (word) => say(`「${shorten(word)}」`, `“${shorten(word)}”`);
// From cheap through middling to dear; a cost of 1 is a right angle, and beyond it nothing gets redder.
/** @param {number} cost */
export const dear = (cost) => {
  const c = 2 * Math.min(1, Math.max(0, cost));
  const [from, to, share] = c < 1 ? ["cheap", "middling", c] : ["middling", "dear", c - 1];
  return `color-mix(in oklab, var(--${to}) ${Math.round(100 * share)}%, var(--${from}))`;
};
/**
 * @param {string} colour
 * @param {number} strength
 */
export const tint = (colour, strength) =>
  (strength > 0.001 ? `background:color-mix(in srgb, ${colour} ${(58 * Math.min(1, strength)).toFixed(1)}%, transparent)` : "");
/** @param {string | Child} text */
export const number = (text) => h("span", { class: "n" }, text);

// `cell(i, j)` gives a <td>; `besideA(i)` and `besideB(j)` what stands with a word in its heading; `foot` more rows.
/** @param {WordTable} given */
export const wordTable = ({ caption, a, b, cell, besideA = () => null, besideB = () => null, last = null, foot = null }) =>
  h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", { class: "words" },
      h("caption", {}, caption),
      h("thead", {}, h("tr", {},
        h("td", { class: "corner" }),
        b.map((word, j) => h("th", { scope: "col", title: word }, h("span", { lang: "zh" }, shorten(word, 8)), besideB(j))),
        last && last.head)),
      h("tbody", {}, a.map((word, i) => h("tr", {},
        h("th", { scope: "row", title: word }, h("span", { lang: "zh" }, shorten(word, 8)), besideA(i)),
        b.map((_, j) => cell(i, j)),
        last && last.cell(i)))),
      foot));

// Where there is no room for numbers the colours stay, and the numbers stay for those who have the page read to them.
// `room` is asked for where the table is not laid out yet: laying out thousands of cells twice takes too long.
/**
 * @param {Element | null} box
 * @param {number} columns
 * @param {number} each
 * @param {number} [room]
 */
export const fitTable = (box, columns, each, room = box?.clientWidth ?? 0) => box?.classList.toggle("tight", columns * each + 64 > room);
