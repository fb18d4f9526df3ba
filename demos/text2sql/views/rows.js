// The rows that a query gave: one value written large, or a table with a chart beside it.

import { chartOf } from "modou/text2sql/views/chart.js";
import { alone, PLAIN, styled, unitOf } from "modou/text2sql/views/measures.js";
import { h } from "modou/views/dom.js";
import { grid } from "modou/views/grid.js";
import { say } from "modou/views/language.js";
import { cellText, count, duration, isYear } from "modou/views/numbers.js";

/** @import { Child } from "modou/views/dom.js" */
/** @import { Cell } from "modou/views/numbers.js" */
/** @import { Message } from "modou/views/result.js" */
/** @import { text2sql } from "modou/views/types.js" */

/** @typedef {{result: text2sql.Rows, measures: text2sql.Measure[], headings: Message[]}} Found what a query gave, and how its columns are shown */

/** @param {Found} found */
const measuresOf = ({ result, measures }) => result.columns.map((_, j) => measures[j] ?? PLAIN);
/** @param {Found} found */
const headingsOf = ({ result, headings }) => result.columns.map((name, j) => (headings[j] ? say(headings[j].zh, headings[j].en) : name));

/** The chart of what was found, or null. @param {Found} found */
export const chartOfFound = (found) => chartOf({ ...found.result, columns: headingsOf(found) }, measuresOf(found));

/**
 * @param {Cell} value
 * @param {string} name
 * @param {text2sql.Measure} measure
 */
const lone = (value, name, measure) => {
  const isNumber = typeof value === "number";
  const text = isNumber && !isYear(name, [value]) ? alone(value, measure) : value === null ? say("空", "empty") : cellText(value, true);
  return h("p", { class: "lone" }, h("small", {}, name),
    h("strong", { title: isNumber && text !== String(value) ? String(value) : undefined }, text,
      isNumber && unitOf(measure) ? h("span", { class: "unit" }, ` ${unitOf(measure)}`) : null));
};

/** @param {Found} found */
const table = (found) => {
  const [names, measures] = [headingsOf(found), measuresOf(found)];
  const columns = names.map((name, j) => ({
    name,
    type: found.result.types[j],
    mark: unitOf(measures[j]) ? h("small", { class: "unit" }, unitOf(measures[j])) : null,
    show: (/** @type {number} */ v) => styled(v, measures[j]) ?? (measures[j].unit === "%" ? `${cellText(v)}%` : null),
  }));
  return grid({ columns, rows: found.result.rows, label: say("查询结果", "Result of the query") });
};

// `milliseconds` is what the visitor waited, or what the query took.
/**
 * @param {Found} found
 * @param {{milliseconds: number, tools: Child, error: Message | null | undefined}} given
 */
export const rowsBlock = (found, { milliseconds, tools, error }) => {
  const { columns, rows, total } = found.result;
  const message = error ? h("p", { class: "told error", role: "alert" }, say(error.zh, error.en)) : null;
  if (!total) {
    return h("section", { class: "result" }, message, h("p", { class: "nothing", role: "status" }, say(
      "没有符合条件的行。可以放宽上面的条件，或者换个问法。", "No row fits. Loosen the conditions above, or ask in other words.")));
  }
  const part = rows.length < total ? say(`，显示前 ${count(rows.length)} 行`, `, the first ${count(rows.length)} shown`) : "";
  const summary = h("p", { class: "summary", role: "status" },
    say("共 ", ""), h("strong", {}, count(total)), say(" 行", total === 1 ? " row" : " rows"), part, ` · ${duration(milliseconds)}`);
  return h("section", { class: "result" }, message,
    h("div", { class: "bar" }, summary, tools),
    total === 1 && columns.length === 1
      ? lone(rows[0][0], headingsOf(found)[0], measuresOf(found)[0])
      : h("div", { class: "rows" }, table(found), chartOfFound(found) ? h("div", { class: "chart-slot" }) : null));
};
