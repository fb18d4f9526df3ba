// What the model says of its own answer: that it is not sure, that the table holds none, or what it took over.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { count, percent } from "modou/views/numbers.js";
import { tool } from "modou/views/result.js";

/** @import { Columns } from "modou/text2sql/views/words.js" */
/** @import { Message } from "modou/views/result.js" */
/** @import { text2sql } from "modou/views/types.js" */

/** @typedef {Message & {proposal: number}} Reading a way to understand the question, as a question, by the number of its proposal */

/** @type {[number, string][]} */
const CONFIDENCE = [[0.8, say("很有把握", "confident")], [0.5, say("比较有把握", "fairly confident")], [0.2, say("不太确定", "unsure")], [0, say("只是猜测", "a guess")]];
/** @param {number} p */
export const confidence = (p) => h("span", { class: `confidence c${CONFIDENCE.findIndex(([least]) => p >= least)}`, title: say("模型给这种理解的概率", "the probability that the model gives this understanding") },
  `${CONFIDENCE.find(([least]) => p >= least)?.[1]} ${percent(p)}`);

// Buttons by the number of their proposals; that of `now` is pressed.
/**
 * @param {string} origin
 * @param {number} i
 * @param {(i: number) => void} propose
 */
const choice = (origin, i, propose) => ({
  type: "button", "data-proposal": i, "aria-pressed": String(origin === String(i)), onclick: () => { if (origin !== String(i)) propose(i); },
});

/**
 * @param {Reading[]} asks
 * @param {string} origin what is on the page
 * @param {(i: number) => void} propose
 */
export const askedBack = (asks, origin, propose) => (asks.length
  ? h("section", { class: "asks" },
    h("p", { id: "text2sql-asks", role: "status" }, say("不太确定，您是想问：", "Not quite sure. Did you mean:")),
    h("div", { role: "group", "aria-labelledby": "text2sql-asks" },
      asks.map((reading) => h("button", choice(origin, reading.proposal, propose), say(reading.zh, reading.en)))))
  : null);

// Other readings than those that were asked about.
/**
 * @param {{reading: Message, sql: string, probability: number, total: number}[]} proposals
 * @param {Reading[]} asks
 * @param {string} origin
 * @param {(i: number) => void} propose
 */
export const alternatives = (proposals, asks, origin, propose) => {
  const asked = new Set(asks.map((reading) => reading.proposal));
  const others = proposals.map((proposal, i) => ({ ...proposal, i })).filter(({ i }) => !asked.has(i));
  if (others.length < (asked.size ? 1 : 2)) return null;
  return h("section", { class: "alternatives" },
    h("h4", {}, say("也可能是这些意思", "It may also mean")),
    h("div", { role: "group" }, others.map((proposal) => h("button", choice(origin, proposal.i, propose),
      h("span", {}, say(proposal.reading.zh, proposal.reading.en) || proposal.sql),
      h("small", {}, `${percent(proposal.probability)} · ${say(`${count(proposal.total)} 行`, `${count(proposal.total)} ${proposal.total === 1 ? "row" : "rows"}`)}`)))));
};

const MOST_NAMES = 12;
/** @param {Columns} columns */
const held = (columns) => {
  const names = columns.slice(0, MOST_NAMES).map((column) => column.name).join(say("、", ", "));
  const more = columns.length > MOST_NAMES ? say("等", " and more") : "";
  return say(`这张表里有：${names}${more}。`, `The table has: ${names}${more}.`);
};

// `isOpen`: whether the nearest query is shown below.
/**
 * @param {text2sql.Refusal} refusal
 * @param {Columns} columns
 * @param {boolean} isOpen
 * @param {() => void} toggle
 */
export const refusalNotice = (refusal, columns, isOpen, toggle) => h("section", { class: "refusal", role: "status" },
  h("h4", {}, say(`${refusal.zh}。`, `${refusal.en.slice(0, 1).toUpperCase()}${refusal.en.slice(1)}.`)),
  h("p", { lang: "zh" }, held(columns)),
  tool(isOpen ? say("收起最接近的查询", "Hide the nearest query") : say("仍然看看最接近的查询", "Show the nearest query anyway"), toggle,
    { class: "nearest", "aria-expanded": String(isOpen), "data-field": "nearest" }));

// What was taken over from the questions before; `isAnew`: that the next one will not lean on them.
/**
 * @param {Message | null} carried
 * @param {boolean} isAnew
 * @param {() => void} anew
 */
export const carriedOver = (carried, isAnew, anew) => (carried
  ? h("p", { class: "carried", role: "status" },
    h("span", {}, isAnew ? say("已重新开始：下一问不再沿用前面的问题。", "Started anew: the next question stands alone.") : say(carried.zh, carried.en)),
    isAnew ? null : tool(say("重新开始", "Start anew"), anew, { class: "anew" }))
  : null);
