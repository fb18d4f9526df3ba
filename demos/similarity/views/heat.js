// The plan, the costs, and what each route adds to the distance, as a table of words by words.

import { dear, decimals, fitTable, number, tint, wordTable } from "modou/similarity/views/words.js";
import { h, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Chosen } from "modou/similarity/views/ribbons.js" */
/** @import { Result } from "modou/similarity/views/words.js" */

// More cells than this no page draws in good time.
const MOST_CELLS = 4_000;
const VIEWS = [
  ["plan", say("运输方案", "Plan"), say("每条路搬运的重量，占全部的百分比", "Weight that each route carries, percent of all")],
  ["cost", say("代价", "Cost"), say("代价 = 1 − 余弦", "cost = 1 − cosine")],
  ["paid", say("花费", "Paid"), say("花费 = 重量 × 代价，占总距离的百分比", "weight × cost, percent of the whole distance")],
];

// The tables of a view, which keeps what was chosen to be shown when another result comes.
/** @param {HTMLElement} root */
export const makeHeat = (root) => {
  let heatView = "plan";

  /** @param {Result} result */
  const heatTable = (result) => {
    const whole = result.distance;
    const most = Math.max(...result.plan.map((row) => Math.max(...row)));
    /**
     * @param {number} i
     * @param {number} j
     */
    const paid = (i, j) => result.plan[i][j] * result.cost[i][j];
    const mostPaid = Math.max(1e-12, ...result.plan.map((row, i) => Math.max(...row.map((_, j) => paid(i, j)))));
    /** @param {number} x */
    const hundredth = (x) => (x > 0 ? (100 * x).toFixed(1) : "");
    /** @type {Record<string, (i: number, j: number) => [string, string]>} */
    const shown = {
      plan: (i, j) => [hundredth(result.plan[i][j]), tint(dear(result.cost[i][j]), (result.plan[i][j] > 0 ? 0.15 : 0) + 0.85 * (result.plan[i][j] / most))],
      cost: (i, j) => [decimals(result.cost[i][j], 2), tint(dear(result.cost[i][j]), 0.95)],
      paid: (i, j) => [whole > 1e-9 ? hundredth(paid(i, j) / whole) : "", tint("var(--dear)", paid(i, j) / mostPaid)],
    };
    return wordTable({
      caption: VIEWS.find(([name]) => name === heatView)?.[2] ?? "",
      a: result.tokens_a,
      b: result.tokens_b,
      cell: (i, j) => {
        const [text, style] = shown[heatView](i, j);
        return h("td", { style, "data-cell": `${i}-${j}` }, number(text));
      },
    });
  };

  /**
   * @param {Result} result
   * @param {(chosen: Chosen | null) => void} show
   */
  const heatMap = (result, show) => {
    const box = h("section", { class: "heat" });
    const cells = result.tokens_a.length * result.tokens_b.length;
    if (cells > MOST_CELLS) {
      box.append(h("p", { class: "note" }, say(
        `两句太长，表格有 ${cells.toLocaleString()} 格，这里不画；全部数字在 JSON 里。`,
        `The table would have ${cells.toLocaleString()} cells and is left out; all numbers are in the JSON.`)));
      return box;
    }
    const fill = () => {
      const picks = VIEWS.map(([name, label]) => h("button", {
        type: "button", "aria-pressed": String(name === heatView), "data-view": name,
        onclick: () => {
          heatView = name;
          fill();
          box.querySelector(`[data-view="${name}"]`)?.focus();
        },
      }, label));
      const table = heatTable(result);
      table.addEventListener("pointerover", (event) => {
        const cell = targetOf(event).closest("[data-cell]");
        const [i, j] = (cell?.dataset.cell ?? "").split("-").map(Number);
        show(cell ? { i, j } : null);
      });
      table.addEventListener("pointerleave", () => show(null));
      fitTable(table, result.tokens_b.length, 36, root.clientWidth);
      box.replaceChildren(h("div", { class: "picks", role: "group", "aria-label": say("表格显示什么", "What the table shows") }, picks), table);
    };
    fill();
    return box;
  };
  return heatMap;
};
