// The GPT's opinion of a whole game: how the result looked to it over the moves, and how far each side agreed with it.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { svg } from "modou/views/svg.js";

/** @import { xiangqi } from "modou/views/types.js" */
/** @import { Review, Side } from "modou/xiangqi/views/match.js" */

/** @param {{onAnalyse: () => void, onView: (ply: number) => void}} given */
export const makeReview = ({ onAnalyse, onView }) => {
  const [width, height] = [320, 96];
  const graph = svg("svg", { class: "graph", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": say("GPT 对结果的看法", "The GPT's view of the result") });
  const analyse = h("button", { type: "button", class: "primary", onclick: onAnalyse }, say("分析本局", "Analyse this game"));
  const verdict = h("p", { class: "verdict" });
  const remark = h("p", { class: "remark", role: "status" });
  const figures = h("div", { class: "figures" });
  const hint = h("p", { class: "hint" }, say(
    "GPT 会给每一着打分：它认为这着有多可能、排第几、它自己会走什么。",
    "The GPT judges every move: how likely it thought it, its rank, and what it would have played."));
  const legend = h("p", { class: "key" },
    h("span", {}, h("i", { class: "red" }), say("红胜", "red wins")),
    h("span", {}, h("i", { class: "draw" }), say("和", "draw")),
    h("span", {}, h("i", { class: "black" }), say("黑胜", "black wins")));
  const node = h("div", { class: "review" }, verdict, hint, analyse, graph, legend, remark, figures);
  let plies = 0;
  graph.addEventListener("click", (event) => {
    const box = graph.getBoundingClientRect();
    if (plies) onView(Math.round(((event.clientX - box.left) / box.width) * plies));
  });

  /**
   * @param {number[][]} values
   * @param {(v: number[]) => number} low
   * @param {(v: number[]) => number} high
   * @param {string} kind
   */
  const band = (values, low, high, kind) => {
    /** @param {number} i */
    const x = (i) => ((width * i) / Math.max(1, values.length - 1)).toFixed(1);
    /** @param {number} share */
    const y = (share) => (height * (1 - share)).toFixed(1);
    const top = values.map((v, i) => `${x(i)} ${y(high(v))}`);
    const bottom = values.map((v, i) => `${x(i)} ${y(low(v))}`).reverse();
    return svg("path", { class: kind, d: `M${[...top, ...bottom].join("L")}Z` });
  };

  // `values` are those of all positions, one more than there are moves, so that curve and marker have one scale.
  /**
   * @param {number[][]} values
   * @param {number} viewed
   */
  const drawGraph = (values, viewed) => {
    const x = (width * Math.min(viewed, plies)) / Math.max(1, plies);
    graph.replaceChildren(
      band(values, () => 0, (v) => v[0], "red"),
      band(values, (v) => v[0], (v) => v[0] + v[1], "draw"),
      band(values, (v) => v[0] + v[1], () => 1, "black"),
      svg("path", { class: "half", d: `M0 ${height / 2}H${width}` }),
      svg("path", { class: "now", d: `M${x.toFixed(1)} 0V${height}` }));
  };

  /** @type {string | null} */
  let remarked = null;
  /**
   * @param {(xiangqi.Opinion | null)[]} opinions
   * @param {number} viewed
   */
  const drawRemark = (opinions, viewed) => {
    const opinion = opinions[viewed - 1];
    // It is read out whenever it is written.
    const key = JSON.stringify([viewed, opinion || null]);
    if (key === remarked) return;
    remarked = key;
    if (!opinion) {
      remark.replaceChildren(say("点曲线或着法，看 GPT 对每一着的看法。", "Click the graph or a move for the GPT's opinion of it."));
      return;
    }
    const same = opinion.rank === 1;
    remark.replaceChildren(
      say(`第 ${viewed} 着 `, `Ply ${viewed} `), h("b", { lang: "zh" }, opinion.chinese),
      say(`：GPT 给它 ${percent(opinion.probability)}，`, `: the GPT gave it ${percent(opinion.probability)}, `),
      same ? say("正是它的首选。", "its own first choice.")
        : say(`排第 ${opinion.rank}；它会走 `, `rank ${opinion.rank}; it would have played `),
      same ? "" : h("b", { lang: "zh" }, opinion.best_chinese), same ? "" : say("。", "."),
      opinion.accuracy === null ? "" : say(`准确度 ${opinion.accuracy.toFixed(0)}%。`, ` Accuracy ${opinion.accuracy.toFixed(0)}%.`));
  };

  /** @param {Review["agreement"]} agreement */
  const drawFigures = (agreement) => {
    /** @type {[string, string, (v: number) => string | number][]} */
    const rows = [
      ["moves", say("着数", "Moves"), (v) => v],
      ["accuracy", say("准确度", "Accuracy"), (v) => `${v.toFixed(1)}%`],
      ["first", say("与 GPT 首选相同", "The GPT's first choice"), percent],
      ["top_five", say("在 GPT 前五之内", "Among its first five"), percent],
      ["probability", say("平均概率", "Mean probability"), percent],
      ["legal_mass", say("屏蔽前合法着法的概率", "Raw probability of legal moves"), (v) => `${(100 * v).toFixed(2)}%`]];
    /**
     * @param {Side} side
     * @param {string} key
     * @param {(v: number) => string | number} format
     */
    const cell = (side, key, format) => {
      const found = agreement[side];
      return h("td", {}, found && key in found ? format(found[key]) : "–");
    };
    figures.replaceChildren(h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}), h("th", { scope: "col", class: "red" }, say("红方", "Red")), h("th", { scope: "col" }, say("黑方", "Black")))),
      h("tbody", {}, rows.map(([key, label, format]) => h("tr", {}, h("th", { scope: "row" }, label), cell("red", key, format), cell("black", key, format))))),
    h("p", { class: "hint" }, say(
      "准确度按 lichess 的公式（lichess.org/page/accuracy）由 GPT 自己的胜率算出，取各着的平均；GPT 棋力不强，只作参考。",
      "Accuracy is lichess's formula (lichess.org/page/accuracy) on the GPT's own view of the result, the mean over the moves; the GPT is no strong player.")));
  };

  // `found` is null while there is no review of the game as it stands; `curve`, where the model has no view of the result.
  /**
   * @param {{found: Review | null, curve: number[][] | null, viewed: number, count: number, busy: boolean, ending: string | null}} given
   */
  const show = ({ found, curve, viewed, count, busy, ending }) => {
    plies = count;
    verdict.textContent = ending || "";
    verdict.hidden = !ending;
    hint.hidden = Boolean(found);
    analyse.hidden = Boolean(found);
    analyse.disabled = busy || !count;
    analyse.textContent = busy ? say("分析中…", "Analysing…") : say("分析本局", "Analyse this game");
    for (const part of [graph, legend, remark, figures]) part.style.display = found ? "" : "none";
    if (!found) return;
    // A model of another kind may have no opinion of the result.
    if (!curve) for (const part of [graph, legend]) part.style.display = "none";
    else drawGraph(curve, viewed);
    drawRemark(found.opinions, viewed);
    drawFigures(found.agreement);
  };
  return { node, show };
};
