// What the GPT says of positions, aside from the game: nothing waits for it.
import { sleep } from "modou/xiangqi/views/asking.js";

/** @import { Parts } from "modou/xiangqi/views/game.js" */
/** @import { Match, Trouble } from "modou/xiangqi/views/match.js" */

/**
 * @param {Match} match
 * @param {Omit<Parts, "knock">} given
 */
export const makeOpinions = (match, { patiently, element, page }) => {
  // Something besides the game went wrong: it goes on as it was.
  /** @param {Trouble} error */
  const complain = (error) => {
    match.trouble = error;
    page.update();
  };
  // Takes in what the GPT said of the position after `ply` moves.
  /**
   * @param {any} answer
   * @param {number} ply
   * @param {object} [more]
   */
  const takeIn = (answer, ply, more = {}) => {
    match.mind = { ...answer, ply, ...more };
    if (answer.value) match.values.set(match.valueKey(match.state.moves.slice(0, ply)), answer.value);
  };
  // Asks for the GPT's opinion of an earlier position, or the one a replay is at, aside from the game.
  /**
   * @param {number} ply
   * @param {object} more
   */
  const opine = async (ply, more) => {
    match.pondering += 1;
    const number = match.pondering;
    const wanted = () => number === match.pondering && element.isConnected;
    await sleep(120);
    if (!wanted()) return;
    const answer = await patiently("think", { start: match.state.start, moves: match.state.moves.slice(0, ply), model: match.state.model }, wanted);
    if (!wanted() || answer.error || match.busy) return;
    takeIn(answer, ply, more);
    page.update();
  };
  // While the visitor looks at another position than the one being played, the GPT says what it would do there.
  const ponder = () => {
    match.pondering += 1;
    if (match.editing || match.busy || (match.state.mode !== "replay" && match.atEnd()) || (match.mind && match.mind.ply === match.viewed)) return;
    opine(match.viewed, { browsing: true });
  };
  const analyse = async ({ show = true } = {}) => {
    const key = match.keyOf();
    match.reviewing = key;
    if (show) match.state.page = "review";
    page.update();
    const wanted = () => match.reviewing === key && key === match.keyOf() && element.isConnected;
    const answer = await patiently("review", { ...match.asGame(), model: match.state.model }, wanted);
    const late = !wanted();
    if (match.reviewing === key) match.reviewing = null;
    if (late) return;
    if (answer.error) complain(answer.error);
    else match.found = { key, ...answer };
    page.update();
  };
  const finish = () => {
    if (match.state.moves.length && match.reviewing !== match.keyOf() && !(match.found && match.found.key === match.keyOf())) analyse();
  };
  /** @param {number} ply */
  const view = (ply) => {
    match.puzzle = null;
    match.viewed = Math.max(0, Math.min(ply, match.game.moves.length));
    match.picking = false;
    page.update();
    ponder();
  };
  return { complain, takeIn, opine, ponder, analyse, finish, view };
};
