// Parts of a sketch in words: terms, operators, values. `columns` are the table's: [{name, type, unit, samples}].

import { say } from "modou/views/language.js";
import { figure } from "modou/views/numbers.js";

/** @import { text2sql } from "modou/views/types.js" */

/** @typedef {Pick<text2sql.Column, "name" | "type" | "unit" | "samples">[]} Columns */

export const ALL = -1;
/** @type {Record<string, string>} */
const AGGREGATES = {
  AVG: say("平均", "mean of "), MAX: say("最大", "highest "), MIN: say("最小", "lowest "), SUM: say("总", "sum of "),
  COUNT: say("个数：", "number of "), COUNT_DISTINCT: say("去重个数：", "number of different "),
};
/** @type {Record<string, Record<string, string>>} */
export const OPERATORS = {
  text: {
    "=": say("是", "is"), "!=": say("不是", "is not"), contains: say("含有", "contains"), not_contains: say("不含", "does not contain"),
    starts: say("开头是", "begins with"), ends: say("结尾是", "ends with"),
  },
  number: { "=": "=", "!=": "≠", ">": ">", ">=": "≥", "<": "<", "<=": "≤" },
  date: {
    "=": say("在", "is in"), "!=": say("不在", "is not in"), ">": say("晚于", "is after"), ">=": say("不早于", "is not before"),
    "<": say("早于", "is before"), "<=": say("不晚于", "is not after"),
  },
  // Younger than two years: within the last two.
  age: { "<": say("在最近…之内", "is within the last"), ">": say("早于…之前", "is longer ago than") },
};
/** @type {Record<string, string>} */
export const NULLS = { is_null: say("为空", "is empty"), not_null: say("不为空", "is not empty") };
/** @type {Record<string, string>} */
export const UNITS = { year: say("年", "years"), year_number: say("年", "years"), month: say("个月", "months"), day: say("天", "days") };
/** @type {Record<string, string>} */
const ARITHMETIC = { "+": "+", "-": "−", "*": "×", "/": "÷" };

/**
 * @param {number} i
 * @param {Columns} columns
 */
const columnText = (i, columns) => (i === ALL ? say("行", "rows") : columns[i].name);
/**
 * @param {text2sql.Term} term
 * @param {Columns} columns
 */
export const termText = (term, columns) => {
  const { column, arithmetic, other } = term.expr;
  if (column === ALL && term.aggregate === "COUNT") return say("行数", "number of rows");
  const inner = arithmetic && other !== null ? `${columnText(column, columns)} ${ARITHMETIC[arithmetic]} ${columnText(other, columns)}` : columnText(column, columns);
  return term.aggregate ? `${AGGREGATES[term.aggregate]}${inner}` : inner;
};
// What a term gives: a counted text is a number.
/**
 * @param {text2sql.Term} term
 * @param {Columns} columns
 */
export const termType = (term, columns) =>
  (["COUNT", "COUNT_DISTINCT", "AVG", "SUM"].includes(term.aggregate) || term.expr.arithmetic || term.expr.column === ALL ? "number" : columns[term.expr.column].type);

const DAY = 86_400_000;
/**
 * @param {string} day
 * @param {number} n
 */
export const dayAfter = (day, n) => new Date(Date.parse(day) + n * DAY).toISOString().slice(0, 10);
/** @param {text2sql.Value} value */
export const lastDay = (value) => (value.until ? dayAfter(value.until, -1) : value.begin);
/** @param {text2sql.Value} value */
const stretchText = (value) => {
  const last = lastDay(value);
  if (!value.begin || value.begin === last || !last) return value.begin || last || "";
  const years = value.begin.endsWith("-01-01") && last.endsWith("-12-31");
  if (years) return value.begin.slice(0, 4) === last.slice(0, 4) ? say(`${last.slice(0, 4)} 年`, last.slice(0, 4)) : `${value.begin.slice(0, 4)}–${last.slice(0, 4)}`;
  return `${value.begin} – ${last}`;
};
/**
 * @param {text2sql.Value | null} value
 * @param {Columns} columns
 */
const valueText = (value, columns, year = false) => {
  if (!value) return "";
  return {
    text: () => say(`“${value.text}”`, `“${value.text}”`),
    number: () => (value.number === null ? value.text : figure(value.number, year)),
    date: () => stretchText(value),
    month: () => say(`${value.number} 月`, `month ${value.number}`),
    age: () => `${value.number} ${UNITS[value.text] || UNITS.year}`,
    average: () => say("平均值", "the mean"),
    column: () => columnText(Math.round(value.number || 0), columns),
  }[value.kind]();
};
/**
 * @param {text2sql.Condition} condition
 * @param {Columns} columns
 */
export const operatorText = (condition, columns) => {
  const { operator, value } = condition;
  const type = value?.kind === "age" ? "age" : value?.kind === "date" || value?.kind === "month" ? "date" : termType(condition.term, columns);
  return NULLS[operator] || OPERATORS[type][operator] || OPERATORS.number[operator] || OPERATORS.text[operator] || operator;
};
/**
 * @param {text2sql.Condition} condition
 * @param {Columns} columns
 */
export const conditionText = (condition, columns) => {
  const { term, value } = condition;
  const year = value?.kind === "number" && value.number !== null && /年|year/i.test(termText(term, columns)) && value.number >= 1000 && value.number <= 2200;
  if (value?.kind === "age" && condition.operator in OPERATORS.age) {
    const span = valueText(value, columns);
    return condition.operator === "<"
      ? say(`${termText(term, columns)} 在最近 ${span} 之内`, `${termText(term, columns)} is within the last ${span}`)
      : say(`${termText(term, columns)} 早于 ${span} 之前`, `${termText(term, columns)} is more than ${span} ago`);
  }
  return [termText(term, columns), operatorText(condition, columns), condition.operator in NULLS ? "" : valueText(value, columns, year)].filter(Boolean).join(" ");
};
