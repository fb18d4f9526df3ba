// How a table was read, and what a visitor may correct in it: types of columns, the header's rows, rows left out.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { tool } from "modou/views/result.js";

/** @import { text2sql } from "modou/views/types.js" */

/**
 * What the server says of how a table was read, and what it is asked to read it by.
 *
 * @typedef {object} Reading
 * @property {string} source
 * @property {string | null} sheet
 * @property {string} mark the same for the same content
 * @property {number[] | null} header
 * @property {Record<string, string>} types
 * @property {number[]} back
 */

/** @type {Record<string, string>} */
export const TYPES = { text: say("文字", "text"), number: say("数字", "number"), date: say("日期", "date") };

const MEMORY = "modou-readings";
const LAST = "modou-table";
const MOST = 40;
const ROWS = 8;

// Storage may be off in an iframe.
/**
 * @param {Storage} storage
 * @param {string} key
 * @returns {any}
 */
const load = (storage, key) => {
  try { return JSON.parse(storage.getItem(key) || "null"); } catch { return null; }
};
/**
 * @param {Storage} storage
 * @param {string} key
 * @param {any} value
 */
const store = (storage, key, value) => {
  try { storage.setItem(key, JSON.stringify(value)); } catch { /* the page works without */ }
};

/** @param {Reading} reading */
export const isCorrected = (reading) => reading.header !== null || Object.keys(reading.types).length > 0 || reading.back.length > 0;

/** @param {Reading} reading */
const only = ({ header, types, back }) => ({ header, types, back });

// Corrections are kept by the content of the file, so that they hold when it is opened again.
/** @param {Reading} reading */
export const remember = (reading) => {
  /** @type {[string, any][]} */
  const kept = (load(localStorage, MEMORY) || []).filter((/** @type {[string, any]} */ [mark]) => mark !== reading.mark);
  store(localStorage, MEMORY, [...(isCorrected(reading) ? [[reading.mark, only(reading)]] : []), ...kept].slice(0, MOST));
};

/** @param {Reading} reading */
export const remembered = (reading) => {
  if (isCorrected(reading)) return null;
  /** @type {[string, any][]} */
  const kept = load(localStorage, MEMORY) || [];
  const found = kept.find(([mark]) => mark === reading.mark);
  return found ? { ...reading, ...found[1] } : null;
};

// The table of this page, for the page that is loaded in its place.
/** @param {Reading | undefined} reading */
export const rememberTable = (reading) => store(sessionStorage, LAST, reading ?? null);

/** @returns {Reading | null} */
export const tableBefore = () => {
  // A link says itself which table is asked.
  const asked = new URLSearchParams(location.search);
  return ["example", "deck", "present"].some((name) => asked.has(name)) ? null : load(sessionStorage, LAST);
};

/**
 * @param {text2sql.Column} column
 * @param {Reading | undefined} reading
 * @param {(reading: Reading) => void} correct
 */
export const badge = (column, reading, correct) => {
  const unit = column.unit ? ` · ${column.unit}` : "";
  if (!reading) return h("small", { class: `badge ${column.type}` }, TYPES[column.type] + unit);
  const choice = h("select", {
    class: "type",
    "aria-label": say(`“${column.name}”的类型`, `Type of ${column.name}`),
    title: say("类型不对？点这里改", "Wrong type? Change it here"),
    onchange: (/** @type {Event} */ event) => {
      if (event.target instanceof HTMLSelectElement) correct({ ...reading, types: { ...reading.types, [column.name]: event.target.value } });
    },
  }, Object.entries(TYPES).map(([type, name]) => h("option", { value: type, selected: type === column.type }, name)));
  return h("small", { class: `badge ${column.type}` }, choice, unit);
};

/** @param {number[]} rows */
const rowsText = (rows) => {
  if (!rows.length) return say("没有", "none");
  const last = rows.at(-1) ?? rows[0];
  const both = rows[0] === last ? `${last}` : `${rows[0]}–${last}`;
  return say(`第 ${both} 行`, `row ${both}`);
};

/**
 * @param {number[]} header
 * @param {Reading} reading
 * @param {(reading: Reading) => void} correct
 */
export const headerChoice = (header, reading, correct) => {
  const single = Array.from({ length: ROWS }, (_, i) => [i + 1]);
  const all = [header, [], ...single].filter((rows, i, those) => those.findIndex((other) => other.join() === rows.join()) === i);
  return h("label", { class: "header" }, say("表头：", "Header: "), h("select", {
    onchange: (/** @type {Event} */ event) => {
      if (event.target instanceof HTMLSelectElement) correct({ ...reading, header: all[Number(event.target.value)] });
    },
  }, all.map((rows, i) => h("option", { value: String(i), selected: i === 0 }, rowsText(rows)))));
};

/**
 * @param {text2sql.Left[]} left
 * @param {number} total
 * @param {Reading | undefined} reading
 * @param {(reading: Reading) => void} correct
 */
export const leftOut = (left, total, reading, correct) => {
  if (!left.length) return null;
  return h("details", { class: "notes left", open: left.length < 5 },
    h("summary", {}, say(`有 ${total} 行没有算进表里`, `${total} ${total === 1 ? "row is" : "rows are"} left out of the table`)),
    h("ul", {}, left.map((row) => h("li", {},
      h("span", {}, say(`第 ${row.row} 行`, `Row ${row.row}`), ` ${row.text}`),
      h("small", {}, say(row.zh, row.en)),
      // What stands above a header is put back by saying where the header is.
      reading && row.kind !== "title"
        ? tool(say("放回", "Put back"), () => correct({ ...reading, back: [...reading.back, row.row] }), { "aria-label": say(`放回第 ${row.row} 行`, `Put back row ${row.row}`) })
        : null))));
};
