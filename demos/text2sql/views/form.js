// A form as it was written: the pieces of the question that it points to, its tree, and every step with its options.

import { bars } from "modou/text2sql/views/bars.js";
import { wordText } from "modou/text2sql/views/grammar.js";
import { boxesOf, drawTree, textOf } from "modou/text2sql/views/tree.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { figure, percent } from "modou/views/numbers.js";

/** @import { Option } from "modou/text2sql/views/bars.js" */
/** @import { Tree } from "modou/text2sql/views/tree.js" */

/** @typedef {{symbol: string, kind: "word" | "column" | "value", probability: number, options: Option[], span: [number, number] | null}} Step */
/** @typedef {{text: string, column: string, value: string, kind: string, score: number}} Candidate */
/**
 * What `core.text2sql.form_explain.inside_form` gives, with the question as typed and the columns' names.
 *
 * @typedef {{question: string, names: string[], steps: Step[], tree: Tree | null, candidates: Candidate[], text: string, begin: number, answerable: number}} Inside
 */

/** @type {Record<string, string>} */
const SOURCES = {
  cell: say("单元格", "a cell"), near: say("近似某个单元格", "nearly a cell"), listed: say("列里常见的值", "frequent in the column"), period: say("单元格里的时期", "a period in cells"),
  prefix: say("单元格的开头", "begins cells"), ending: say("单元格的结尾", "ends cells"), time: say("时刻", "time of day"), number: say("数字", "number"), scaled: say("换算过的数", "number in the column's unit"),
  percent: say("百分数", "percentage"), share: say("比例", "share"), negative: say("负数", "negative number"), span: say("一段时间", "stretch of time"), rank: say("名次", "rank"),
  year: say("年份", "year"), month: say("月份", "month"), quarter: say("季度", "quarter"), weekday: say("星期", "weekday"), monthday: say("几月几号", "day of the year"),
  day: say("日期", "date"), last_day: say("末日", "last day"),
};

export const METHOD = () => [
  h("p", {}, say(
    "编码器把问题、每一列的名字和类型、可能提到的值一起读一遍；一个两层的解码器再把查询写成一棵树，一次写一个符号：语法里的一个词，或者指向一列、一个候选值、问题里的几个字。",
    "An encoder reads the question together with every column's name and type and the values that may be meant; a decoder of two layers then writes the query as a tree, one symbol at a time: a word of the grammar, or a pointer to a column, to a candidate, or to a piece of the question.")),
  h("p", {}, say(
    "每一步只有语法允许的符号可选，所以写成的总是一条查询。几种写法同时往下写，写完都执行一遍；树再变成 SQL 和上面那句话。",
    "At every step only what the grammar allows can be written, so that a query comes of it. Several ways are written at once, and each is run; of the tree come the SQL and the sentence above."))];

/** @param {Inside} value */
const labels = ({ names }) => {
  const columns = new Set(names);
  return (/** @type {string} */ label) => (columns.has(label) ? label : wordText(label));
};
/** @param {Step} step */
const symbolText = (step) => (step.kind === "word" ? wordText(step.symbol) : step.symbol);

// The steps that a piece of the question stands for, by its place; pieces do not overlap.
/** @param {Step[]} steps */
const piecesOf = (steps) => {
  /** @type {{span: [number, number], steps: number[]}[]} */
  const pieces = [];
  steps.forEach(({ span }, i) => {
    if (!span) return;
    const [start, end] = span;
    const known = pieces.find((piece) => piece.span[0] < end && start < piece.span[1]);
    if (known) known.steps.push(i);
    else pieces.push({ span, steps: [i] });
  });
  return pieces.sort((a, b) => a.span[0] - b.span[0]);
};

/**
 * @param {Inside} value
 * @param {(i: number) => void} pick
 */
const markedQuestion = (value, pick) => {
  const characters = [...value.question];
  const nodes = [];
  let at = 0;
  for (const { span: [start, end], steps } of piecesOf(value.steps)) {
    nodes.push(characters.slice(at, start).join(""), h("button", {
      type: "button", class: `piece is-${value.steps[steps[0]].kind}`, "data-steps": steps.join(" "),
      title: steps.map((i) => symbolText(value.steps[i])).join(say("、", ", ")), onclick: () => pick(steps[0]), onfocus: () => pick(steps[0]),
    }, characters.slice(start, end).join("")));
    at = end;
  }
  nodes.push(characters.slice(at).join(""));
  const earlier = [...value.text].slice(0, value.begin).join("").replace(/；$/, "");
  return [
    earlier ? h("p", { class: "earlier" }, say("前面问过：", "Asked before: "), h("span", { lang: "zh" }, earlier)) : null,
    h("p", { class: "marked", lang: "zh" }, nodes.filter((node) => node !== ""))];
};

/**
 * @param {Step} step
 * @param {number} i
 * @param {(label: string) => string} text
 * @param {(i: number) => void} pick
 */
const stepCard = (step, i, text, pick) => {
  const isListed = step.options.some((option) => option.chosen);
  const options = isListed ? step.options : [{ label: step.symbol, probability: step.probability, chosen: true }, ...step.options];
  return h("li", { class: "column step", "data-steps": i, onclick: () => pick(i) },
    h("h5", {}, h("small", {}, `${i + 1}`), h("b", { class: `is-${step.kind}` }, symbolText(step)),
      step.kind === "word" && symbolText(step) !== step.symbol ? h("code", {}, step.symbol) : null),
    bars(options, (label) => (label === step.symbol ? symbolText(step) : text(label))));
};

