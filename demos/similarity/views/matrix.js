import { h, lookup, targetOf } from "modou/views/dom.js";
import { copy, save } from "modou/views/files.js";
import { say } from "modou/views/language.js";
import { duration } from "modou/views/numbers.js";
import { makeSheet, tool } from "modou/views/result.js";

/** @typedef {{sentences: string[], wrd: number[][], milliseconds: number, json: string, csv: string}} Compared */

// Cells with numbers up to this many sentences; beyond, the colour and the line above the table must do.
const ROOMY = 20;

// From the first sentence to the one most like it, and so on: near sentences come to stand together.
/** @param {number[][]} table */
const byLikeness = (table) => {
  const order = [0];
  const left = new Set(table.keys());
  left.delete(0);
  while (left.size) {
    const from = table[order[order.length - 1]];
    const next = [...left].reduce((best, i) => (from[i] > from[best] ? i : best));
    order.push(next);
    left.delete(next);
  }
  return order;
};

// The colours span what there is between different sentences, in whole tenths.
/** @param {number[][]} table */
const scale = (table) => {
  const values = table.flatMap((row, i) => row.filter((_, j) => i !== j));
  const lowest = Math.floor(10 * Math.min(...values)) / 10;
  return [lowest, Math.max(lowest + 0.1, Math.ceil(10 * Math.max(...values)) / 10)];
};

/**
 * @param {Compared} value
 * @param {number} i
 * @param {number} j
 */
const detail = (value, i, j) => {
  /** @param {number} n */
  const sentence = (n) => h("p", { class: "sentence", lang: "zh" }, h("small", {}, n + 1), value.sentences[n]);
  return [h("strong", {}, value.wrd[i][j].toFixed(3)), h("div", {}, sentence(i), sentence(j))];
};

const hint = () => h("p", { class: "hint" }, say(
  "指向一格，看是哪两句；点击或按回车，在“比较”中打开。",
  "Point at a cell to see its two sentences; click it or press Enter to open them in Compare."));

const PURPOSE = say(
  "每行输入一句，这里会两两比较，颜色越深越接近。也可以先载入示例。",
  "Enter one sentence a line; each will be compared with every other here, the deeper the colour the closer. Or load the sample.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element, emit }) => {
  const sheet = makeSheet(root);
  let sorted = false;

  /** @param {Compared} value */
  const ordering = (value) => h("div", { class: "tools" },
    tool(say("按相似排序", "Order by likeness"), () => { sorted = !sorted; render(value); root.querySelector(".order")?.focus(); },
      { class: "order", "aria-pressed": String(sorted) }),
    tool(say("复制 JSON", "Copy JSON"), (e) => copy(value.json, e.currentTarget)),
    tool(say("下载 CSV", "Download CSV"), () => save("similarity_matrix", "csv", "text/csv", value.csv)));

  /**
   * @param {Compared} value
   * @param {number[]} order
   * @param {[number, number]} given
   * @param {HTMLElement} shown
   */
  const grid = (value, order, [lowest, highest], shown) => {
    /**
     * @param {number} i
     * @param {number} j
     */
    const cell = (i, j) => {
      const v = value.wrd[i][j];
      const share = Math.round(100 * Math.min(1, Math.max(0, (v - lowest) / (highest - lowest))));
      const figure = v.toFixed(order.length <= ROOMY ? 2 : 3);
      return h("td", {
        class: i === j ? "self" : share > 87 ? "full" : share > 68 ? "strong" : "", style: `--share:${share}%`, "data-i": i, "data-j": j, tabindex: "-1",
        "aria-label": say(`第 ${i + 1} 句与第 ${j + 1} 句：${figure}`, `${i + 1} and ${j + 1}: ${figure}`),
      }, order.length <= ROOMY ? figure : "");
    };
    const table = h("table", { role: "grid", class: order.length <= ROOMY ? "roomy" : "", "aria-label": say("WRD 相似度矩阵", "Matrix of WRD similarities") },
      h("thead", {}, h("tr", {}, h("td", {}), order.map((j) => h("th", { scope: "col", title: value.sentences[j] }, j + 1)))),
      h("tbody", {}, order.map((i) => h("tr", {},
        h("th", { scope: "row", title: value.sentences[i] }, h("span", {}, h("small", {}, i + 1), h("span", { lang: "zh" }, value.sentences[i]))),
        order.map((j) => cell(i, j))))));
    /** @param {Event} event */
    const cellOf = (event) => /** @type {HTMLTableCellElement | null} */ (targetOf(event).closest("td[data-i]"));
    /** @param {Event} event */
    const point = (event) => {
      const at = cellOf(event);
      if (at) shown.replaceChildren(...detail(value, Number(at.dataset.i), Number(at.dataset.j)));
    };
    /** @param {Event} event */
    const pick = (event) => {
      const at = cellOf(event);
      if (!at) return;
      emit("pick", { a: value.sentences[Number(at.dataset.i)], b: value.sentences[Number(at.dataset.j)] });
      // The other pane may be shorter than a large matrix.
      element.closest(".tabs")?.scrollIntoView();
    };
    // One cell is in the order of tabs; the arrow keys lead on from there.
    /** @param {KeyboardEvent} event */
    const move = (event) => {
      const at = cellOf(event);
      const [down, right] = lookup({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }, event.key) || [];
      if (!at) return;
      if (event.key === "Enter") pick(event);
      if (down === undefined || right === undefined) return;
      event.preventDefault();
      const line = /** @type {HTMLTableRowElement} */ (at.parentElement);
      const row = line.parentElement?.children[line.rowIndex - 1 + down];
      const to = row?.children[at.cellIndex + right];
      if (!(to instanceof HTMLElement) || !to.dataset.i) return;
      at.tabIndex = -1;
      to.tabIndex = 0;
      to.focus();
    };
    table.addEventListener("mouseover", point);
    table.addEventListener("focusin", point);
    table.addEventListener("click", pick);
    table.addEventListener("keydown", move);
    table.addEventListener("mouseleave", () => { if (!table.contains(document.activeElement)) shown.replaceChildren(hint()); });
    const first = table.querySelector("td[data-i]");
    if (first) first.tabIndex = 0;
    return table;
  };

  /** @param {Compared} value */
  const render = (value) => {
    const n = value.sentences.length;
    const order = sorted ? byLikeness(value.wrd) : [...value.sentences.keys()];
    const [lowest, highest] = scale(value.wrd);
    const time = duration(value.milliseconds);
    const shown = h("div", { class: "shown" }, hint());
    root.replaceChildren(
      h("div", { class: "bar" },
        h("p", { class: "summary", role: "status" }, h("strong", {}, `${n} × ${n}`),
          say(` · ${(n * (n - 1)) / 2} 对句子 · 用时 ${time}`, ` · ${(n * (n - 1)) / 2} ${n === 2 ? "pair" : "pairs"} · ${time}`)),
        ordering(value)),
      shown,
      h("div", { class: "scroll" }, grid(value, order, [lowest, highest], shown)),
      h("p", { class: "legend" }, say("WRD 相似度", "WRD similarity"), h("span", {}, lowest.toFixed(1)), h("i", {}), h("span", {}, highest.toFixed(1))));
  };
  /** @param {any} value */
  const draw = (value) => {
    if (sheet.nothingToDraw(value, value?.wrd !== undefined, PURPOSE)) return;
    sheet.last = value;
    sheet.reveal();
    render(value);
  };

  return draw;
};
