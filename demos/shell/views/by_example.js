// Examples of what a visitor wants, one to eight, and what came of them.
import { progressLine } from "modou/shell/views/progress.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { cellText, duration } from "modou/views/numbers.js";

/** @import { Message } from "modou/views/result.js" */

/** @typedef {{key: string, name: Message, sample: string, within: string | null, choices: [any, Message][]}} Field */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Entry */

/** @param {Message} words */
const both = (words) => say(words.zh, words.en);
// Near enough to what the server folds for a word of warning while one types; the server decides.
/** @param {string} text */
const folded = (text) => text.normalize("NFKC").toLowerCase();

/** @param {any} found */
const outcome = (found) => h("div", { class: "outcome" },
  h("p", { role: "status" },
    say(`${found.count} 个例子 · ${found.model || "自带模型"} · ${duration(found.milliseconds)}`,
      `Examples: ${found.count} · ${found.model || "the model that ships"} · ${duration(found.milliseconds)}`)),
  found.rows.length ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("结果", "Result") }, h("table", {},
    h("thead", {}, h("tr", {}, found.head.map((/** @type {Message} */ name) => h("th", { scope: "col" }, both(name))))),
    h("tbody", {}, found.rows.map((/** @type {any[]} */ row) => h("tr", {}, row.map((cell) =>
      h("td", {}, cell === null ? "–" : typeof cell === "object" ? both(cell) : cellText(cell))))))))
    : h("p", { class: "more" }, say("什么也没有找到", "Nothing was found")),
  found.note ? h("p", { class: "more" }, both(found.note)) : "");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, props, emit }) => {
  /** @type {Field[]} */
  const fields = props.fields;
  // Examples outlive a reload and a change of language, as text in boxes does.
  const store = `modou-by-example ${fields.map((field) => field.key).join(" ")}`;
  const remembered = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(store) || "[]");
      return Array.isArray(kept) ? kept.filter((row) => row && typeof row === "object").slice(0, props.most) : [];
    } catch {
      return [];
    }
  };
  const list = h("div", {});
  const expects = h("p", { class: "expects", role: "status" });
  const result = h("div", {});
  let working = false;

  const rows = () => [...list.children].map((row) => Object.fromEntries(fields.map((field) => {
    const entry = /** @type {Entry} */ (row.querySelector(`[name="${field.key}"]`));
    return [field.key, field.choices.length ? field.choices[Number(entry.value)][0] : entry.value];
  })));
  /** @param {Record<string, any>} row */
  const isWritten = (row) => fields.some((field) => !field.choices.length && row[field.key].trim());

  const tell = () => {
    const n = rows().filter(isWritten).length;
    const measured = props.expects.filter((/** @type {[number, number]} */ [count]) => count <= n).at(-1);
    expects.textContent = measured ? say(
      `已写 ${n} 个例子。量过的 ${measured[0]} 个例子：${props.measure.zh} ${measured[1].toFixed(2)}（自带模型）。`,
      `Examples: ${n}. Measured with ${measured[0]}: ${props.measure.en} ${measured[1].toFixed(2)} (the model that ships).`) : "";
    add.disabled = sample.disabled = list.children.length >= props.most;
    try {
      sessionStorage.setItem(store, JSON.stringify(rows()));
    } catch { /* no storage in this iframe */ }
    for (const [i, row] of [...list.children].entries()) {
      const name = row.querySelector("legend span");
      if (name) name.textContent = say(`例 ${i + 1}`, `Example ${i + 1}`);
      const button = row.querySelector("legend button");
      if (button instanceof HTMLButtonElement) button.disabled = list.children.length < 2;
    }
  };

  /** @param {Element} row */
  const check = (row) => {
    for (const field of fields.filter((f) => f.within)) {
      /** @param {string} key */
      const text = (key) => folded(/** @type {Entry} */ (row.querySelector(`[name="${key}"]`)).value.trim());
      const label = row.querySelector(`[name="${field.key}"]`)?.closest("label");
      const missing = text(field.key) !== "" && !text(field.within || "").includes(text(field.key));
      label?.classList.toggle("off", missing);
      const told = label?.querySelector("small");
      if (told) told.textContent = missing ? say("原文里没有", "not in the text") : "";
    }
  };

  /**
   * @param {Field} field
   * @param {any} value
   */
  const entryOf = (field, value) => {
    if (field.choices.length) {
      return h("select", { name: field.key }, field.choices.map(([choice, words], i) =>
        h("option", { value: i, selected: choice === value }, both(words))));
    }
    const entry = field.within || field.key === "predicate"
      ? h("input", { name: field.key, type: "text", autocomplete: "off", placeholder: field.sample })
      : h("textarea", { name: field.key, rows: 2, placeholder: field.sample });
    entry.value = value || "";
    return entry;
  };

  /** @param {Record<string, any>} values */
  const addRow = (values = {}) => {
    const row = h("fieldset", {},
      h("legend", {}, h("span", {}), h("button", {
        type: "button", "aria-label": say("删去这个例子", "Remove this example"),
        onclick: () => { row.remove(); tell(); },
      }, "×")),
      fields.map((field) => h("label", { class: field.within || field.choices.length ? "" : field.key === "predicate" ? "" : "wide" },
        both(field.name), entryOf(field, values[field.key]), field.within ? h("small", { role: "status" }) : null)));
    row.addEventListener("input", () => { check(row); tell(); });
    list.append(row);
    check(row);
    tell();
    return row;
  };

  const add = h("button", { type: "button", onclick: () => addRow().querySelector("textarea")?.focus() },
    say("加一个例子", "Add an example"));
  const sample = h("button", { type: "button", onclick: () => {
    // What is written stays.
    const written = rows().map(isWritten);
    [...list.children].forEach((row, i) => { if (!written[i]) row.remove(); });
    props.samples.slice(0, props.most - list.children.length).forEach((/** @type {any} */ row) => addRow(row));
  } },
    say("填入示例", "Fill in a sample"));
  const go = h("button", { type: "button", class: "go", onclick: () => run() }, say("按例子来", "Do as in the examples"));
  const run = () => {
    if (working) return;
    working = true;
    go.disabled = true;
    result.replaceChildren(h("p", { class: "more", role: "status" }, say("正在按例子来……", "At work …")));
    emit("run", { rows: rows() });
  };
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
  });
  root.replaceChildren(h("p", { class: "purpose" }, both(props.purpose)), list, h("div", { class: "acts" }, add, sample, go), expects, result);
  const before = remembered();
  if (before.length) before.forEach((row) => addRow(row));
  else addRow();

  /** @param {any} value */
  const draw = (value) => {
    if (value?.progress) result.replaceChildren(progressLine(value.progress));
    if (value?.started) result.replaceChildren(h("p", { class: "more", role: "status" }, say("正在按例子来……", "At work …")));
    if (!value?.error && value?.json === undefined) return;
    working = go.disabled = false;
    result.replaceChildren(value.error ? h("p", { class: "told error", role: "alert" }, both(value.error)) : outcome(JSON.parse(value.json)));
  };

  return draw;
};
