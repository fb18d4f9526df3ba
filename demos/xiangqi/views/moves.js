// The moves of the game in two numbered columns, with buttons to look at any position. `onView(ply)` is told which.

import { focused, h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";

/** @import { xiangqi } from "modou/views/types.js" */

// Lichess's bounds of inaccuracy, mistake and blunder, in percent of the expected score.
/** @param {number | null} loss */
const mark = (loss) => (loss === null || loss < 5 ? "" : loss < 10 ? "?!" : loss < 15 ? "?" : "??");

/** @param {{onView: (ply: number) => void}} given */
export const makeMoveList = ({ onView }) => {
  const list = h("ol", { class: "moves", tabindex: "0", "aria-label": say("着法", "Moves") });
  /**
   * @param {string} symbol
   * @param {string} label
   * @param {() => number} target
   */
  const button = (symbol, label, target) => h("button", {
    type: "button", class: "step", "aria-label": label, title: label, onclick: () => onView(target()),
  }, symbol);
  let plies = 0;
  let ply = 0;
  const back = h("button", { type: "button", class: "back", onclick: () => onView(plies) }, say("回到棋局", "Back to the game"));
  const steps = [
    button("«", say("开局", "Start"), () => 0),
    button("‹", say("上一着", "Previous move"), () => ply - 1),
    button("›", say("下一着", "Next move"), () => ply + 1),
    button("»", say("最后一着", "Last move"), () => plies)];
  const node = h("div", { class: "movelist" }, list, h("div", { class: "steps" }, steps, back));

  // `opinions` may be null; where there are some, each move shows the probability the GPT gave it.
  /**
   * @param {{chinese: string[], first: "red" | "black", viewed: number, opinions: (xiangqi.Opinion | null)[] | null}} given
   */
  const show = ({ chinese, first, viewed, opinions }) => {
    plies = chinese.length;
    ply = viewed;
    /** @param {number} i */
    const cell = (i) => {
      if (i < 0 || i >= plies) return h("span", { class: "none" }, i < 0 ? "…" : "");
      const opinion = opinions && opinions[i];
      return h("button", {
        type: "button", "data-ply": i + 1, class: i + 1 === viewed ? "current" : "", "aria-current": i + 1 === viewed ? "true" : null,
        onclick: () => onView(i + 1),
      }, h("b", { lang: "zh" }, chinese[i]), opinion
        ? h("small", { class: opinion.rank === 1 ? "first" : opinion.rank <= 5 ? "among" : "odd" }, `${mark(opinion.loss)} ${percent(opinion.probability)}`) : null);
    };
    const offset = first === "black" ? 1 : 0;
    const rows = [];
    for (let i = -offset; i < plies; i += 2) rows.push(h("li", {}, h("i", {}, `${(i + offset) / 2 + 1}.`), cell(i), cell(i + 1)));
    if (!plies) rows.push(h("li", { class: "empty" }, say("还没有走棋。", "No move yet.")));
    const hadFocus = list.contains(focused());
    list.replaceChildren(...rows);
    const current = list.querySelector(".current");
    if (hadFocus) (current || list).focus({ preventScroll: true });
    // Within the list only: scrollIntoView would move the page as well.
    if (current) list.scrollTop = (current.parentElement?.offsetTop ?? 0) - list.clientHeight / 2;
    else list.scrollTop = 0;
    steps[0].disabled = steps[1].disabled = viewed === 0;
    steps[2].disabled = steps[3].disabled = back.disabled = viewed >= plies;
  };
  return { node, show };
};
