import { makeHeat } from "modou/similarity/views/heat.js";
import { choosable, chosenBy, drawRibbons, routeText, wordText } from "modou/similarity/views/ribbons.js";
import { amountsTold, dearest, distanceOf, levelScale, levelText, opposedTold, readsApart, scoreCards } from "modou/similarity/views/scores.js";
import { decimals, fitTable } from "modou/similarity/views/words.js";
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { duration } from "modou/views/numbers.js";
import { makeSheet, toolbar } from "modou/views/result.js";

/** @import { Chosen } from "modou/similarity/views/ribbons.js" */
/** @import { Compared } from "modou/similarity/views/scores.js" */

/** @type {Record<string, string>} */
const NAMES = { "similarity-encoder": say("语境编码器", "contextual encoder"), "similarity-static": say("静态词向量", "static vectors") };
const HINT = () => say(
  "指到词或带子上看细节；触屏点按；键盘按 Tab 进入，再用方向键。",
  "Point at a word or ribbon for details; tap on a touch screen; or press Tab, then the arrow keys.");

const PURPOSE = say(
  "输入两句话，这里会画出怎样把一句的词搬成另一句的词：搬得越远，两句越不像。点一个示例试试。",
  "Enter two sentences to see how the words of one are moved onto the words of the other: the farther, the less alike. Try an example.");

/** @type {import("modou/views/view.js").Create} */
export const create = ({ root, element }) => {
  const sheet = makeSheet(root);
  const heatMap = makeHeat(root);
  let drawnWidth = 0;

  // Lights what `chosen` names ({side, n}, {i, j} or null) in ribbons and table, dims the rest, and says it in words.
  /** @param {Chosen | null} chosen */
  const show = (chosen) => {
    if (!sheet.last) return;
    /** @type {Compared} */
    const { result } = sheet.last;
    /** @param {Chosen} given */
    const isLit = ({ side, n, i, j }) => chosen && (chosen.side
      ? (side ? side === chosen.side && n === chosen.n : (chosen.side === "a" ? i : j) === chosen.n)
        || (side && side !== chosen.side && (chosen.side === "a" ? result.plan[chosen.n][n] : result.plan[n][chosen.n]) > 0)
      : side ? n === (side === "a" ? chosen.i : chosen.j) : i === chosen.i && j === chosen.j);
    const ribbons = root.querySelector(".ribbons");
    ribbons?.classList.toggle("choosing", Boolean(chosen));
    ribbons?.querySelectorAll(".word, .route").forEach(({ dataset: d, classList }) =>
      classList.toggle("lit", Boolean(isLit(chosenBy(d)))));
    root.querySelectorAll("td.lit").forEach((cell) => cell.classList.remove("lit"));
    if (chosen && !chosen.side) root.querySelector(`[data-cell="${chosen.i}-${chosen.j}"]`)?.classList.add("lit");
    const told = !chosen ? HINT() : chosen.side ? wordText(result, chosen) : routeText(result, chosen);
    const readout = root.querySelector(".readout");
    if (readout) readout.textContent = told;
  };

  const layOut = () => {
    const box = root.querySelector(".ribbons");
    if (!sheet.last || !box || !box.clientWidth) return;
    drawnWidth = box.clientWidth;
    box.replaceChildren(drawRibbons(sheet.last.result, drawnWidth));
    const minor = box.querySelectorAll(".minor").length;
    const leftOut = root.querySelector(".left-out");
    if (leftOut) leftOut.textContent = minor ? say(`另有 ${minor} 条次要的带子，指到词时才显出`, `${minor} minor ribbons show when you point at their words`) : "";
    choosable(box, sheet.last.result, show);
    show(null);
  };
  const resize = () => {
    const width = root.querySelector(".ribbons")?.clientWidth || 0;
    if (!sheet.last || !width || Math.abs(width - drawnWidth) < 5) return;
    layOut();
    fitTable(root.querySelector(".heat .scroll"), sheet.last.result.tokens_b.length, 36);
  };
  new ResizeObserver(resize).observe(element);
  /** @param {any} sent */
  const draw = (sent) => {
    // A plain object: Gradio's value is a proxy that is slow to read.
    const value = { ...sent, result: sent?.json && JSON.parse(sent.json) };
    if (sheet.nothingToDraw(value, Boolean(value.result), PURPOSE)) return;
    if (sheet.last?.json !== value.json) sheet.reveal();
    sheet.last = value;
    drawnWidth = 0;
    value.result.distance = distanceOf(value.result);
    const score = decimals(value.norms ? value.result.wrd : value.result.unweighted);
    const seconds = duration(value.milliseconds);
    root.replaceChildren(
      h("div", { class: "bar" },
        h("p", { class: "summary", role: "status" },
          value.norms ? "WRD " : say("WRD（不计模长）", "WRD (norms not counted) "), h("strong", {}, score), value.norms && value.result.level ? say(`，${levelText(value.result.level)}`, `, ${levelText(value.result.level)}`) : "", ` · ${NAMES[value.model]} · `, say(`用时 ${seconds}`, seconds)),
        toolbar(value, "similarity")),
      scoreCards(value),
      levelScale(value),
      opposedTold(value.result),
      ...amountsTold(value.result),
      h("p", { class: "note" }, say(
        "都是越高越像，1 为相同；但四个分数尺度不同：拿同一个分数比不同的句对，不要拿它们互相比。",
        "Higher is closer and 1 is equal, but each score has a scale of its own: compare one score between pairs, not the four with each other.")),
      h("p", { class: "dearest" }, dearest(value)),
      value.usual === null || value.usual === undefined ? "" : h("p", { class: "apart" }, readsApart(value)),
      value.norms ? "" : h("p", { class: "equal" }, say(
        `现在每个词一样重：下面的带子、表格和原理都属于不计模长的 ${score}。`,
        `Every word weighs the same now: ribbons, table and the steps below belong to the ${score} without norms.`)),
      h("div", { class: "ribbons" }),
      h("p", { class: "readout" }, HINT()),
      h("p", { class: "legend" },
        h("span", {}, h("i", { class: "scale" }), say("代价：0 → 1", "cost: 0 → 1")),
        h("span", {}, say("带子的宽度是搬运的重量，字的大小是词的重量", "a ribbon is as wide as what it carries, a word as large as it weighs")),
        h("span", { class: "left-out" })),
      heatMap(value.result, show));
    layOut();
  };

  return draw;
};
