// Three moments of the visitor's own game to be played again: find a better move than the one that was played.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { SIDE_NAMES } from "modou/xiangqi/views/names.js";

/** @import { Match, Moment, Side } from "modou/xiangqi/views/match.js" */

// As good as the best move, within so many percent of the expected score.
const NEAR = 3;

/**
 * @param {Match} match
 * @param {{patiently: (call: string, request: any, wanted: () => boolean) => Promise<any>, element: HTMLElement, page: {update: () => void}, complain: (error: any) => void, view: (ply: number) => void}} given
 */
export const makePuzzles = (match, { patiently, element, page, complain, view }) => {
  let searching = "";
  const find = async () => {
    const [key, side] = [match.keyOf(), sideShown()];
    searching = key;
    page.update();
    const answer = await patiently("moments", { ...match.asGame(), model: match.state.model, side }, () => key === match.keyOf() && element.isConnected);
    if (searching === key) searching = "";
    if (key !== match.keyOf()) return;
    if (answer.error) complain(answer.error);
    else match.moments = { key, side, list: answer.moments };
    page.update();
  };
  const choose = h("select", { "aria-label": say("哪一方的着法", "Whose moves") },
    h("option", { value: "red" }, SIDE_NAMES.red), h("option", { value: "black" }, SIDE_NAMES.black));
  /** @returns {Side} */
  const sideShown = () => (match.state.mode === "play" ? match.state.side : choose.value === "black" ? "black" : "red");
  const seek = h("button", { type: "button", onclick: find });
  const list = h("div", { class: "buttons" });
  const task = h("p", { class: "task", role: "status" });
  const answer = h("button", { type: "button", onclick: () => { if (match.puzzle) match.puzzle.shown = true; page.update(); } }, say("看答案", "Show the answer"));
  const again = h("button", { type: "button", onclick: () => { if (match.puzzle) open(match.puzzle.moment); } }, say("再试", "Try again"));
  const leave = h("button", { type: "button", onclick: () => view(match.game.moves.length) }, say("回到棋局", "Back to the game"));
  const tools = h("div", { class: "buttons" }, again, answer, leave);
  const node = h("div", { class: "puzzles" }, h("h4", {}, say("找出更好的着法", "Find a better move")), h("div", { class: "buttons" }, choose, seek), list, task, tools);

  /** @param {Moment} moment */
  const open = (moment) => {
    view(moment.ply);
    match.puzzle = { moment, tried: null, score: null, shown: false };
    match.pondering += 1;
    match.mind = null;
    page.update();
  };
  // The visitor's try: on the board at once, judged a little later.
  /**
   * @param {string} from
   * @param {string} to
   */
  const attempt = async (from, to) => {
    const puzzle = match.puzzle;
    if (!puzzle) return;
    puzzle.tried = from + to;
    puzzle.score = null;
    page.update();
    const moves = [...match.state.moves.slice(0, puzzle.moment.ply), puzzle.tried];
    const found = await patiently("judge", { start: match.state.start, moves, model: match.state.model }, () => match.puzzle === puzzle && element.isConnected);
    if (match.puzzle !== puzzle) return;
    if (found.error) {
      puzzle.tried = null;
      complain(found.error);
      return;
    }
    puzzle.score = found.score;
    page.update();
  };
  const verdict = () => {
    const puzzle = match.puzzle;
    if (!puzzle) return "";
    const { moment, tried, score, shown } = puzzle;
    /** @param {number} value */
    const whole = (value) => `${Math.round(value)}%`;
    if (shown) {
      return say(`GPT 会走 ${moment.best_chinese}（预期得分 ${whole(moment.best_score)}）；当时走的是 ${moment.played_chinese}（${whole(moment.played_score)}）。`,
        `The GPT would play ${moment.best_chinese} (expected score ${whole(moment.best_score)}); ${moment.played_chinese} was played (${whole(moment.played_score)}).`);
    }
    if (!tried) {
      return say(`当时走了 ${moment.played_chinese}。请在棋盘上走一着更好的。`, `${moment.played_chinese} was played. Make a better move on the board.`);
    }
    if (score === null) return say("正在判断…", "Judging…");
    if (tried === moment.played) return say("这正是当时走的，再想想。", "That is what was played; think again.");
    if (tried === moment.best || score >= moment.best_score - NEAR) return say(`好着！预期得分 ${whole(score)}，当时那着是 ${whole(moment.played_score)}。`, `Good! Expected score ${whole(score)}; the move played had ${whole(moment.played_score)}.`);
    if (score > moment.played_score + NEAR) return say(`比当时好（${whole(score)} 对 ${whole(moment.played_score)}），还有更好的。`, `Better than what was played (${whole(score)} to ${whole(moment.played_score)}); there is better still.`);
    return say(`预期得分 ${whole(score)}，不比当时的 ${whole(moment.played_score)} 好。`, `Expected score ${whole(score)}, no better than ${whole(moment.played_score)} of the move played.`);
  };
  const show = () => {
    const found = match.moments && match.moments.key === match.keyOf() && match.moments.side === sideShown() ? match.moments.list : null;
    node.hidden = !match.state.moves.length || (match.state.mode === "play" && !match.isOver()) || match.state.mode === "watch";
    choose.hidden = match.state.mode === "play";
    seek.hidden = Boolean(found);
    seek.disabled = Boolean(searching);
    seek.textContent = searching ? say("正在找…", "Looking…") : say("从本局里出题（最多三道）", "Make puzzles of this game (up to three)");
    list.replaceChildren(...(found || []).map((moment, i) => h("button", {
      type: "button", "aria-pressed": String(match.puzzle?.moment === moment), onclick: () => open(moment),
    }, say(`第 ${i + 1} 题 · 第 ${moment.ply + 1} 着`, `Puzzle ${i + 1} · ply ${moment.ply + 1}`))));
    const told = found && !found.length ? say("按 GPT 的看法，没有明显可改进的着法。", "By the GPT's view no move was clearly improvable.") : verdict();
    if (task.textContent !== told) task.textContent = told;
    task.hidden = !told;
    tools.hidden = !match.puzzle;
    again.hidden = !match.puzzle?.tried;
    answer.hidden = Boolean(match.puzzle?.shown);
  };
  choose.addEventListener("change", () => page.update());
  return { node, attempt, show };
};
