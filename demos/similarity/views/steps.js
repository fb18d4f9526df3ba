// The transportation simplex method, a step at a time: a table of what each route carries, and the buttons to walk it.

import { dear, decimals, fitTable, number, part, quoted, signed, tint, wordTable } from "modou/similarity/views/words.js";
import { h, targetOf } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/**
 * What `core.similarity.explain.Inside` tells; without steps where a sentence is too long for them.
 *
 * @typedef {object} Inside
 * @property {string[]} tokens_a
 * @property {string[]} tokens_b
 * @property {number[]} weights_a
 * @property {number[]} weights_b
 * @property {number[][]} cost
 * @property {number} wrd
 * @property {number} contextual
 * @property {boolean} norms
 * @property {number | null} usual
 * @property {boolean} apart
 * @property {number} distance
 * @property {number} centroid_bound
 * @property {number} relaxed_bound
 * @property {Step[] | null} steps
 * @property {number[]} prices_a
 * @property {number[]} prices_b
 */
/**
 * @typedef {object} Step
 * @property {[number, number, number][]} flow
 * @property {number} cost
 * @property {[number, number] | null} entering
 * @property {[number, number][]} cycle
 * @property {number} moved
 */
/** @typedef {Inside & {steps: Step[]}} Stepped */

const PACE = 1400;

/**
 * @param {Stepped} value
 * @param {number} n
 */
const stepTable = (value, n) => {
  const { cost, tokens_a: a, tokens_b: b, prices_a: u, prices_b: v } = value;
  const step = value.steps[n];
  const isLast = n === value.steps.length - 1;
  const flow = new Map(step.flow.map(([i, j, mass]) => [`${i}-${j}`, mass]));
  const sign = new Map(step.cycle.map(([i, j], place) => [`${i}-${j}`, place % 2 ? "−" : "+"]));
  const entering = step.entering && step.entering.join("-");
  const most = Math.max(...value.weights_a, ...value.weights_b);
  /**
   * @param {number} i
   * @param {number} j
   */
  const cell = (i, j) => {
    const key = `${i}-${j}`;
    const mass = flow.get(key);
    const mark = sign.get(key);
    const names = [mass && "used", mark && (mark === "+" ? "gains" : "loses"), key === entering && "entering"].filter(Boolean);
    const slack = Math.max(0, cost[i][j] - u[i] - v[j]);
    // A route not in use shows its cost; at the end, how much dearer it is than its prices.
    const idle = isLast ? say(`余 ${slack.toFixed(2)}`, `+${slack.toFixed(2)}`) : cost[i][j].toFixed(2);
    return h("td", {
      class: names.join(" "), style: mass ? tint(dear(cost[i][j]), 0.25 + 0.75 * (mass / most)) : undefined,
      title: `${a[i]} → ${b[j]}: ${part(mass || 0)}, ${say("代价", "cost")} ${cost[i][j].toFixed(3)}`,
    }, mark ? h("b", { class: "sign" }, mark) : null, number(mass ? part(mass) : h("small", {}, idle)));
  };
  /** @param {number} x */
  const price = (x) => h("td", { class: "price" }, decimals(x, 3));
  return wordTable({
    caption: isLast
      ? say("每条路搬运的重量；边上是价格 u 和 v，没用上的路写着它比价格贵多少", "What each route carries; prices u and v at the margins; an idle route shows how much dearer it is than its prices")
      : say("每条路搬运的重量；没用上的路写着它的代价", "What each route carries; an idle route shows its cost"),
    a, b, cell,
    /** @param {number} i */
    besideA: (i) => h("small", {}, part(value.weights_a[i])),
    /** @param {number} j */
    besideB: (j) => h("small", {}, part(value.weights_b[j])),
    last: isLast ? { head: h("th", { scope: "col", class: "price" }, "u"), cell: (i) => price(u[i]) } : null,
    foot: isLast ? h("tfoot", {}, h("tr", {}, h("th", { scope: "row", class: "price" }, "v"), v.map(price), h("td", { class: "corner" }))) : null,
  });
};

/**
 * @param {Stepped} value
 * @param {number} n
 */
const stepText = (value, n) => {
  const step = value.steps[n];
  /** @param {number} x */
  const four = (x) => decimals(x, 4);
  if (!n) {
    return say(
      `开头：从最便宜的路搬起，能搬多少搬多少，搬满一行或一列就关上。总代价 ${four(step.cost)}。`,
      `Start: fill the cheapest route as far as it goes, close its row or column, go on. Total cost ${four(step.cost)}.`);
  }
  const [i, j] = step.entering || [0, 0];
  const route = `${quoted(value.tokens_a[i])} → ${quoted(value.tokens_b[j])}`;
  const before = value.steps[n - 1].cost;
  return say(
    `第 ${n} 步：${route} 比它的价格便宜，启用它。沿它围成的回路，标 + 的路各多搬 ${part(step.moved)}，标 − 的各少搬这么多，行与列的总和不变。总代价 ${four(before)} → ${four(step.cost)}（${signed(step.cost - before, 4)}）。`,
    `Step ${n}: ${route} is cheaper than its prices, so it is taken up. Round the cycle that it closes, routes marked + carry ${part(step.moved)} more and those marked − as much less; rows and columns keep their sums. Total cost ${four(before)} → ${four(step.cost)} (${signed(step.cost - before, 4)}).`);
};

