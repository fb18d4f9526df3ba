// Tables of data: columns with types, numbers to be read, rows that come as one scrolls.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { cellText, isYear } from "modou/views/numbers.js";

/** @import { Child } from "modou/views/dom.js" */
/** @import { Cell } from "modou/views/numbers.js" */

/** @typedef {{name: string, type: string, mark?: Child}} GridColumn with a mark below its name, or none */

const AT_ONCE = 100;
// `columns`: [{name, type, mark}], mark being a node below the name or nothing.
/** @param {{columns: GridColumn[], rows: Cell[][], label: string}} given */
export const grid = ({ columns, rows, label }) => {
  const years = columns.map((c, j) => c.type === "number" && isYear(c.name, rows.map((row) => row[j])));
  /**
   * @param {Cell} v
   * @param {number} j
   */
  const cell = (v, j) => (v === null || v === undefined
    ? h("td", { class: "empty", title: say("空", "empty") }, "–")
    : h("td", { class: columns[j].type === "number" ? "number" : "", title: typeof v === "number" && cellText(v, years[j]) !== String(v) ? String(v) : undefined },
      h("span", {}, cellText(v, years[j]))));
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
