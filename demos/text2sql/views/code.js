// SQL with colours: a comment, a string, a quoted name, a number, a word, or anything else, one after the other.

import { h, lookup } from "modou/views/dom.js";
import { copy } from "modou/views/files.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";

/** @import { Message } from "modou/views/result.js" */

/** @typedef {{sql: string, dialects: Record<string, string>}} Query */
/** @typedef {{dialect: string, text: string | null}} Writing the dialect that is shown, and what is being written by hand */
/** @typedef {{run: (sql: string) => void, redraw: (focus?: string) => void, error: Message | null | undefined}} CodeActs */

const SQL_TOKEN = /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$))|("(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$))|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|([\s\S])/g;
const SQL_KINDS = ["comment", "string", "name", "figure", "word", "rest"];
const SQL_KEYWORDS = new Set(("select from where group by having order limit offset distinct as and or not in is null "
  + "between like ilike escape case when then else end join left right inner outer cross on using union all intersect "
  + "except with asc desc nulls first last over partition interval date timestamp extract exists any true false cast "
  + "month year day signed unsigned").split(" "));

/** @param {string} sql */
const highlight = (sql) => {
  const nodes = [];
  let plain = "";
  for (const match of sql.matchAll(SQL_TOKEN)) {
    const [text] = match;
    let kind = SQL_KINDS[match.slice(1).findIndex((group) => group !== undefined)];
    if (kind === "word") kind = SQL_KEYWORDS.has(text.toLowerCase()) ? "keyword" : /^\s*\(/.test(sql.slice(match.index + text.length, match.index + text.length + 3)) ? "function" : "rest";
    if (kind === "rest") {
      plain += text;
      continue;
    }
    nodes.push(plain, h("span", { class: kind }, text));
    plain = "";
  }
  return [...nodes, plain];
};

const DIALECTS = [["duckdb", "DuckDB"], ["mysql", "MySQL"], ["postgres", "PostgreSQL"], ["sqlite", "SQLite"]];

// `state`: {dialect, text: what is being written by hand, or null}; `run(sql)` and `redraw()` are the view's.
/**
 * @param {Query} shown
 * @param {Writing} state
 * @param {CodeActs} given
 */
export const sqlBlock = (shown, state, { run, redraw, error }) => {
  const sql = state.dialect === "duckdb" ? shown.sql : shown.dialects[state.dialect];
  /** @param {string} name */
  const choose = (name) => {
    state.dialect = name;
    redraw(`[data-dialect="${name}"]`);
  };
  /** @param {KeyboardEvent} event */
  const step = (event) => {
    const by = lookup({ ArrowLeft: -1, ArrowRight: 1 }, event.key);
    if (!by) return;
    event.preventDefault();
    const at = DIALECTS.findIndex(([name]) => name === state.dialect);
    choose(DIALECTS[(at + by + DIALECTS.length) % DIALECTS.length][0]);
  };
  const tabs = h("div", { class: "dialects", role: "tablist", "aria-label": say("SQL 方言", "SQL dialect"), onkeydown: step },
    DIALECTS.map(([name, label]) => h("button", {
      type: "button", role: "tab", "data-dialect": name, "aria-selected": String(name === state.dialect),
      tabindex: name === state.dialect ? "0" : "-1", onclick: () => choose(name),
    }, label)));
  const edit = () => {
    state.dialect = "duckdb";
    state.text = shown.sql;
    redraw(".sql textarea");
  };
  const message = error ? h("p", { class: "told error", role: "alert" }, say(error.zh, error.en)) : null;
  if (state.text === null) {
    return h("section", { class: "sql" },
      h("div", { class: "bar" }, tabs, h("div", { class: "tools" },
        tool(say("复制 SQL", "Copy SQL"), (e) => copy(sql, e.currentTarget)),
        tool(say("修改并运行", "Edit and run"), edit, { class: "edit" }))),
      message,
      h("pre", { tabindex: "0", "aria-label": "SQL" }, h("code", {}, highlight(sql))));
  }
  const area = h("textarea", {
    rows: Math.min(14, state.text.split("\n").length + 1), spellcheck: "false", autocapitalize: "off", autocomplete: "off", "aria-label": say("修改 SQL", "Edit the SQL"),
    oninput: (e) => { state.text = e.currentTarget.value; },
    onkeydown: (e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) { e.preventDefault(); run(state.text ?? ""); } },
  });
  area.value = state.text;
  return h("section", { class: "sql" },
    h("div", { class: "bar" },
      h("p", { class: "summary" }, say("DuckDB 方言，只能查询这张表；Ctrl+Enter 运行", "DuckDB's dialect, this table only; Ctrl+Enter runs it")),
      h("div", { class: "tools" },
        tool(say("放弃修改", "Discard"), () => { state.text = null; redraw(".edit"); }),
        tool(say("运行", "Run"), () => run(state.text ?? ""), { class: "primary" }))),
    message,
    area);
};