/** @param {Stepped} value */
const whyOptimal = (value) => {
  const { cost, weights_a: wa, weights_b: wb, prices_a: u, prices_b: v } = value;
  const used = new Set(value.steps[value.steps.length - 1].flow.map(([i, j]) => `${i}-${j}`));
  const idle = cost.flatMap((row, i) => row.map((c, j) => (used.has(`${i}-${j}`) ? null : c - u[i] - v[j]))).filter((slack) => slack !== null);
  const least = decimals(Math.max(0, Math.min(...idle)), 4);
  const dual = wa.reduce((sum, w, i) => sum + w * u[i], 0) + wb.reduce((sum, w, j) => sum + w * v[j], 0);
  return h("p", { class: "optimal" }, h("strong", {}, say("已是最优。", "Optimal. ")), say(
    `${cost.length * cost[0].length} 条路处处有 u + v ≤ 代价${idle.length ? `（没用上的路，余量最小 ${least}）` : ""}，用上的路取等号，所以不会有更省的方案：任何方案至少要花 Σ w·u + Σ w·v = ${decimals(dual, 4)}，而这个方案正好花 ${decimals(value.distance, 4)}。`,
    `On all ${cost.length * cost[0].length} routes u + v ≤ cost${idle.length ? ` (least slack of an idle one: ${least})` : ""}, with equality where something moves. So no plan can be cheaper: any plan pays at least Σ w·u + Σ w·v = ${decimals(dual, 4)}, and this one pays ${decimals(value.distance, 4)}.`));
};

// Steppers for one view, of which at most one plays; it stops where `element` is gone.
/** @param {HTMLElement} element */
export const makeStepper = (element) => {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const stopPlaying = () => {
    clearInterval(timer);
    timer = undefined;
  };

  /** @param {Stepped} value */
  const stepper = (value) => {
    stopPlaying();
    const end = value.steps.length - 1;
    let at = 0;
    const told = h("p", { class: "told", role: "status" });
    const table = h("div", { class: "stage" });
    /**
     * @param {string} name
     * @param {string} label
     * @param {() => unknown} act
     */
    const button = (name, label, act) => h("button", { type: "button", class: name, onclick: act }, label);
    const back = button("back", say("上一步", "Back"), () => { stopPlaying(); go(at - 1); });
    const on = button("on", say("下一步", "Next"), () => { stopPlaying(); go(at + 1); });
    const play = button("play", "", () => {
      if (timer) {
        stopPlaying();
        return go(at);
      }
      go(at === end ? 0 : at);
      timer = setInterval(() => {
        if (!element.isConnected || at >= end) stopPlaying();
        go(at + 1);
      }, PACE);
      return go(at);
    });
    const slider = h("input", {
      type: "range", min: 0, max: end, value: 0, step: 1, "aria-label": say("步骤", "Step"),
      oninput: () => { stopPlaying(); go(Number(slider.value)); },
    });
    const count = h("span", { class: "count" });
    /** @param {number} n */
    const go = (n) => {
      at = Math.min(end, Math.max(0, n));
      slider.value = String(at);
      if (at === end) stopPlaying();
      // Not disabled, which would lose the focus of whoever steps with the keyboard.
      back.setAttribute("aria-disabled", String(at === 0));
      on.setAttribute("aria-disabled", String(at === end));
      play.textContent = timer ? say("暂停", "Pause") : say("播放", "Play");
      count.textContent = say(`第 ${at} / ${end} 步`, `step ${at} of ${end}`);
      told.textContent = stepText(value, at);
      const { scrollLeft = 0, scrollTop = 0 } = table.firstElementChild || {};
      table.replaceChildren(stepTable(value, at), at === end ? whyOptimal(value) : "");
      table.firstElementChild?.scrollTo(scrollLeft, scrollTop);
      fitSteps();
    };
    // Numbers matter more here than seeing the whole table at once.
    const fitSteps = () => fitTable(table.firstElementChild, value.tokens_b.length + (at === end ? 1 : 0), 52, 2.2 * table.clientWidth);
    const box = h("div", {
      class: "stepper",
      onkeydown: (event) => {
        // The slider and the scrolled table have arrow keys of their own.
        if (targetOf(event).closest("input, .scroll") || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
        event.preventDefault();
        stopPlaying();
        go(at + (event.key === "ArrowRight" ? 1 : -1));
      },
    }, h("div", { class: "controls" }, back, play, on, slider, count), told, table);
    go(0);
    return { node: box, fit: fitSteps };
  };
  return { stepper, stopPlaying };
};
