// What the rules say: how games end, and why a move is none.
import { h } from "modou/views/dom.js";
import { say } from "modou/views/language.js";

/** @import { Match } from "modou/xiangqi/views/match.js" */

export const rulesNode = () => h("details", { class: "opening" }, h("summary", {}, say("规则", "Rules")), h("p", { class: "hint" }, say(
  "亚洲规则：困毙、长将、长捉（重复中每着都捉同一个子）作负；其余三次重复、六十回合无吃子为和。长捉只判常见情形：催杀、几着之后才看出的假根不作区分，按和棋处理。",
  "Asian rules: stalemate, perpetual check and perpetual chase (of one piece, with every move of a repetition) lose; other threefold repetitions, and 60 moves without a capture, draw. Chases are judged in the common cases only: threats of mate and protection that fails moves later are not told apart, and draw.")));

// Why a piece cannot be taken up, or cannot go there, which the server knows.
/**
 * @param {Match} match
 * @param {{ask: (name: string, data: object) => Promise<any>, complain: (reason: any) => void}} by
 */
export const makeRefusal = (match, { ask, complain }) =>
  /**
   * @param {string} from
   * @param {string | null} to
   */
  async (from, to) => {
    const trying = match.puzzle && !match.puzzle.tried;
    if (!trying && (!match.mineToMove() || !match.atEnd() || match.busy)) return;
    const asked = match.keyOf();
    const answer = await ask("why", { start: match.state.start, moves: match.state.moves.slice(0, match.viewed), from, to });
    const reason = answer.error || answer.reason;
    if (asked === match.keyOf() && reason.zh) complain(reason);
  };
