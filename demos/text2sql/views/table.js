import { h, targetOf } from "modou/views/dom.js";
import { grid } from "modou/views/grid.js";
import { say } from "modou/views/language.js";
import { count } from "modou/views/numbers.js";
import { makeSheet } from "modou/views/result.js";

/** @import { Message } from "modou/views/result.js" */
/** @import { text2sql } from "modou/views/types.js" */

/** @type {Record<string, string>} */
const TYPES = { text: say("文字", "text"), number: say("数字", "number"), date: say("日期", "date") };

/** @param {text2sql.Column} column */
const badge = (column) => h("small", { class: `badge ${column.type}` }, TYPES[column.type] + (column.unit ? ` · ${column.unit}` : ""));

// Two lines tell enough at first; a file can give rise to many notes.
/** @param {Message[]} list */
const notes = (list) => (list.length
  ? h("details", { class: "notes", open: list.length < 3 },
    h("summary", {}, say(`整理表格时做了 ${list.length} 处调整`, `Cleaning changed ${list.length} ${list.length === 1 ? "thing" : "things"}`)),
    h("ul", {}, list.map((note) => h("li", {}, say(note.zh, note.en)))))
  : null);

const PURPOSE = say("选一张示例表格，或者上传、粘贴自己的表格。", "Pick a sample table, or upload or paste your own.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, props }) => {
  const sheet = makeSheet(root);
  /** @param {any} sent */
  const draw = (sent) => {
    // A plain object: Gradio's value is a proxy that is slow to read.
    const value = { ...sent, table: sent?.json && JSON.parse(sent.json) };
    if (sheet.nothingToDraw(value, Boolean(value.table), PURPOSE)) return;
    sheet.last = value;
    const { table } = value;
    const part = table.length > table.rows.length;
    root.replaceChildren(
      h("div", { class: "head", role: "status" },
        h("h3", { lang: "zh" }, table.name),
        h("span", {}, say(`${count(table.length)} 行 × ${table.columns.length} 列`, `${count(table.length)} rows × ${table.columns.length} columns`),
          part ? say(`，下面是前 ${table.rows.length} 行`, `, the first ${table.rows.length} below`) : "")),
      ...[notes(table.notes)].filter((node) => node !== null),
      grid({
        columns: table.columns.map((/** @type {text2sql.Column} */ c) => ({ ...c, mark: badge(c) })), rows: table.rows, label: say("表格预览", "Preview of the table"),
      }));
  };

  // A browser takes long to lay out millions of characters, only for the server to refuse them.
  document.addEventListener("paste", (event) => {
    const text = element.isConnected && targetOf(event).closest("#text2sql-pasted") ? event.clipboardData?.getData("text") ?? "" : "";
    if (text.length <= props.most) return;
    event.preventDefault();
    draw({ error: {
      zh: `粘贴的内容有 ${count(text.length)} 个字符，上限 ${count(props.most)}；请上传文件`,
      en: `there are ${count(text.length)} characters to paste, the limit is ${count(props.most)}; upload a file instead`,
    } });
  }, true);

  return draw;
};
