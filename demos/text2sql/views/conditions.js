// The conditions as chips; one that is opened can be given another column, operator or value.

import { ALL, conditionText, dayAfter, lastDay, NULLS, OPERATORS, termText, termType, UNITS } from "modou/text2sql/views/words.js";
import { h, lookup } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";

/** @import { Child } from "modou/views/dom.js" */
/** @import { Message } from "modou/views/result.js" */
/** @import { Columns } from "modou/text2sql/views/words.js" */
/** @import { text2sql } from "modou/views/types.js" */

/**
 * What the fields of a condition hold; `term` is the condition's own for as long as no other column is chosen.
 *
 * @typedef {object} Draft
 * @property {text2sql.Term} term
 * @property {string} operator
 * @property {Kind} kind
 * @property {string} text
 * @property {string} number
 * @property {string} begin
 * @property {string} end
 */
/** @typedef {text2sql.Value["kind"]} Kind */
/** @typedef {{open: number | null, draft: Draft | null, problem: string | null}} Editing the condition that is open */
/** @typedef {{condition: text2sql.Condition, problem?: undefined} | {problem: string, condition?: undefined}} Made a condition, or why there is none */
/** @typedef {(changed: Partial<Draft>) => void} Change */
/** @typedef {(focus?: string) => void} Redraw */

/** @type {Record<string, string>} */
const VALUE_KINDS = {
  number: say("数值", "number"), average: say("平均值", "the mean"), column: say("另一列", "another column"), text: say("文字", "text"),
  date: say("日期", "dates"), month: say("几月份", "month"), age: say("距今", "time ago"),
};
/** @type {Record<string, Kind[]>} */
const KINDS_OF = { text: ["text"], number: ["number", "average", "column"], date: ["date", "month", "age"] };

// What the fields hold; `term` is the condition's own term for as long as no other column is chosen.
/**
 * @param {text2sql.Condition} condition
 * @param {Columns} columns
 */
const draftOf = (condition, columns) => {
  const { term, operator, value } = condition;
  return {
    term, operator, kind: value?.kind || KINDS_OF[termType(term, columns)][0], text: value?.text || "",
    number: value?.number === null || value?.number === undefined ? "" : String(value.number),
    begin: value?.begin || "", end: value ? lastDay(value) || "" : "",
  };
};
/** @param {Columns} columns */
const newDraft = (columns) => fitted({ term: { expr: { column: 0, arithmetic: "", other: null }, aggregate: "" }, operator: "=", kind: "text", text: "", number: "", begin: "", end: "" }, columns);
// The same with a kind of value and an operator that its column can have.
/**
 * @param {Draft} draft
 * @param {Columns} columns
 */
const fitted = (draft, columns) => {
  const type = termType(draft.term, columns);
  const kind = KINDS_OF[type].includes(draft.kind) ? draft.kind : KINDS_OF[type][0];
  const operator = draft.operator in NULLS || draft.operator in OPERATORS[kind === "age" ? "age" : type] ? draft.operator : Object.keys(OPERATORS[kind === "age" ? "age" : type])[0];
  return { ...draft, kind, operator };
};

// 1,200 or 3.5万.
/** @param {string} text */
const parseNumber = (text) => {
  const found = /^([-−+]?[\d.]+(?:e[-+]?\d+)?)([万亿]?)$/i.exec(text.replace(/[,，\s]/g, ""));
  const number = found ? Number(found[1].replace("−", "-")) * (lookup({ "": 1, 万: 1e4, 亿: 1e8 }, found[2]) ?? 1) : NaN;
  return Number.isFinite(number) ? number : null;
};

// The condition of a draft, or {problem} in words.
/**
 * @param {Draft} draft
 * @returns {Made}
 */
const conditionOf = (draft) => {
  const { term, kind } = draft;
  const operator = /** @type {text2sql.Condition["operator"]} */ (draft.operator);
  const empty = { kind, text: "", number: null, begin: null, until: null };
  if (operator in NULLS) return { condition: { term, operator, value: null } };
  if (kind === "text") return draft.text ? { condition: { term, operator, value: { ...empty, text: draft.text } } } : { problem: say("请填写要比较的文字", "enter the text to compare with") };
  if (kind === "average") return { condition: { term, operator, value: empty } };
  if (kind === "date") {
    const [begin, end] = [draft.begin || draft.end, draft.end || draft.begin].sort();
    return begin ? { condition: { term, operator, value: { ...empty, begin, until: dayAfter(end, 1) } } } : { problem: say("请选择日期", "choose a date") };
  }
  const number = parseNumber(draft.number);
  if (number === null) return { problem: say("请填写数字", "enter a number") };
  if (kind === "month" && !(Number.isInteger(number) && number >= 1 && number <= 12)) return { problem: say("月份是 1 到 12", "a month is 1 to 12") };
  if (kind === "age" && !(number >= 0 && number <= 10_000)) return { problem: say("请填写 0 到 10000", "enter 0 to 10000") };
  if (kind === "age") return { condition: { term, operator, value: { ...empty, number, text: draft.text in UNITS ? draft.text : "year", begin: draft.begin || new Date().toISOString().slice(0, 10) } } };
  return { condition: { term, operator, value: { ...empty, number } } };
};

