// What the rules say: how games end, and why a move is none.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Message } from "modou/views/result.js" */
/** @import { Match, Trouble } from "modou/xiangqi/views/match.js" */

export const rulesNode = () => h("details", { class: "opening" }, h("summary", {}, say("规则", "Rules")), h("p", { class: "hint" }, say(
  "亚洲规则：困毙、长将、长捉（重复中每着都捉同一个子）作负；其余三次重复、六十回合无吃子为和。长捉只判常见情形：催杀、几着之后才看出的假根不作区分，按和棋处理。",
  "Asian rules: stalemate, perpetual check and perpetual chase (of one piece, with every move of a repetition) lose; other threefold repetitions, and 60 moves without a capture, draw. Chases are judged in the common cases only: threats of mate and protection that fails moves later are not told apart, and draw.")));

// Why no piece at all can be moved just now, or null.
/**
 * @param {Match} match
 * @returns {Message | null}
 */
const halted = (match) => {
  if (match.puzzle) return match.puzzle.tried ? { zh: "这道题已经走了一着，要换一着请点“再试”", en: "a move has been tried here: press “Try again” for another" } : null;
  if (match.state.mode === "replay") return { zh: "这是复盘，要接着下请点“从这里下”", en: "this is a replay: press “Play on from here” to play" };
  if (match.state.mode === "watch") return { zh: "观战时双方都由 GPT 走，要自己下请选红或黑", en: "the GPT plays both sides here: choose red or black to play" };
  if (match.isOver()) return { zh: "对局已经结束，可以悔棋或开新局", en: "the game is over: undo, or begin a new one" };
  if (!match.atEnd()) return { zh: "正在看前面的局面，要走棋请点“回到棋局”", en: "this is an earlier position: press “Back to the game” to move" };
  if (match.mineToMove()) return null;
  return match.busy ? { zh: "轮到 GPT 走，请稍候", en: "it is the GPT's turn, a moment please" } : { zh: "轮到 GPT 走，请点“重试”", en: "it is the GPT's turn: press “Try again”" };
};

// Says why a piece cannot be taken up, or cannot go there, which the server knows; or why none can.
/**
 * @param {Match} match
 * @param {{ask: (name: string, data: object) => Promise<any>, complain: (reason: Trouble) => void}} by
 */
export const makeRefusal = (match, { ask, complain }) => {
  // The second click of a double one finds the piece where the first has put it.
  /** @param {string} square */
  const justPut = (square) => {
    const mine = match.state.mode === "play" && match.game.side !== match.state.side;
    const last = match.puzzle ? match.puzzle.tried : mine ? match.game.moves.at(-1) : null;
    return last?.slice(2) === square;
  };
  /**
   * @param {string} from
   * @param {string | null} to
   */
  return async (from, to) => {
    if (match.busy === "confirm" || (!to && justPut(from))) return;
    const halt = halted(match);
    if (halt) {
      complain({ ...halt, holds: () => halted(match)?.zh === halt.zh });
      return;
    }
    const key = () => `${match.keyOf()} ${match.viewed}`;
    const asked = key();
    const answer = await ask("why", { start: match.state.start, moves: match.state.moves.slice(0, match.viewed), from, to });
    const reason = answer.error || answer.reason;
    const holds = () => asked === key();
    if (holds() && reason.zh) complain({ zh: reason.zh, en: reason.en, holds });
  };
};
