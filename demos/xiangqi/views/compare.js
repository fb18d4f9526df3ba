// The models side by side: what was measured of them, and what each would play in the position on the board.

import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { percent } from "modou/views/numbers.js";
import { sleep } from "modou/xiangqi/views/asking.js";
import { MOVES_ONLY, NAMES_OF_MODELS } from "modou/xiangqi/views/names.js";

/** @import { xiangqi } from "modou/views/types.js" */
/** @import { Facts } from "modou/xiangqi/views/match.js" */

/** @typedef {{start: string | null, moves: string[], unusual: boolean}} Position */

/**
 * @param {{ask: (call: string, request: any, wanted: () => boolean) => Promise<any>, models: string[], facts: Record<string, Facts>, onOpen: () => void}} given
 */
export const makeCompare = ({ ask, models, facts, onOpen }) => {
  /** @type {(digits: number) => (v: number) => string} */
  const share = (digits) => (v) => `${(100 * v).toFixed(digits)}%`;
  /** @type {[string, string, (v: number) => string][]} */
  const rows = [
    ["parameters", say("参数", "Parameters"), (v) => `${(v / 1e6).toFixed(1)} M`],
    ["megabytes", say("文件", "File"), (v) => `${v.toFixed(1)} MB`],
    ["legal_argmax", say("不屏蔽时首选合法", "First choice legal without masking"), share(2)],
    ["legal_mass", say("不屏蔽时合法着法的概率", "Probability on legal moves without masking"), share(2)],
    ["top1", say("与人的着法相同", "Same move as people"), share(1)],
    ["top5", say("人的着法在前五之内", "People's move among its first five"), share(1)],
    ["elo", "Elo", (v) => String(Math.round(v))],
    ["elo_thinking", say("Elo（思考 1 秒）", "Elo (thinking for 1 s)"), (v) => String(Math.round(v))]];
  const known = models.filter((name) => facts[name]);
  /** @param {string} name */
  const nameOf = (name) => NAMES_OF_MODELS[name] || name;
  const head = () => h("thead", {}, h("tr", {}, h("th", {}), models.map((name) => h("th", { scope: "col" }, nameOf(name)))));
  const measured = h("table", {}, head(), h("tbody", {}, rows.filter(([key]) => known.some((name) => key in facts[name])).map(([key, label, format]) =>
    h("tr", {}, h("th", { scope: "row" }, label), models.map((name) => h("td", {}, facts[name] && key in facts[name] ? format(facts[name][key]) : "–"))))));
  const now = h("div", { class: "now" });
  const node = h("details", { class: "compare", ontoggle: () => onOpen() },
    h("summary", {}, say("模型对比", "The models compared")), known.length ? measured : null, now);
  node.hidden = !known.length && models.length < 2;
  // The position that is drawn or being asked about: opinions cost the server time, so each is asked for once.
  /** @type {string | null} */
  let wanted = null;

  /**
   * @param {any[]} answers
   * @param {Position} given
   */
  const render = (answers, { moves, unusual }) => {
    const failed = answers.find((answer) => answer.error);
    if (failed) {
      now.replaceChildren(h("p", { class: "hint" }, say(failed.error.zh, failed.error.en)));
      return;
    }
    const count = Math.max(...answers.map((answer) => answer.candidates.length));
    if (!count) {
      now.replaceChildren(h("p", { class: "hint" }, say("这个局面已经结束。", "This position is the end of a game.")));
      return;
    }
    /** @param {xiangqi.Candidate | undefined} candidate */
    const cell = (candidate) => h("td", {}, candidate ? h("b", { lang: "zh" }, candidate.chinese) : "–", candidate ? ` ${percent(candidate.probability)}` : "");
    now.replaceChildren(
      h("h4", {}, moves.length ? say(`第 ${moves.length} 着之后的局面`, `The position after ply ${moves.length}`) : say("开始的局面", "The position at the start")),
      h("table", {}, head(), h("tbody", {},
        Array.from({ length: count }, (_, i) => h("tr", {}, h("th", { scope: "row" }, say(`第 ${i + 1} 选`, `Choice ${i + 1}`)), answers.map((answer) => cell(answer.candidates[i])))),
        h("tr", {}, h("th", { scope: "row" }, say("合法着法的概率", "Probability on legal moves")), answers.map((answer) => h("td", {}, `${(100 * answer.legal_mass).toFixed(2)}%`))))),
      unusual && models.includes(MOVES_ONLY) ? h("p", { class: "hint" }, say("这一局从摆出的局面开始，“只读着法”的模型看不到它。", "This game starts from a position that was set up, which the moves-only model cannot see.")) : "");
  };

  // `position` is {start, moves, unusual}, or null where nobody sees the page.
  /** @param {Position | null} position */
  const show = async (position) => {
    if (!position || !node.open || models.length < 2) return;
    const key = JSON.stringify([position.start, position.moves]);
    if (key === wanted) return;
    wanted = key;
    const current = () => key === wanted && node.isConnected;
    // Somebody who steps through a game is not asking about every move on the way.
    await sleep(250);
    if (!current()) return;
    const answers = [];
    for (const model of models) {
      const answer = await ask("think", { start: position.start, moves: position.moves, model, temperature: 0 }, current);
      if (!current()) return;
      answers.push(answer);
    }
    // What went wrong may go right the next time.
    if (answers.some((answer) => answer.error)) wanted = null;
    render(answers, position);
  };
  now.append(models.length < 2 ? "" : h("p", { class: "hint" }, say("在当前局面中比较…", "Comparing in the position on the board…")));
  return { node, show };
};
