// What a visitor may want of the game: another one, another side, another model, to take moves back.
import { GAME_FIELDS } from "modou/xiangqi/views/match.js";

/** @import { Match, Settled } from "modou/xiangqi/views/match.js" */
/** @import { Parts } from "modou/xiangqi/views/game.js" */
/** @typedef {Parts & {opinions: ReturnType<typeof import("modou/xiangqi/views/opinions.js").makeOpinions>, moves: ReturnType<typeof import("modou/xiangqi/views/game.js").makeGame>}} ChoiceParts */

/**
 * @param {Match} match
 * @param {ChoiceParts} given
 */
export const makeChoices = (match, { page, opinions, moves }) => {
  const { analyse, opine, ponder, view } = opinions;
  const { abandon, accept, change, fail, hint, next } = moves;
  // Goes to a game; the page is changed (`settled`) only once the server has accepted it. Whether that happened.
  /**
   * @param {any} request
   * @param {Partial<Settled>} settled
   */
  const goTo = async (request, settled, run = false) => {
    const asked = change("replay", request, "confirm");
    match.trouble = null;
    match.running = false;
    page.update();
    const answer = await asked;
    if (!answer) return false;
    match.busy = null;
    if (answer.error) {
      fail(answer.error);
      return false;
    }
    Object.assign(match.state, settled);
    leaveEditor();
    match.running = run;
    match.mind = null;
    accept(answer.game, { anew: true });
    next();
    return true;
  };
  const leaveEditor = () => {
    match.editing = null;
    if (match.state.page === "editor") match.state.page = "moves";
  };
  const ours = () => (match.state.mode !== "replay" && match.state.moves.length ? Object.fromEntries(Object.entries(match.state).filter(([key]) => GAME_FIELDS.includes(key))) : null);
  // What there is to come back to after leaving the game on the board. A game that is only looked at, or without a move,
  // does not take the place of one that was played.
  const shelve = () => ours() || match.state.shelved;
  const undo = () => {
    // Back to where the visitor was to move last.
    const first = match.game.first === match.state.side ? 0 : 1;
    let count = match.game.moves.length - (match.state.resigned && match.game.side === match.state.side ? 0 : 1);
    while (count > 0 && count % 2 !== first) count -= 1;
    goTo({ start: match.state.start, moves: match.game.moves.slice(0, Math.max(0, count)) }, { resigned: null });
  };
  const canUndo = () => match.state.mode === "play" && match.game.moves.length > (match.game.first === match.state.side ? 0 : 1);
  const newGame = (start = null) => {
    const mode = match.state.mode === "watch" ? "watch" : "play";
    goTo({ start, moves: [] },
      { resigned: null, tags: null, result: null, mode, page: "moves", flipped: mode === "play" && match.state.side === "black", shelved: shelve() });
  };
  const resign = () => {
    abandon();
    match.mind = null;
    match.trouble = null;
    match.state.resigned = match.state.side;
    match.remember();
    next();
  };
  /** @param {string} choice */
  const takeSide = (choice) => {
    const mode = choice === "watch" ? "watch" : "play";
    /** @type {Partial<Settled>} */
    const chosen = mode === "watch" ? { mode } : { mode, side: choice === "black" ? "black" : "red", flipped: choice === "black" };
    if (match.state.mode === "replay") {
      // The game that was read stays as it is: what follows is a game of its own, from the position on the board.
      goTo({ start: match.state.start, moves: match.game.moves.slice(0, match.viewed) }, { ...chosen, resigned: null, tags: null, result: null }, mode === "watch");
      return;
    }
    abandon();
    leaveEditor();
    match.mind = null;
    match.trouble = null;
    match.state.resigned = null;
    Object.assign(match.state, chosen);
    match.running = mode === "watch";
    match.viewed = match.game.moves.length;
    match.remember();
    next();
  };
  const playOn = () => takeSide(match.sideAt(match.viewed));
  /** @param {string} fen */
  const startFrom = (fen) => {
    const side = fen.split(" ")[1] === "b" ? "black" : "red";
    goTo({ start: fen, moves: [] },
      { mode: "play", side, flipped: side === "black", resigned: null, tags: null, result: null, page: "moves", shelved: shelve() });
  };
  /** @param {any} opened */
  const openGame = async (opened) => {
    const mode = opened.moves.length ? "replay" : "play";
    const side = opened.start.split(" ")[1] === "b" ? "black" : "red";
    const done = await goTo({ start: opened.start, moves: opened.moves },
      { mode, tags: opened.tags, result: (mode === "replay" && opened.result) || null, resigned: null, shelved: shelve(), flipped: mode === "play" && side === "black", side: mode === "play" ? side : match.state.side });
    if (done) {
      match.notices = opened.notes || [];
      page.update();
    }
    if (!done || mode !== "replay") return;
    view(0);
    analyse();
  };
  // A game that a link or a presentation asks for: its last position, with what the GPT would play there.
  /** @param {{start: string, moves: string[]}} asked */
  const openAsked = async ({ start, moves: played }) => {
    const done = await goTo({ start, moves: played },
      { mode: "replay", tags: null, result: null, resigned: null, shelved: shelve(), flipped: false, page: "moves" });
    if (done) view(match.game.moves.length);
  };
  const unshelve = () => {
    const kept = match.state.shelved;
    goTo({ start: kept.start, moves: kept.moves },
      { ...Object.fromEntries(GAME_FIELDS.filter((key) => key in kept).map((key) => [key, kept[key]])), shelved: ours() });
  };
  // Another model: nothing that the old one said, or is about to say, stands.
  /** @param {string} model */
  const takeModel = (model) => {
    const [reviewed, spoke, waited] = [(match.found && match.found.key === match.keyOf()) || match.reviewing === match.keyOf(), match.mind, match.busy];
    match.state.model = model;
    match.remember();
    if (waited === "resume") return;
    // The server's word on a move is no model's.
    if (waited !== "confirm") abandon();
    match.pondering += 1;
    match.mind = null;
    match.found = null;
    match.reviewing = null;
    match.trouble = null;
    page.update();
    if (reviewed && match.state.moves.length) analyse({ show: false });
    if (waited === "confirm" || match.editing) return;
    if (waited === "hint" || (spoke && spoke.hint && match.mineToMove() && match.atEnd())) hint();
    else if (waited === "think") next();
    else if (spoke && spoke.ply <= match.state.moves.length) opine(spoke.ply, { browsing: Boolean(spoke.browsing) });
    else ponder();
  };
  return { canUndo, newGame, openAsked, openGame, playOn, resign, startFrom, takeModel, takeSide, undo, unshelve };
};