/**
 * @param {string} label
 * @param {[string, string][]} options
 * @param {string | undefined} chosen
 * @param {(value: string) => void} change
 * @param {string} key
 */
const select = (label, options, chosen, change, key) => h("label", {}, h("span", {}, label),
  h("select", { "data-field": key, "aria-label": label, onchange: (e) => change(e.currentTarget.value) },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
/**
 * @param {string} label
 * @param {object} attributes
 * @param {any} value
 * @param {(value: string) => void} input
 */
const field = (label, attributes, value, input) => {
  const node = h("input", { ...attributes, "aria-label": label, oninput: (e) => input(e.currentTarget.value) });
  node.value = value;
  return h("label", {}, h("span", {}, label), node);
};

/**
 * @param {Draft} draft
 * @param {text2sql.Term | undefined} own
 * @param {Columns} columns
 * @param {Change} change
 */
const columnSelect = (draft, own, columns, change) => {
  const current = own && JSON.stringify(draft.term) === JSON.stringify(own) ? "own" : String(draft.term.expr.column);
  const isPlain = own && !own.aggregate && !own.expr.arithmetic;
  /** @type {[string, string][]} */
  const options = columns.map((c, i) => [isPlain && own.expr.column === i ? "own" : String(i), c.name]);
  return select(say("列", "Column"), own && !isPlain ? [["own", termText(own, columns)], ...options] : options, current, (value) =>
    change({ term: value === "own" ? own : { expr: { column: Number(value), arithmetic: "", other: null }, aggregate: "" } }), "column");
};

/**
 * @param {Draft} draft
 * @param {Columns} columns
 * @param {Change} set
 */
const valueFields = (draft, columns, set) => {
  const { kind, operator } = draft;
  if (operator in NULLS || kind === "average") return [];
  if (kind === "column") {
    /** @type {[string, string][]} */
    const numbers = columns.flatMap((c, i) => (c.type === "number" ? [[String(i), c.name]] : []));
    const chosen = numbers.some(([i]) => i === draft.number) ? draft.number : numbers[0]?.[0];
    set({ number: chosen });
    return [select(say("与哪一列比", "Compared with"), numbers, chosen, (number) => set({ number }), "other")];
  }
  if (kind === "date") {
    return [
      field(say("从", "From"), { type: "date" }, draft.begin, (begin) => set({ begin })),
      field(say("到", "To"), { type: "date" }, draft.end, (end) => set({ end }))];
  }
  if (kind === "text") {
    const list = `modou-samples-${Math.random().toString(36).slice(2)}`;
    const samples = columns[draft.term.expr.column]?.samples || [];
    return [field(say("文字", "Text"), { type: "text", list, maxlength: 500, lang: "zh" }, draft.text, (text) => set({ text })),
      h("datalist", { id: list }, samples.map((sample) => h("option", { value: sample })))];
  }
  const number = field(kind === "month" ? say("月份", "Month") : say("数字", "Number"), { type: "text", inputmode: "decimal", maxlength: 40 }, draft.number, (text) => set({ number: text }));
  if (kind !== "age") return [number];
  const units = draft.text === "year_number" ? ["year_number"] : ["year", "month", "day"];
  return [number, select(say("单位", "Unit"), units.map((u) => /** @type {[string, string]} */ ([u, UNITS[u]])), draft.text in UNITS ? draft.text : "year", (text) => set({ text }), "unit")];
};

// `state.draft` is what the open editor holds; `done(condition)` applies it, null deletes, undefined closes.
/**
 * @param {Editing} state
 * @param {text2sql.Term | undefined} own
 * @param {Columns} columns
 * @param {(condition: text2sql.Condition | null | undefined) => void} done
 * @param {Redraw} redraw
 */
const conditionEditor = (state, own, columns, done, redraw) => {
  // An editor is open only with a draft.
  const drafted = () => /** @type {Draft} */ (state.draft);
  /** @param {Partial<Draft>} changed */
  const set = (changed) => { state.draft = { ...drafted(), ...changed }; };
  /** @type {(key: string) => Change} */
  const change = (key) => (changed) => {
    set(changed);
    state.draft = fitted(drafted(), columns);
    state.problem = null;
    redraw(`[data-field="${key}"]`);
  };
  const draft = drafted();
  const type = termType(draft.term, columns);
  const operators = { ...OPERATORS[draft.kind === "age" ? "age" : type], ...NULLS };
  const kinds = KINDS_OF[type].includes(draft.kind) ? KINDS_OF[type] : [draft.kind, ...KINDS_OF[type]];
  const apply = () => {
    const made = conditionOf(drafted());
    if (made.condition) return done(made.condition);
    state.problem = made.problem;
    return redraw(".editor input");
  };
  return h("form", { class: "editor", onsubmit: (e) => { e.preventDefault(); apply(); }, onkeydown: (e) => { if (e.key === "Escape") done(undefined); } },
    columnSelect(draft, own, columns, change("column")),
    select(say("运算", "Operator"), Object.entries(operators), draft.operator, (operator) => change("operator")({ operator }), "operator"),
    kinds.length > 1 && !(draft.operator in NULLS) ? select(say("和什么比", "Value"), kinds.map((k) => /** @type {[string, string]} */ ([k, VALUE_KINDS[k]])), draft.kind, (kind) => change("kind")({ kind: /** @type {Kind} */ (kind) }), "kind") : null,
    valueFields(draft, columns, set),
    h("div", { class: "tools" },
      h("button", { type: "submit", class: "primary" }, say("应用", "Apply")),
      own ? tool(say("删除", "Delete"), () => done(null)) : null,
      tool(say("取消", "Cancel"), () => done(undefined))),
    state.problem ? h("p", { class: "told error", role: "alert" }, state.problem) : null);
};

// `adjust(sketch)` asks the server for the rows of a changed sketch.
/**
 * @param {text2sql.Sketch} sketch
 * @param {Columns} columns
 * @param {Editing} state
 * @param {{adjust: (sketch: text2sql.Sketch) => void, redraw: Redraw, error: Message | null | undefined}} given
 */
export const conditionChips = (sketch, columns, state, { adjust, redraw, error }) => {
  const { conditions } = sketch;
  /** @param {string} focus */
  const close = (focus) => {
    state.open = null;
    state.problem = null;
    redraw(focus);
  };
  /** @param {number} i */
  const chipOf = (i) => `[data-chip="${i < conditions.length ? i : "add"}"]`;
  /** @param {text2sql.Condition | null | undefined} condition */
  const done = (condition) => {
    const at = state.open ?? conditions.length;
    const changed = [...conditions];
    if (condition === null) changed.splice(at, 1);
    else if (condition) changed[at] = condition;
    close(condition === null ? chipOf(conditions.length) : chipOf(at));
    if (condition !== undefined) adjust({ ...sketch, conditions: changed });
  };
  /** @param {number} i */
  const open = (i) => {
    if (state.open === i) return close(chipOf(i));
    state.open = i;
    state.problem = null;
    state.draft = i < conditions.length ? draftOf(conditions[i], columns) : newDraft(columns);
    return redraw(".editor select");
  };
  /**
   * @param {number} i
   * @param {string} label
   * @param {object} attributes
   */
  const chip = (i, label, attributes) => h("button", {
    type: "button", "aria-expanded": String(state.open === i), onclick: () => open(i), ...attributes,
  }, label);
  const connective = conditions.length > 1
    ? h("button", {
      type: "button", class: "connective", "data-chip": "connective", title: say("点击切换“且”和“或”", "switch between and and or"),
      onclick: () => adjust({ ...sketch, connective: sketch.connective === "and" ? "or" : "and" }),
    }, sketch.connective === "and" ? say("且 ⇄", "and ⇄") : say("或 ⇄", "or ⇄"))
    : null;
  // Who asks for the five highest often wants to see how high they are.
  const by = sketch.order?.term;
  const unseen = by && sketch.select[0].expr.column !== ALL && !sketch.select.some((term) => JSON.stringify(term) === JSON.stringify(by));
  return h("section", { class: "conditions" },
    h("div", { class: "chips", role: "group", "aria-label": say("条件", "Conditions") },
      h("small", {}, conditions.length ? say("条件：", "Conditions:") : say("没有条件", "No condition")),
      conditions.map((condition, i) => [
        i === 1 ? connective : i > 1 ? h("small", {}, sketch.connective === "and" ? say("且", "and") : say("或", "or")) : null,
        chip(i, conditionText(condition, columns), { class: "condition", "data-chip": String(i), lang: "zh", title: say("点击修改", "click to change") })]).flat(),
      chip(conditions.length, say("＋ 条件", "+ condition"), { class: "add", "data-chip": "add" }),
      unseen ? h("button", { type: "button", class: "add", "data-chip": "unseen", onclick: () => adjust({ ...sketch, select: [...sketch.select, by] }) },
        say(`＋ 列出${termText(by, columns)}`, `+ show ${termText(by, columns)}`)) : null),
    state.open === null ? null : conditionEditor(state, conditions[state.open]?.term, columns, done, redraw),
    error ? h("p", { class: "told error", role: "alert" }, say(error.zh, error.en)) : null);
};
