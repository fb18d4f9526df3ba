// The filled sketch: what each head of the model said, about this question.

import { bars } from "modou/text2sql/views/bars.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Option } from "modou/text2sql/views/bars.js" */

/** @typedef {{head: string, options: Option[]}} Head */
/** @typedef {{text: string, column: string, value: string, source: string, options: Option[], having: Option[]}} Candidate */

/** @type {Record<string, string>} */
const HEADS = {
  select: say("要看的", "selected"), group: say("分组", "group by"), null: say("是否为空", "is it empty"), left: say("算式左边", "left operand"),
  right: say("算式右边", "right operand"), order_aggregate: say("排序用的聚合", "aggregate of the order"), order: say("排序", "order"),
  shortlist: say("先取前几名", "shortlist first"), limit: say("取几行", "how many rows"), expression: say("两列的运算", "arithmetic of two columns"),
  distinct: say("去重", "distinct"), either: say("条件之间是“或”", "conditions joined by or"),
};
/** @type {Record<string, string>} */
const LABELS = {
  none: say("无", "none"), true: say("是", "yes"), false: say("否", "no"), asc: say("升序", "ascending"), desc: say("降序", "descending"),
  one: say("一行", "one row"), ties: say("并列都取", "with ties"), number: say("问题里的数", "the number in the question"),
  is_null: say("为空", "is empty"), not_null: say("不为空", "is not empty"), starts: say("开头是", "begins with"), ends: say("结尾是", "ends with"),
  contains: say("含有", "contains"), not_contains: say("不含", "does not contain"), "": say("原值", "as it is"),
};
/** @type {Record<string, string>} */
const SOURCES = {
  cell: say("单元格里有", "a cell"), fuzzy: say("近似某个单元格", "nearly a cell"), number: say("数字", "number"), date: say("日期", "date"), month: say("月份", "month"),
  age: say("距今", "time ago"), average: say("平均值", "mean"), text: say("标注出的片段", "tagged piece"),
};
/** @param {any} label */
const labelText = (label) => {
  const text = label === null || label === undefined ? "none" : String(label);
  return LABELS[text] ?? text.replace(/ (asc|desc)$/, (_, d) => ` ${LABELS[d]}`);
};
/** @param {string} head */
const headText = (head) => {
  const [name, aggregate] = head.split(":");
  return aggregate === undefined ? HEADS[name] || name : aggregate ? `${HEADS[name] || name} ${aggregate}` : HEADS[name] || name;
};

/**
 * @param {{head?: string, options: Option[]}} head
 * @param {string} [name]
 */
const headRow = (head, name = headText(head.head ?? "")) => h("div", { class: "head" }, h("b", {}, name), bars(head.options, labelText));

export const METHOD = () => [
  h("p", {}, say(
    "做法来自《基于Bert的NL2SQL模型》：不逐字生成 SQL，而是填一张表单。模型把问题和各列的名字、取值一起读一遍，每一格由一个小分类器来填：选哪些列、怎样聚合、条件用什么运算符、条件之间是“且”还是“或”。",
    "The method is that of the post 基于Bert的NL2SQL模型: SQL is not written letter by letter, a form is filled in. The model reads the question together with the columns' names and values once, and a small classifier fills each blank: which columns, which aggregate, which operator, and whether AND or OR joins the conditions.")),
  h("p", {}, say(
    "条件的值不靠生成：先从问题里找出可能是值的片段（单元格、数字、日期），再由模型判断它属于哪一列、是什么运算。分组、排序、取几行、两列的运算和“答得了吗”也是这样的格子。",
    "Values are not generated either: pieces of the question that may be values (cells, numbers, dates) are found first, and the model says which belong to which column by which operator. Grouping, order, limit, arithmetic and whether the table can answer at all are blanks of the same kind."))];

/** @param {Candidate[]} candidates */
const candidateTable = (candidates) => h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("候选条件", "Candidate conditions") },
  h("table", {},
    h("thead", {}, h("tr", {}, [say("问题里的片段", "Piece of the question"), say("列", "Column"), say("值", "Value"), say("来源", "Source"), say("运算", "Operator")].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, candidates.map((c) => h("tr", { class: c.options[0]?.label !== "none" ? "chosen" : "" },
      h("td", { lang: "zh" }, c.text), h("td", { lang: "zh" }, c.column), h("td", { lang: "zh" }, c.value === "AVG" ? say("平均值", "the mean") : c.value),
      h("td", {}, SOURCES[c.source] || c.source), h("td", {}, bars(c.options, labelText), c.having.length && c.having[0].label ? headRow({ options: c.having }, say("聚合", "aggregate")) : ""))))));

/** @param {any} value what `core.text2sql.explain.inside` gives of a sketch */
export const sketchParts = (value) => {
  /**
   * @param {string} title
   * @param {string} note
   * @param {...(HTMLElement | string)} content
   */
  const section = (title, note, ...content) => [h("h4", {}, title), h("p", {}, note), ...content];
  return [
    ...section(say("一、每一列", "1. Each column"),
      say("只列出说“是”或有所犹豫的格子；“*”是所有列，“a ∘ b”是两列的算式。", "Only blanks that were filled, or nearly; * is every column, a ∘ b arithmetic of two."),
      value.columns.length
        ? h("div", { class: "columns" }, value.columns.map((/** @type {{name: string, heads: Head[]}} */ column) => h("div", { class: "column" }, h("h5", { lang: "zh" }, column.name), column.heads.map((head) => headRow(head)))))
        : h("p", {}, say("没有。", "None."))),
    ...section(say("二、候选条件", "2. Candidate conditions"),
      say("问题的片段 × 列：每一对由模型选一个运算符，或者“无”。", "Pieces of the question by columns: for each pair the model chooses an operator, or none."),
      value.candidates.length ? candidateTable(value.candidates) : h("p", {}, say("这个问题里没有候选。", "There is none in this question."))),
    ...section(say("三、整个问题", "3. The whole question"),
      say("这些格子看整句话。", "These blanks look at the sentence as a whole."),
      h("div", { class: "columns" },
        h("div", { class: "column" }, headRow({ options: [
          { label: true, probability: value.answerable, chosen: value.answerable >= 0.5 },
          { label: false, probability: 1 - value.answerable, chosen: value.answerable < 0.5 }] }, say("这张表答得了", "this table can answer"))),
        value.whole.map((/** @type {Head} */ head) => h("div", { class: "column" }, headRow(head)))))];
};
