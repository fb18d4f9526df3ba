// How the game goes on: the visitor's moves and the GPT's.
import { sleep } from "modou/xiangqi/views/asking.js";
import { other } from "modou/xiangqi/views/match.js";

/** @import { Message } from "modou/views/result.js" */
/** @import { Game, Match } from "modou/xiangqi/views/match.js" */

/**
 * What the parts of the game are made with.
 *
 * @typedef {object} Parts
 * @property {(call: string, request: any, wanted: () => boolean) => Promise<any>} patiently
 * @property {HTMLElement} element
 * @property {{update: () => void, announce: () => void, think: () => void}} page
 * @property {(strong: boolean) => void} knock
 */
/** @typedef {Parts & {ask: (call: string, request: any) => Promise<any>, levels: import("modou/xiangqi/views/match.js").Level[], opinions: ReturnType<typeof import("modou/xiangqi/views/opinions.js").makeOpinions>}} GameParts */

// How long the GPT's thoughts stand on the board before it moves, and how often they are drawn anew while it thinks, in
// milliseconds.
const PONDER = 550;
const GLANCE = 200;

/**
 * @param {Match} match
 * @param {GameParts} given
 */
export const makeGame = (match, { ask, patiently, levels, element, page, knock, opinions }) => {
  const { complain, finish, takeIn } = opinions;
  // `anew` where `next` does not go on from the game before.
  /**
   * @param {Game} next
   * @param {{anew?: boolean}} [given]
   */
  const accept = (next, { anew = false } = {}) => {
    const grown = !anew && next.moves.length > match.game.moves.length;
    match.game = next;
    match.puzzle = null;
    if (anew) match.notices = [];
    match.state.start = next.start;
    match.state.moves = next.moves;
    match.viewed = next.moves.length;
    if (grown) knock(Boolean(next.checks.at(-1)));
    match.remember();
    page.announce();
  };
  const takeBack = () => {
    if (!match.pending) return;
    match.game = match.pending.before;
    match.pending = null;
    match.viewed = Math.min(match.viewed, match.game.moves.length);
  };
  // Whatever is under way no longer counts.
  const abandon = () => {
    match.latest += 1;
    match.pondering += 1;
    match.loops += 1;
    match.busy = null;
    if (match.mind?.thinking) match.mind = null;
    takeBack();
  };
  // The game cannot go on for now.
  /** @param {Message} error */
  const fail = (error) => {
    match.busy = null;
    if (match.mind?.thinking) match.mind = null;
    match.running = false;
    complain(error);
  };
  // Asks for a change of the game, `doing` being what it waits for; null where something newer has come up meanwhile.
  /**
   * @param {string} call
   * @param {any} request
   * @param {NonNullable<Match["busy"]>} doing
   */
  const change = async (call, request, doing) => {
    abandon();
    match.busy = doing;
    const number = match.latest;
    // A page that has gone wants nothing any more.
    const wanted = () => number === match.latest && element.isConnected;
    const answer = await patiently(call, request, wanted);
    return wanted() ? answer : null;
  };
  /**
   * @param {string} from
   * @param {string} to
   */
  const play = async (from, to) => {
    if ((match.busy && match.busy !== "hint") || !match.mineToMove() || !match.atEnd()) return;
    const move = from + to;
    const asked = change("replay", { start: match.state.start, moves: [...match.game.moves, move] }, "confirm");
    match.trouble = null;
    match.mind = null;
    // The board has the legal moves, so the piece moves at once; the server's word follows.
    match.pending = { before: match.game, move };
    match.game = { ...match.game, moves: [...match.game.moves, move], chinese: [...match.game.chinese, "…"], checks: [...match.game.checks, false], legal: {}, side: other(match.game.side) };
    match.viewed = match.game.moves.length;
    page.update();
    const answer = await asked;
    if (!answer) return;
    match.busy = null;
    takeBack();
    if (answer.error) {
      fail(answer.error);
      return;
    }
    accept(answer.game);
    next();
  };
  // What follows once it is known who is to move.
  const next = () => {
    page.update();
    if (match.isOver()) {
      match.running = false;
      page.update();
      if (match.state.mode !== "replay") finish();
    } else if ((match.state.mode === "play" && !match.mineToMove()) || (match.state.mode === "watch" && match.running)) {
      reply();
    }
  };
  const thinks = () => Boolean(levels.find(({ name }) => name === match.state.level)?.seconds);
  /** @type {string | null} */
  let ticket = null;
  // Asks for a move, and draws what is thought on the way.
  /**
   * @param {string} level
   * @param {"think" | "hint"} doing
   */
  const consider = (level, doing) => {
    const own = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const asked = change("think", { ...match.asGame(), model: match.state.model, level, ticket: own }, doing);
    ticket = own;
    asked.finally(() => { if (ticket === own) ticket = null; });
    if (thinks()) look(own, doing === "hint");
    return asked;
  };
  /**
   * @param {string} own
   * @param {boolean} hint
   */
  const look = async (own, hint) => {
    const [number, ply] = [match.latest, match.game.moves.length];
    const wanted = () => ticket === own && number === match.latest && element.isConnected;
    for (await sleep(GLANCE); wanted(); await sleep(GLANCE)) {
      const { seen } = await ask("watch", { ticket: own });
      if (!wanted() || !seen?.candidates) continue;
      match.mind = { ...seen, ply, hint, thinking: true };
      page.think();
    }
    // The game has gone another way: nobody wants that move.
    if (number !== match.latest) ask("halt", { ticket: own });
  };
  const hurry = () => { if (ticket) ask("halt", { ticket }); };
  const reply = async () => {
    const begin = performance.now();
    const asked = consider(match.state.level, "think");
    match.trouble = null;
    match.viewed = match.game.moves.length;
    page.update();
    const answer = await asked;
    if (!answer) return;
    if (answer.error) {
      fail(answer.error);
      return;
    }
    const number = match.latest;
    takeIn(answer, match.game.moves.length);
    match.picking = false;
    page.update();
    const pause = match.state.mode === "watch" ? match.state.speed : match.state.arrows ? PONDER : 150;
    await sleep(Math.max(0, pause - (performance.now() - begin)));
    // A page that has gone, or a visitor who has changed the game meanwhile.
    if (number !== match.latest || !element.isConnected) return;
    match.busy = null;
    accept(answer.game);
    next();
  };
  const hint = async () => {
    const asked = consider(thinks() ? match.state.level : "intuition", "hint");
    match.trouble = null;
    page.update();
    const answer = await asked;
    if (!answer) return;
    match.busy = null;
    if (answer.error) {
      fail(answer.error);
      return;
    }
    takeIn(answer, match.game.moves.length, { hint: true });
    match.picking = false;
    page.update();
  };
  return { abandon, accept, change, fail, hint, hurry, next, play, thinks };
};
