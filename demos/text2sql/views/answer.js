// `sheet.last` is the answer on the page; `now` what is shown of it: a proposal of the model's, one that was changed, or the
// result of SQL written by hand.

import { chartOf, drawChart } from "modou/text2sql/views/chart.js";
import { sqlBlock } from "modou/text2sql/views/code.js";
import { conditionChips } from "modou/text2sql/views/conditions.js";
import { linkedQuestion } from "modou/text2sql/views/links.js";
import { ALL, termText } from "modou/text2sql/views/words.js";
import { focused, h, lookup } from "modou/views/dom.js";
import { copy, save } from "modou/views/files.js";
import { grid } from "modou/views/grid.js";
import { say } from "modou/views/language.js";
import { cellText, count, duration, isYear, percent } from "modou/views/numbers.js";
import { makeSheet, tool } from "modou/views/result.js";

/** @import { Writing } from "modou/text2sql/views/code.js" */
/** @import { Editing } from "modou/text2sql/views/conditions.js" */
/** @import { text2sql } from "modou/views/types.js" */
/** @import { Message } from "modou/views/result.js" */

/**
 * What is shown of an answer: one of its proposals ("0" is the first), one that was "changed", or "sql" by hand.
 *
 * @typedef {object} Now
 * @property {string} origin
 * @property {boolean} fresh whether it came with the answer
 * @property {text2sql.Sketch | null} sketch
 * @property {string} sql
 * @property {Record<string, string>} dialects
 * @property {Message} reading
 * @property {any} probability
 * @property {text2sql.Rows} result
 * @property {string} csv
 */

/** @type {[number, string][]} */
const CONFIDENCE = [[0.8, say("很有把握", "confident")], [0.5, say("比较有把握", "fairly confident")], [0.2, say("不太确定", "unsure")], [0, say("只是猜测", "a guess")]];
/** @param {number} p */
const confidence = (p) => h("span", { class: `confidence c${CONFIDENCE.findIndex(([least]) => p >= least)}`, title: say("模型给这种理解的概率", "the probability that the model gives this understanding") },
  `${CONFIDENCE.find(([least]) => p >= least)?.[1]} ${percent(p)}`);

/**
 * Where on the page an element will be found again once it has been drawn anew.
 *
 * @param {Element} node
 */
const placeOf = (node) => ["data-chip", "data-field", "data-dialect", "data-proposal"]
  .flatMap((name) => (node.hasAttribute(name) ? [`[${name}="${CSS.escape(node.getAttribute(name) ?? "")}"]`] : []))[0];

