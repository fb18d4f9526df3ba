import { badge, headerChoice, isCorrected, leftOut, remember, remembered, rememberTable, tableBefore } from "modou/text2sql/views/reading.js";
import { h, targetOf } from "modou/views/dom.js";
import { grid } from "modou/views/grid.js";
import { say } from "modou/views/language.js";
import { count } from "modou/views/numbers.js";
import { makeSheet, tool } from "modou/views/result.js";

/** @import { Reading } from "modou/text2sql/views/reading.js" */
/** @import { Message } from "modou/views/result.js" */
/** @import { text2sql } from "modou/views/types.js" */

// Two lines tell enough at first; a file can give rise to many notes.
/** @param {Message[]} list */
const notes = (list) => (list.length
  ? h("details", { class: "notes", open: list.length < 3 },
    h("summary", {}, say(`整理表格时做了 ${list.length} 处调整`, `Cleaning changed ${list.length} ${list.length === 1 ? "thing" : "things"}`)),
    h("ul", {}, list.map((note) => h("li", {}, say(note.zh, note.en)))))
  : null);

const PURPOSE = say("选一张示例表格，或者上传、粘贴自己的表格。", "Pick a sample table, or upload or paste your own.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, props, emit }) => {
  const sheet = makeSheet(root);
  let before = tableBefore();

  /** @param {Reading} reading */
  const correct = (reading) => {
    remember(reading);
    root.setAttribute("aria-busy", "true");
    emit("correct", reading);
  };

  // The table that was there before the page was read anew, or this one as it was corrected once.
  /** @param {Reading | undefined} reading */
  const askForTheOther = (reading) => {
    const last = before;
    before = null;
    const other = last && last.source !== reading?.source ? last : null;
    // Kept until it is here, however often the page is left before.
    rememberTable(other ?? reading);
    const known = other ?? (reading && remembered(reading));
    if (known) emit("correct", known);
  };

  /**
   * @param {any} table
   * @param {Reading | undefined} reading
   */
  const understood = (table, reading) => h("div", { class: "head", role: "status" },
    h("h3", { lang: "zh" }, table.name),
    h("span", {}, say(`${count(table.length)} 行 × ${table.columns.length} 列`, `${count(table.length)} rows × ${table.columns.length} columns`),
      table.length > table.rows.length ? say(`，下面是前 ${table.rows.length} 行`, `, the first ${table.rows.length} below`) : ""),
    reading ? headerChoice(table.header, reading, correct) : null,
    reading && isCorrected(reading) ? tool(say("恢复自动识别", "Undo my changes"), () => correct({ ...reading, header: null, types: {}, back: [] })) : null);

  /** @param {any} sent */
  const draw = (sent) => {
    // A plain object: Gradio's value is a proxy that is slow to read.
    const value = { ...sent, table: sent?.json && JSON.parse(sent.json) };
    if (value.error && sheet.last?.reading) rememberTable(JSON.parse(sheet.last.reading));
    if (sheet.nothingToDraw(value, Boolean(value.table), PURPOSE)) return;
    sheet.last = value;
    const { table } = value;
    root.removeAttribute("aria-busy");
    /** @type {Reading | undefined} */
    const reading = sent.reading && JSON.parse(sent.reading);
    askForTheOther(reading);
    const columns = table.columns.map((/** @type {text2sql.Column} */ c) => ({ ...c, mark: badge(c, reading, correct) }));
    root.replaceChildren(...[
      understood(table, reading),
      notes(table.notes),
      grid({ columns, rows: table.rows, label: say("表格预览", "Preview of the table") }),
      leftOut(table.left, table.left_count, reading, correct),
    ].filter((node) => node !== null));
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
