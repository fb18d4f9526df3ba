// The question with what its words became written under them.

import { conditionText, operatorText, termText } from "modou/text2sql/views/words.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Columns } from "modou/text2sql/views/words.js" */
/** @import { text2sql } from "modou/views/types.js" */

/**
 * Characters of the question and what they became: the condition of that number, or a column by its name.
 *
 * @typedef {object} Link
 * @property {number} start
 * @property {number} end
 * @property {keyof typeof LINKS} kind
 * @property {string} column
 * @property {number | null} condition
 */

const LINKS = {
  column: say("列", "column"), value: say("值", "value"), limit: say("取几行", "how many rows"),
};

/**
 * @param {Link} link
 * @param {text2sql.Sketch | null} sketch null where none says the query
 */
const conditionOf = (link, sketch) => (link.kind === "value" && sketch?.conditions[link.condition ?? -1]) || null;
/**
 * @param {Link} link
 * @param {string} word
 * @param {text2sql.Sketch | null} sketch
 * @param {Columns} columns
 */
const linkDetail = (link, word, sketch, columns) => {
  const condition = conditionOf(link, sketch);
  if (condition) return say(`“${word}” → 条件：${conditionText(condition, columns)}`, `“${word}” → condition: ${conditionText(condition, columns)}`);
  if (link.kind === "column") return say(`“${word}” → 列：${link.column}`, `“${word}” → column: ${link.column}`);
  if (link.kind === "value") return say(`“${word}” → 值`, `“${word}” → value`);
  return say(`“${word}” → 取几行（LIMIT）`, `“${word}” → how many rows (LIMIT)`);
};
/**
 * @param {Link} link
 * @param {string} word
 * @param {text2sql.Sketch | null} sketch
 * @param {Columns} columns
 */
const linkCaption = (link, word, sketch, columns) => {
  const condition = conditionOf(link, sketch);
  if (condition) return `${link.column || termText(condition.term, columns)} ${operatorText(condition, columns)}`;
  return link.kind !== "column" ? LINKS[link.kind] : link.column === word ? LINKS.column : link.column;
};

// `links` count characters as Python does, not UTF-16 units.
/**
 * @param {string} question
 * @param {Link[]} links
 * @param {text2sql.Sketch | null} sketch
 * @param {Columns} columns
 */
export const linkedQuestion = (question, links, sketch, columns) => {
  const characters = [...question];
  const readout = h("p", { class: "readout", role: "status" });
  const nodes = [];
  let at = 0;
  for (const link of links) {
    const word = characters.slice(link.start, link.end).join("");
    const detail = linkDetail(link, word, sketch, columns);
    const tell = () => { readout.textContent = detail; };
    nodes.push(characters.slice(at, link.start).join(""), h("button", {
      type: "button", class: `link ${link.kind}`, title: detail, onclick: tell, onmouseenter: tell, onfocus: tell,
    }, h("b", {}, word), h("small", { "aria-hidden": "true" }, linkCaption(link, word, sketch, columns))));
    at = link.end;
  }
  nodes.push(characters.slice(at).join(""));
  const kinds = /** @type {(keyof typeof LINKS)[]} */ (Object.keys(LINKS)).filter((kind) => links.some((link) => link.kind === kind));
  return h("section", { class: "linked" },
    h("p", { class: "question", lang: "zh" }, nodes.filter((node) => node !== "")),
    kinds.length ? h("p", { class: "legend" }, kinds.map((kind) => h("span", {}, h("i", { class: kind }), LINKS[kind])), readout) : null);
};