const PURPOSE = say(
  "问一句，这里会列出结果，并说明怎样理解了你的话：哪些词成了哪些列、条件和排序，写成了什么 SQL。每一处都可以改。",
  "Ask, and the rows appear here, with what was made of your words: which became columns, conditions, an order, and what SQL. Everything can be changed.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, emit }) => {
  const sheet = makeSheet(root);
  /** @type {Now} */
  let now;
  /** @type {{error?: Message, where?: string}} */
  let told = {};
  let busy = 0;
  /** @type {Editing} */
  const conditions = { open: null, draft: null, problem: null };
  /** @type {Writing} */
  const sql = { dialect: "duckdb", text: null };

  // While the server works nothing else is asked; a server that never answers does not block the page for good.
  /**
   * @param {string} event
   * @param {object} data
   */
  const ask = (event, data) => {
    if (busy && Date.now() - busy < 8000) return;
    busy = Date.now();
    told = {};
    root.setAttribute("aria-busy", "true");
    setTimeout(() => root.removeAttribute("aria-busy"), 8000);
    emit(event, { origin: "sql", ...data, answer: sheet.last.id });
  };
  /** @param {text2sql.Sketch} sketch */
  const adjust = (sketch, origin = "changed") => ask("adjust", { sketch, origin });

  /** @param {number} i */
  const propose = (i) => {
    const proposal = sheet.last.proposals[i];
    if (proposal.sketch) adjust(proposal.sketch, String(i));
    else ask("execute", { sql: proposal.sql, origin: String(i) });
  };

  const understanding = () => {
    const origin = lookup({
      changed: say("已按你的修改", "as you changed it"),
      sql: say("手写的 SQL", "SQL written by hand"),
    }, now.origin);
    const mark = origin ? h("span", { class: "confidence own" }, origin) : confidence(now.probability);
    const back = origin ? tool(say("回到模型的理解", "Back to the model's"), () => propose(0), { class: "back" }) : null;
    // What no sketch can say is not told in words.
    const reading = say(now.reading.zh, now.reading.en) || say("下面是这条 SQL 的结果。", "Below is what this query gives.");
    return h("section", { class: "understanding" }, h("p", { class: "reading" }, reading, mark), back);
  };

  const banners = () => [
    sheet.last.doubtful && h("p", { class: "told warning", role: "status" }, say(
      `这张表可能回答不了这个问题（模型认为能回答的概率是 ${percent(sheet.last.answerable)}）。下面是最接近的理解。`,
      `This table may not hold the answer (the model gives it ${percent(sheet.last.answerable)}). Below is the nearest it could make of the question.`)),
    sheet.last.anchored && now.origin !== "sql" && h("p", { class: "told", role: "status" }, say(
      `从今天算起什么也没有，所以“去年”之类的词是从表里最晚的一天（${sheet.last.anchored}）往回算的。`,
      `Counted from today nothing was found, so words such as 去年 (last year) are counted from the table's latest day, ${sheet.last.anchored}.`))];

  const fileName = () => [...sheet.last.question].slice(0, 20).join("").replace(/[\\/:*?"<>|\s]/g, "_") || "result";
  const asJson = () => JSON.stringify({
    question: sheet.last.question, table: sheet.last.table, sql: now.sql, reading: now.reading, sketch: now.sketch, dialects: now.dialects,
    columns: now.result.columns, rows: now.result.rows, total: now.result.total,
  }, null, 2);

  const resultTools = () => h("div", { class: "tools" },
    tool(say("下载 CSV", "Download CSV"), () => save(`${fileName()}.csv`, "text/csv", now.csv)),
    now.result.total > now.result.rows.length
      ? tool(say(`下载全部 ${count(now.result.total)} 行`, `Download all ${count(now.result.total)} rows`), () => ask("everything", { sql: now.sql })) : null,
    tool(say("复制 CSV", "Copy CSV"), (e) => copy(now.csv.replace("\ufeff", ""), e.currentTarget)),
    tool(say("下载 JSON", "Download JSON"), () => save(`${fileName()}.json`, "application/json", asJson())));

  // The columns as people call them: AVG("a") is the mean of a.
  const headings = () => {
    const { columns } = now.result;
    const terms = now.sketch?.select;
    return terms?.length === columns.length && terms.every((term) => term.expr.column !== ALL || term.aggregate)
      ? terms.map((term) => termText(term, sheet.last.columns)) : columns;
  };

  const resultBlock = () => {
    const { types, rows, total, milliseconds } = now.result;
    const columns = headings();
    const message = told.where === "result" && told.error ? h("p", { class: "told error", role: "alert" }, say(told.error.zh, told.error.en)) : null;
    const part = rows.length < total ? say(`，显示前 ${count(rows.length)} 行`, `, the first ${count(rows.length)} shown`) : "";
    const time = now.origin === "0" && sheet.last.milliseconds && now.fresh ? sheet.last.milliseconds : milliseconds;
    const summary = h("p", { class: "summary", role: "status" },
      say("共 ", ""), h("strong", {}, count(total)), say(" 行", total === 1 ? " row" : " rows"), part, ` · ${duration(time)}`);
    if (!total) {
      return h("section", { class: "result" }, message, h("p", { class: "nothing", role: "status" }, say(
        "没有符合条件的行。可以放宽上面的条件，或者换个问法。", "No row fits. Loosen the conditions above, or ask in other words.")));
    }
    const lone = total === 1 && columns.length === 1;
    const year = lone && isYear(columns[0], rows[0]);
    return h("section", { class: "result" }, message,
      h("div", { class: "bar" }, summary, resultTools()),
      lone
        ? h("p", { class: "lone" }, h("small", {}, columns[0]), h("strong", {}, rows[0][0] === null ? say("空", "empty") : cellText(rows[0][0], year)))
        : h("div", { class: "rows" },
          grid({ columns: columns.map((/** @type {string} */ name, /** @type {number} */ j) => ({ name, type: types[j] })), rows, label: say("查询结果", "Result of the query") }),
          chartOf({ ...now.result, columns }) ? h("div", { class: "chart-slot" }) : null));
  };

  const alternatives = () => {
    if (sheet.last.proposals.length < 2) return null;
    return h("section", { class: "alternatives" },
      h("h4", {}, say("也可能是这些意思", "It may also mean")),
      h("div", { role: "group" }, sheet.last.proposals.map((/** @type {any} */ proposal, /** @type {number} */ i) => h("button", {
        type: "button", "data-proposal": i, "aria-pressed": String(now.origin === String(i)),
        onclick: () => { if (now.origin !== String(i)) propose(i); },
      },
      h("span", {}, say(proposal.reading.zh, proposal.reading.en) || proposal.sql),
      h("small", {}, `${percent(proposal.probability)} · ${say(`${count(proposal.total)} 行`, `${count(proposal.total)} ${proposal.total === 1 ? "row" : "rows"}`)}`)))));
  };

  /** @param {string} text */
  const runSql = (text) => {
    sql.text = text;
    ask("execute", { sql: text });
  };

  // Draws everything anew; `focus` names what gets the keyboard's focus, or else what had it keeps it.
  /** @param {string} [focus] */
  const render = (focus) => {
    const had = focused();
    const keep = focus || (had && root.contains(had) ? placeOf(had) : null);
    /** @param {string} where */
    const error = (where) => (told.where === where ? told.error : null);
    const proposal = sheet.last.proposals[Number(now.origin)] || sheet.last.proposals[0];
    root.replaceChildren(...[
      told.error && !told.where ? h("p", { class: "told error", role: "alert" }, say(told.error.zh, told.error.en)) : null,
      proposal.links.length ? linkedQuestion(sheet.last.question, proposal.links, proposal.sketch, sheet.last.columns) : null,
      ...banners(),
      understanding(),
      !now.sketch ? null : conditionChips(now.sketch, sheet.last.columns, conditions, { adjust, redraw: render, error: error("conditions") }),
      resultBlock(),
      sqlBlock(now, sql, { run: runSql, redraw: render, error: error("sql") }),
      alternatives()].filter((node) => node instanceof Node));
    if (keep) root.querySelector(keep)?.focus();
    drawnWidth = 0;
    layOut();
  };

  let drawnWidth = 0;
  const layOut = () => {
    const slot = root.querySelector(".chart-slot");
    const width = slot?.clientWidth || 0;
    const chart = width && chartOf({ ...now.result, columns: headings() });
    if (!slot || !chart || Math.abs(width - drawnWidth) < 5) return;
    drawnWidth = width;
    slot.replaceChildren(drawChart(chart, width - 26));
  };
  new ResizeObserver(() => layOut()).observe(element);

  /** @param {any} answer */
  const showAnswer = (answer) => {
    sheet.last = answer;
    now = { origin: "0", fresh: true, ...answer.proposals[0], result: answer.result, csv: answer.csv };
    Object.assign(conditions, { open: null, draft: null, problem: null });
    Object.assign(sql, { dialect: "duckdb", text: null });
    render();
    // On a phone the answer is below what was asked.
    if (root.getBoundingClientRect().top > 0.7 * window.innerHeight) root.scrollIntoView({ block: "start" });
  };
  /** @param {any} run */
  const showRun = (run) => {
    const proposal = sheet.last.proposals[Number(run.origin)];
    now = { ...run, origin: run.origin, fresh: false, probability: proposal ? proposal.probability : null };
    Object.assign(conditions, { open: null, draft: null, problem: null });
    if (run.origin !== "sql") sql.text = null;
    render();
  };
  /** @param {any} sent */
  const draw = (sent) => {
    // A plain object: Gradio's value is a proxy that is slow to read.
    const value = { ...sent };
    busy = 0;
    root.removeAttribute("aria-busy");
    const payload = value.json && JSON.parse(value.json);
    if (payload?.kind === "answer") {
      told = {};
      showAnswer(payload);
      return;
    }
    const about = payload ? payload.answer : value.answer;
    if (sheet.last && (payload || value.where)) {
      // An answer that is gone has no use for what was asked about it.
      if (about !== sheet.last.id) return;
      if (payload?.kind === "csv") {
        save(`${fileName()}.csv`, "text/csv", payload.csv);
        return;
      }
      told = value.error ? { error: value.error, where: value.where } : {};
      if (payload) showRun(payload);
      else render(value.where === "sql" ? ".sql textarea" : undefined);
      return;
    }
    if (value.error && sheet.last) {
      told = { error: value.error };
      render();
      root.scrollIntoView({ block: "nearest" });
      return;
    }
      sheet.nothingToDraw(value, false, PURPOSE);
  };

  return draw;
};
