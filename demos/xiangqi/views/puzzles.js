// Three moments of the visitor's own game to be played again: find a better move than the one that was played.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";
import { SIDE_NAMES } from "modou/xiangqi/views/names.js";

/** @import { makeBoard } from "modou/xiangqi/views/board.js" */
/** @import { Match, Moment, Side } from "modou/xiangqi/views/match.js" */

// As good as the best move, within so many percent of the expected score.
const NEAR = 3;

/**
 * @param {Match} match
 * @param {{patiently: (call: string, request: any, wanted: () => boolean) => Promise<any>, element: HTMLElement, page: {update: () => void}, complain: (error: any) => void, view: (ply: number) => void, board: ReturnType<typeof makeBoard>}} given
 */
export const makePuzzles = (match, { patiently, element, page, complain, view, board }) => {
  let searching = "";
  const find = async () => {
    const [key, side] = [match.keyOf(), sideShown()];
    searching = key;
    page.update();
    const answer = await patiently("moments", { ...match.asGame(), model: match.state.model, side }, () => key === match.keyOf() && element.isConnected);
    if (searching === key) searching = "";
    if (key !== match.keyOf()) { page.update(); return; }
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
  const answer = h("button", { type: "button", onclick: () => { if (match.puzzle) Object.assign(match.puzzle, { tried: null, score: null, shown: true }); page.update(); } }, say("看答案", "Show the answer"));
  const again = h("button", { type: "button", onclick: (event) => { if (match.puzzle) open(match.puzzle.moment, event); } }, say("再试", "Try again"));
  const onward = h("button", { type: "button", onclick: (event) => { const next = following(); if (next) open(next, event); } }, say("下一题", "Next puzzle"));
  const leave = h("button", { type: "button", onclick: () => view(match.game.moves.length) }, say("回到棋局", "Back to the game"));
  // Beside the board, or right below it, where the visitor looks.
  const panel = h("div", { class: "puzzle" }, task, h("div", { class: "buttons" }, again, answer, onward, leave));
  const none = h("p", { class: "task", role: "status" });
  const node = h("div", { class: "puzzles" }, h("h4", {}, say("找出更好的着法", "Find a better move")), h("div", { class: "buttons" }, choose, seek), list, none);
  const found = () => (match.moments && match.moments.key === match.keyOf() && match.moments.side === sideShown() ? match.moments.list : null);
  const following = () => {
    const moments = found() || [];
    return match.puzzle ? moments[moments.indexOf(match.puzzle.moment) + 1] : undefined;
  };

  /**
   * @param {Moment} moment
   * @param {MouseEvent} event
   */
  const open = (moment, event) => {
    view(moment.ply);
    match.puzzle = { moment, tried: null, score: null, shown: false };
    match.pondering += 1;
    match.mind = null;
    page.update();
    // On a phone the board may be out of view.
    const { top } = board.node.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) board.node.scrollIntoView({ block: "start" });
    // No pointer made this click: whoever goes by the keyboard goes on at the board.
    if (event.detail === 0) board.focus();
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
  // With the answer: both moves, and what may be expected of either.
  const arrows = () => (match.puzzle?.shown ? [
    { move: match.puzzle.moment.best, probability: match.puzzle.moment.best_score / 100, kind: "hint" },
    { move: match.puzzle.moment.played, probability: match.puzzle.moment.played_score / 100, kind: "mind" }] : []);
  const show = () => {
    const moments = found();
    node.hidden = !match.state.moves.length || (match.state.mode === "play" && !match.isOver()) || match.state.mode === "watch";
    choose.hidden = match.state.mode === "play";
    seek.hidden = Boolean(moments);
    seek.disabled = searching === match.keyOf();
    seek.textContent = seek.disabled ? say("正在找…", "Looking…") : say("从本局里出题（最多三道）", "Make puzzles of this game (up to three)");
    list.replaceChildren(...(moments || []).map((moment, i) => h("button", {
      type: "button", "aria-pressed": String(match.puzzle?.moment === moment), onclick: (event) => open(moment, event),
    }, say(`第 ${i + 1} 题 · 第 ${moment.ply + 1} 着`, `Puzzle ${i + 1} · ply ${moment.ply + 1}`))));
    none.textContent = moments && !moments.length ? say("按 GPT 的看法，没有明显可改进的着法。", "By the GPT's view no move was clearly improvable.") : "";
    none.hidden = !none.textContent;
    const told = verdict();
    if (task.textContent !== told) task.textContent = told;
    panel.hidden = !match.puzzle || Boolean(match.editing);
    again.hidden = !match.puzzle?.tried && !match.puzzle?.shown;
    answer.hidden = Boolean(match.puzzle?.shown);
    onward.hidden = !following();
  };
  choose.addEventListener("change", () => page.update());
  return { node, panel, attempt, arrows, show };
};
