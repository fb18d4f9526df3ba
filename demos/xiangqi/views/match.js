// The game of the Xiangqi tab and what the page knows of it. It lives in sessionStorage, so that two pages are two games
// and a reload goes on where it was.
//
// What is kept between events, and why:
//   state      what a reload brings back. `moves` are those the server has confirmed, never a guess, so that whatever is
//              stored can be replayed. Only `accept` and what a request has `settled` change the game in it.
//   game       the game as the server describes it; with `pending`, the visitor's own move is already on it.
//   pending    {before, move}: a move shown before the server has confirmed it, and the game without it. Whatever comes
//              in between has to take it back, so `abandon` does.
//   viewed     how many of the game's moves are on the board: people look back while the game goes on.
//   busy       what the game waits for, or null. "resume": the stored game, and until it is there nothing may change it;
//              "confirm": the server's word on a move or a jump; "think": the GPT's move, and the pause in which its
//              thoughts stand on the board; "hint": its advice. Reviews and opinions of other positions are not in it,
//              since the game does not wait for them.
//   latest     counts what has been asked for or given up; an answer to anything but the latest is dropped, since nothing
//              can be called back from the server. It is raised by `abandon` alone.
//   pondering  the same for opinions of the position looked at, which must not disturb the game's own requests.
//   loops      the same for automatic replay: pause and resume within one tick must not leave two loops.
//   mind       what the GPT last said: {candidates, ..., ply}, `ply` being the position it spoke of. `hint` if it was asked
//              for, `browsing` if the visitor was looking back; neither is shown one move later as the reason of a move.
//              `thinking` while it has not made up its mind.
//   values     the view of the result at every position that was spoken of; the bar shows the nearest before the one
//              on the board instead of jumping back to nothing with every move.
//   found      the review, with the key of the game and model it is of; another game or model makes it worthless.
//   reviewing  the key of the review that was asked for last, or null.
//   picking    the visitor has taken up a piece, and arrows would hide where it can go.
//   editing    what the position editor shows, or null: the board is the editor's while it is open.
//   running    the GPT plays itself, or a replay runs by itself.
//   notices    what there is to say of how a game was read, {zh, en} each.
//   moments    those of the visitor's game at which there was a better move, with the key of the game and model.
//   puzzle     the moment on the board, with the move tried there and what came of it, or null: the game is not changed.
//   trouble    the message on the page, {zh, en}, or null. One that `holds` only in some state of the game goes with it.
import { lookup } from "modou/views/dom.js";
import { SURE } from "modou/xiangqi/views/names.js";
import { piecesAfter, squareName, START_FEN } from "modou/xiangqi/views/pieces.js";

/** @import { Message } from "modou/views/result.js" */
/** @import { xiangqi } from "modou/views/types.js" */
/** @import { Piece } from "modou/xiangqi/views/pieces.js" */

/** @typedef {"red" | "black"} Side */
/** @typedef {Record<string, string>} Tags what a file says of a game */
/** @typedef {Record<string, number>} Facts what was measured of a model */
/** @typedef {{pieces: Piece[], held: string | null}} Edited */
/** @typedef {{move: string | null, candidates: xiangqi.Candidate[], value: number[] | null, legal_mass: number, positions: number, milliseconds: number, line: {move: string, chinese: string}[], ply: number, hint?: boolean, browsing?: boolean, thinking?: boolean}} Mind */
/** @typedef {{name: string, zh: string, en: string, seconds: number}} Level a strength, and how long it thinks before it moves */
/** @typedef {{key: string, opinions: (xiangqi.Opinion | null)[], agreement: Record<Side, Record<string, number> | null>}} Review */
/** @typedef {{ply: number, played: string, played_chinese: string, best: string, best_chinese: string, played_score: number, best_score: number, legal: Record<string, string[]>}} Moment */
/** @typedef {Message & {holds?: () => boolean}} Trouble */
/** @typedef {{moment: Moment, tried: string | null, score: number | null, shown: boolean}} Puzzle */
/**
 * A game as `core.xiangqi.session.describe` gives it.
 *
 * @typedef {object} Game
 * @property {string} start
 * @property {string} fen
 * @property {string[]} moves
 * @property {string[]} chinese
 * @property {boolean[]} checks
 * @property {Side} first
 * @property {Side} side
 * @property {Record<string, string[]>} legal
 * @property {string} status
 * @property {Side | null} winner
 * @property {string} result
 */
/**
 * @typedef {object} Settled
 * @property {string | null} start
 * @property {string[]} moves
 * @property {"play" | "watch" | "replay"} mode
 * @property {Side} side
 * @property {boolean} flipped
 * @property {string} level
 * @property {string | null} model
 * @property {boolean} arrows
 * @property {boolean} sound
 * @property {number} speed
 * @property {Side | null} resigned
 * @property {Tags | null} tags
 * @property {string | null} result
 * @property {any} shelved
 * @property {string} page
 */

const STORE = "modou-xiangqi";
/** @param {Side} side */
export const other = (side) => (side === "red" ? "black" : "red");
// What of `state` is the game; the rest is how the visitor likes the page, which changing games leaves alone.
export const GAME_FIELDS = ["start", "moves", "mode", "side", "flipped", "tags", "result", "resigned"];

