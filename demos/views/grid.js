// Tables of data: columns with types, numbers to be read, rows that come as one scrolls.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { cellText, isYear } from "modou/views/numbers.js";

/** @import { Child } from "modou/views/dom.js" */
/** @import { Cell } from "modou/views/numbers.js" */

/**
 * A column, with a mark below its name, and how its numbers are written where that is not as any other.
 *
 * @typedef {{name: string, type: string, mark?: Child, show?: (v: number) => string | null}} GridColumn
 */

const AT_ONCE = 100;
/** @param {{columns: GridColumn[], rows: Cell[][], label: string}} given */
export const grid = ({ columns, rows, label }) => {
  const years = columns.map((c, j) => c.type === "number" && isYear(c.name, rows.map((row) => row[j])));
  /**
   * @param {Cell} v
   * @param {number} j
   */
  const cell = (v, j) => {
    if (v === null || v === undefined) return h("td", { class: "empty", title: say("空", "empty") }, "–");
    const text = (typeof v === "number" && columns[j].show?.(v)) || cellText(v, years[j]);
    return h("td", { class: columns[j].type === "number" ? "number" : "", title: typeof v === "number" && text !== String(v) ? String(v) : undefined }, h("span", {}, text));
  };
  const body = h("tbody");
  const box = h("div", { class: "grid", tabindex: "0", role: "region", "aria-label": label },
    h("table", {},
      h("thead", {}, h("tr", {}, columns.map((c) =>
        h("th", { scope: "col", class: c.type === "number" ? "number" : "", title: c.name }, h("span", {}, c.name), c.mark)))),
      body));
  const more = () => {
    const from = body.children.length;
    body.append(...rows.slice(from, from + AT_ONCE).map((row) => h("tr", {}, row.map(cell))));
  };
  box.addEventListener("scroll", () => {
    if (body.children.length < rows.length && box.scrollTop + box.clientHeight > box.scrollHeight - 600) more();
  });
  more();
  return box;
};
