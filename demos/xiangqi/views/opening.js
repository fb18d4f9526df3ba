// What the opening on the board is called, and how people went on from there.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { sleep } from "modou/xiangqi/views/asking.js";

/** @typedef {{move: string, chinese: string, games: number, red_score: number}} Continuation */
/** @typedef {{zh: string, en: string, continuations: Continuation[]}} Opening */

/** @param {{ask: (call: string, request: any, wanted: () => boolean) => Promise<any>}} given */
export const makeOpening = ({ ask }) => {
  const name = h("b", { class: "name", lang: "zh" });
  const table = h("div", {});
  const node = h("details", { class: "opening" }, h("summary", {}, say("开局：", "Opening: "), name), table);
  node.hidden = true;
  /** @type {Map<string, Opening>} */
  const known = new Map();
  let wanted = "";

  /** @param {Opening} found */
  const draw = (found) => {
    const title = say(found.zh, found.en);
    node.hidden = !title && !found.continuations.length;
    name.textContent = title || "–";
    const total = found.continuations.reduce((sum, c) => sum + c.games, 0);
    table.replaceChildren(
      found.continuations.length ? h("table", {},
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("人们接着走", "People went on")), h("th", { scope: "col" }, say("局数", "Games")), h("th", { scope: "col" }, ""),
          h("th", { scope: "col" }, say("红方得分", "Red's score")))),
        h("tbody", {}, found.continuations.map((c) => h("tr", {}, h("th", { scope: "row", lang: "zh" }, c.chinese), h("td", {}, String(c.games)),
          h("td", {}, percent(c.games / total)), h("td", {}, percent(c.red_score)))))) : h("p", { class: "hint" }, say("学过的棋局里很少走到这里。", "Few of the games that the model learned from came here.")),
      h("p", { class: "hint" }, say("统计自 Chinese-Chess-Practical-Dataset（CC BY 4.0）。", "Counted from Chinese-Chess-Practical-Dataset (CC BY 4.0).")));
  };

  // Asked once for each position, a little after it has come onto the board.
  /** @param {{start: string | null, moves: string[]}} position */
  const show = async (position) => {
    const key = JSON.stringify(position);
    if (key === wanted) return;
    wanted = key;
    await sleep(120);
    if (key !== wanted) return;
    const found = known.get(key) || (await ask("opening", position, () => key === wanted && node.isConnected)).opening;
    if (!found) return;
    known.set(key, found);
    if (key === wanted) draw(found);
  };
  return { node, show };
};
