// `sheet.last` is the answer on the page; `now` what is shown of it: a proposal of the model's, one that was changed, or the
// result of SQL written by hand.

import { drawChart } from "modou/text2sql/views/chart.js";
import { sqlBlock } from "modou/text2sql/views/code.js";
import { conditionChips } from "modou/text2sql/views/conditions.js";
import { linkedQuestion } from "modou/text2sql/views/links.js";
import { alternatives, askedBack, carriedOver, confidence, refusalNotice } from "modou/text2sql/views/reply.js";
import { chartOfFound, rowsBlock } from "modou/text2sql/views/rows.js";
import { focused, h, lookup } from "modou/views/dom.js";
import { copy, save } from "modou/views/files.js";
import { say } from "modou/views/language.js";
import { count } from "modou/views/numbers.js";
import { makeSheet, tool, wrong } from "modou/views/result.js";

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
 * @property {Message} said what was done, and what came of it
 * @property {text2sql.Measure[]} measures
 * @property {Message[]} headings
 * @property {any} probability
 * @property {text2sql.Rows} result
 * @property {string} csv
 */

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
  // Whether the nearest query to a question that was refused is shown, and whether the next one stands alone.
  let isOpen = false;
  let isAnew = false;
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
  const adjust = (sketch) => ask("adjust", { sketch, origin: "changed" });
  /** @param {number} i */
  const propose = (i) => ask("execute", { sql: sheet.last.proposals[i].sql, origin: String(i) });

  const anew = () => {
    isAnew = true;
    emit("anew", {});
    render();
    const box = document.querySelector("#text2sql-question textarea");
    if (box instanceof HTMLTextAreaElement) box.select();
  };
  const toggle = () => {
    isOpen = !isOpen;
    render();
  };

  const understanding = () => {
    const origin = lookup({
      changed: say("已按你的修改", "as you changed it"),
      sql: say("手写的 SQL", "SQL written by hand"),
    }, now.origin);
    const mark = origin ? h("span", { class: "confidence own" }, origin) : confidence(now.probability);
    const back = origin ? tool(say("回到模型的理解", "Back to the model's"), () => propose(0), { class: "back" }) : null;
    const said = say(now.said.zh, now.said.en) || say("下面是这条 SQL 的结果。", "Below is what this query gives.");
    return h("section", { class: "understanding" }, h("p", { class: "reading", role: "status" }, said, mark), back);
  };

  // The sentence says it itself where it came with the answer.
  const counted = () => (sheet.last.anchored && now.origin === "changed" ? h("p", { class: "told", role: "status" }, say(
    `“去年”之类的词是从表里最晚的一天（${sheet.last.anchored}）往回算的。`,
    `Words such as 去年 (last year) are counted from the table's latest day, ${sheet.last.anchored}.`)) : null);

  const fileName = () => `text2sql-${[...sheet.last.question].slice(0, 20).join("").replace(/[\\/:*?"<>|\s]/g, "_")}`;
  const asJson = () => JSON.stringify({
    question: sheet.last.question, table: sheet.last.table, sql: now.sql, said: now.said, reading: now.reading, sketch: now.sketch, dialects: now.dialects,
    columns: now.result.columns, units: now.measures.map((m) => m.unit), styles: now.measures.map((m) => m.style), rows: now.result.rows, total: now.result.total,
  }, null, 2);

  const resultTools = () => h("div", { class: "tools" },
    tool(say("下载 CSV", "Download CSV"), () => save(fileName(), "csv", "text/csv", now.csv)),
    now.result.total > now.result.rows.length
      ? tool(say(`下载全部 ${count(now.result.total)} 行`, `Download all ${count(now.result.total)} rows`), () => ask("everything", { sql: now.sql })) : null,
    tool(say("复制 CSV", "Copy CSV"), (e) => copy(now.csv.replace("\ufeff", ""), e.currentTarget)),
    tool(say("下载 JSON", "Download JSON"), () => save(fileName(), "json", "application/json", asJson())));

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
    const { refusal, asks, proposals, columns, question, milliseconds } = sheet.last;
    const proposal = proposals[Number(now.origin)] || proposals[0];
    const waited = now.fresh && milliseconds ? milliseconds : now.result.milliseconds;
    root.replaceChildren(...[
      told.error && !told.where ? wrong(told.error, true) : null,
      refusal && refusalNotice(refusal, columns, isOpen, toggle),
      ...(refusal && !isOpen ? [] : [
        askedBack(asks, now.origin, propose),
        understanding(),
        carriedOver(sheet.last.carried, isAnew, anew),
        counted(),
        proposal.links.length ? linkedQuestion(question, proposal.links, proposal.sketch, columns) : null,
        now.sketch && conditionChips(now.sketch, columns, conditions, { adjust, redraw: render, error: error("conditions") }),
        rowsBlock(now, { milliseconds: waited, tools: resultTools(), error: error("result") }),
        sqlBlock(now, sql, { run: runSql, redraw: render, error: error("sql") }),
        alternatives(proposals, asks, now.origin, propose)])].filter((node) => node instanceof Node));
    if (keep) root.querySelector(keep)?.focus();
    drawnWidth = 0;
    layOut();
  };

  let drawnWidth = 0;
  const layOut = () => {
    const slot = root.querySelector(".chart-slot");
    const width = slot?.clientWidth || 0;
    const chart = width && chartOfFound(now);
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
    isOpen = isAnew = false;
    render();
    sheet.reveal();
  };
  /** @param {any} run */
  const showRun = (run) => {
    const proposal = sheet.last.proposals[Number(run.origin)];
    // A proposal is told as it came with the answer.
    root.classList.remove("earlier");
    now = { ...run, ...proposal, origin: run.origin, fresh: false, probability: proposal ? proposal.probability : null };
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
        save(fileName(), "csv", "text/csv", payload.csv);
        return;
      }
      told = value.error ? { error: value.error, where: value.where } : {};
      if (payload) showRun(payload);
      else render(value.where === "sql" ? ".sql textarea" : undefined);
      return;
    }
    if (value.error && sheet.last) {
      told = { error: value.error };
      root.classList.add("earlier");
      render();
      root.scrollIntoView({ block: "nearest" });
      return;
    }
    sheet.nothingToDraw(value, false, PURPOSE);
  };

  return draw;
};