export class Match {
  /** @type {Settled} */
  state = {
    start: null, moves: [], mode: "play", side: "red", flipped: false, level: "casual",
    model: null, arrows: true, sound: false, speed: 1200, resigned: null, tags: null, result: null, shelved: null, page: "moves",
  };
  /** @type {Game} */
  game;
  /** @type {{before: Game, move: string} | null} */
  pending = null;
  viewed = 0;
  /** @type {"resume" | "confirm" | "think" | "hint" | null} */
  busy = null;
  latest = 0;
  pondering = 0;
  loops = 0;
  /** @type {Mind | null} */
  mind = null;
  /** @type {Review | null} */
  found = null;
  /** @type {string | null} */
  reviewing = null;
  picking = false;
  /** @type {Edited | null} */
  editing = null;
  running = false;
  /** @type {Message[]} */
  notices = [];
  /** @type {{key: string, side: Side, list: Moment[]} | null} */
  moments = null;
  /** @type {Puzzle | null} */
  puzzle = null;
  /** @type {Trouble | null} */
  trouble = null;
  /** @type {Map<string, number[]>} */
  values = new Map();

  /** @param {Game} game */
  constructor(game) {
    this.game = game;
  }

  remember = () => {
    try {
      sessionStorage.setItem(STORE, JSON.stringify(this.state));
    } catch { /* no storage in this iframe: a reload starts a new game */ }
  };
  recall = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(STORE) || "{}");
      // Only what this version knows, of the kind it expects: the page must open whatever is stored.
      const known = Object.entries(this.state).filter(([key, value]) => key in kept && (value === null || typeof kept[key] === typeof value));
      Object.assign(this.state, Object.fromEntries(known.map(([key]) => [key, kept[key]])));
      if (!this.state.shelved || !Array.isArray(this.state.shelved.moves)) this.state.shelved = null;
    } catch { /* as above */ }
  };
  asGame = () => ({ start: this.state.start, moves: this.state.moves });
  keyOf = () => JSON.stringify([this.state.start, this.state.moves, this.state.model]);
  status = () => (this.state.resigned ? { reason: "resigned", winner: other(this.state.resigned) } : { reason: this.game.status, winner: this.game.winner });
  isOver = () => this.status().reason !== "playing";
  mineToMove = () => this.state.mode === "play" && !this.isOver() && this.game.side === this.state.side;
  atEnd = () => this.viewed === this.game.moves.length;
  /** @param {number} ply */
  sideAt = (ply) => ((this.game.first === "red") === (ply % 2 === 0) ? "red" : "black");
  fenShown = () => {
    if (this.atEnd()) return this.game.fen;
    const pieces = new Map(piecesAfter(this.game.start, this.game.moves.slice(0, this.viewed)).map((piece) => [piece.at, piece.letter]));
    const rows = [...Array(10).keys()].map((i) => [...Array(9).keys()].map((file) => pieces.get(squareName(file, 9 - i)) || "1").join(""));
    return `${rows.join("/")} ${this.sideAt(this.viewed) === "red" ? "w" : "b"} - - 0 1`;
  };
  resultOf = () => lookup({ red: "1-0", black: "0-1" }, this.status().winner ?? "") || this.game.result;
  // What the text of a game says of its end, or else the rules.
  resultSaid = () => (this.state.result && this.state.result !== "*" ? this.state.result : this.resultOf());
  // The start position alone tells whether a model that reads only moves can know where the pieces are.
  fromElsewhere = () => Boolean(this.state.start) && this.state.start?.split(" ").slice(0, 2).join() !== START_FEN.split(" ").slice(0, 2).join();
  /** @param {string[]} moves */
  valueKey = (moves) => `${this.state.model} ${this.state.start} ${moves.join("")}`;
  // What the GPT thought of the position on the board, or of the one before its own move.
  mindShown = () => (this.mind && (this.viewed === this.mind.ply || (!this.mind.browsing && !this.mind.hint && this.viewed === this.mind.ply + 1)) ? this.mind : null);
  // The value at every position of a reviewed game. The last is that of an ended game, or else what was last said of it.
  /** @param {(xiangqi.Opinion | null)[]} opinions */
  curve = (opinions) => {
    /** @type {number[] | null | undefined} */
    const known = opinions.find((o) => o && o.value)?.value;
    if (!known) return null;
    /** @type {number[][]} */
    const points = opinions.map((o) => (o && o.value) || known);
    return [...points, SURE[this.resultSaid()] || this.values.get(this.valueKey(this.state.moves)) || points[points.length - 1]];
  };
  valueShown = () => {
    const review = this.found && this.found.key === this.keyOf() ? this.curve(this.found.opinions) : null;
    if (review) return review[Math.min(this.viewed, review.length - 1)];
    if (this.atEnd() && this.isOver()) return SURE[this.resultOf()];
    for (let ply = this.viewed; ply >= 0; ply -= 1) {
      const value = this.values.get(this.valueKey(this.game.moves.slice(0, ply)));
      if (value) return value;
    }
    return null;
  };
}