/** @param {Inside} value */
const candidateTable = ({ candidates, steps }) => {
  const used = new Set(steps.flatMap((step) => (step.kind === "value" ? [step.symbol] : [])));
  /** @param {Candidate} c */
  const rank = (c) => (used.has(c.value) ? 0 : c.text ? 1 : 2);
  const heads = [say("问题里的片段", "Piece of the question"), say("列", "Column"), say("值", "Value"), say("来源", "Source"), say("相近程度", "Likeness")];
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("候选值", "Candidates") },
    h("table", { class: "pointed" },
      h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, [...candidates].sort((a, b) => rank(a) - rank(b)).map((c) => h("tr", { class: used.has(c.value) ? "chosen" : "" },
        h("td", { lang: "zh" }, c.text), h("td", { lang: "zh" }, c.column), h("td", { lang: "zh" }, c.value), h("td", {}, SOURCES[c.kind] || c.kind), h("td", {}, figure(c.score)))))));
};

// The view's parts, and `layOut(width)`, which draws the tree for a page so wide.
/** @param {Inside} value */
export const formParts = (value) => {
  const { steps, tree } = value;
  // A step for every symbol of the tree; what only ends a list is none.
  const placed = steps.flatMap((step, i) => (step.kind === "word" && step.symbol === ")" ? [] : [i]));
  const boxes = tree ? boxesOf(tree) : [];
  const isMatched = placed.length === boxes.length;
  const readout = h("p", { class: "readout", role: "status" }, say("点按图形看每个符号说的是什么，键盘用方向键。", "Tap the drawing for what each symbol says, or use the arrow keys."));
  const slot = h("div", { class: "tree" });
  /** @type {(i: number) => void} */
  let light = () => {};

  /** @param {number} box */
  const tell = (box) => {
    const { said, args } = boxes[box].tree;
    const step = isMatched ? steps[placed[box]] : null;
    const piece = step?.span ? [...value.question].slice(...step.span).join("") : "";
    readout.replaceChildren(h("b", {}, textOf(boxes[box].tree)),
      said && args.length ? say(`：${said.zh}`, `: ${said.en}`) : "",
      piece ? say(` ← “${piece}”`, ` ← “${piece}”`) : "",
      step ? ` · ${percent(step.probability)}` : "");
    light(box);
  };
  // Lights a step wherever it is shown.
  /** @param {number} i */
  const pick = (i) => {
    for (const node of [...list.children, ...question.flatMap((part) => (part ? [...part.querySelectorAll(".piece")] : []))]) {
      if (node instanceof HTMLElement) node.classList.toggle("lit", (node.dataset.steps ?? "").split(" ").includes(String(i)));
    }
    const box = isMatched ? placed.indexOf(i) : -1;
    if (box >= 0) tell(box);
  };
  const text = labels(value);
  const list = h("ol", { class: "columns steps" }, steps.map((step, i) => stepCard(step, i, text, pick)));
  const question = markedQuestion(value, pick);
  let drawn = 0;
  /** @param {number} width */
  const layOut = (width) => {
    if (!tree || !width || Math.abs(width - drawn) < 5) return;
    drawn = width;
    const made = drawTree(tree, width, say("查询的树", "The query as a tree"), (box) => (isMatched ? pick(placed[box]) : tell(box)));
    ({ light } = made);
    slot.replaceChildren(made.drawing);
  };
  /**
   * @param {string} title
   * @param {string} note
   * @param {...(HTMLElement | null)} content
   */
  const section = (title, note, ...content) => [h("h4", {}, title), h("p", {}, note), ...content];
  const parts = [
    ...section(say("一、问题", "1. The question"), say("标出的字是某一步指向的列或值。", "Marked words are what a step points to: a column or a value."), ...question),
    ...section(say("二、写成的树", "2. The tree that was written"),
      say("每个词后面是它所说的东西：方角的是语法里的词，圆角的是列和值。", "Behind each word is what it is said of: square boxes are words of the grammar, round ones columns and values."),
      slot, tree ? readout : null),
    ...section(say("三、每一步", "3. Every step"), say("写下的符号和同一步上其他可能的符号。", "What was written, and what else was likely there."),
      steps.length ? list : h("p", {}, say("没有。", "None."))),
    ...section(say("四、候选值", "4. Candidates"), say("可以指向的值：从问题里读出来的，和列里常见的。", "The values that can be pointed to: read from the question, or frequent in a column."),
      value.candidates.length ? candidateTable(value) : h("p", {}, say("没有。", "None."))),
    ...section(say("五、答得了吗", "5. Can it be answered"), say("这张表能回答这个问题的概率。", "How probably this table holds the answer."),
      h("div", { class: "columns" }, h("div", { class: "column" }, bars([
        { label: say("答得了", "yes"), probability: value.answerable, chosen: value.answerable >= 0.5 },
        { label: say("答不了", "no"), probability: 1 - value.answerable, chosen: value.answerable < 0.5 }], String))))];
  return { parts: parts.filter((part) => part !== null), slot, layOut };
};
