// What there is to choose from, and what things are called.
import { say } from "modou/views/language.js";

// How each level chooses its moves, in words; the levels themselves are the server's.
/** @type {Record<string, string>} */
export const WAYS = {
  beginner: say("常走随手棋，看得见一步杀", "often careless, but sees a mate in one"),
  casual: say("像人一样走，看得见一步杀", "plays as people do, sees a mate in one"),
  intuition: say("只凭 GPT 的直觉，不计算", "the GPT's first thought, nothing worked out"),
  thinking: say("每步算一秒", "works out each move for a second"),
  deep: say("每步算三秒", "works out each move for three seconds"),
};
export const SPEEDS = [["2400", say("慢", "slow")], ["1200", say("中", "medium")], ["400", say("快", "fast")]];
export const MOVES_ONLY = "xiangqi-moves";
/** @type {Record<string, string>} */
export const NAMES_OF_MODELS = { "xiangqi-board": say("看得见棋盘", "sees the board"), [MOVES_ONLY]: say("只读着法", "moves only") };
/** @type {Record<string, string>} */
export const REASONS = {
  checkmate: say("将死", "checkmate"), stalemate: say("困毙", "stalemate"), perpetual_check: say("长将作负", "perpetual check"),
  perpetual_chase: say("长捉作负", "perpetual chase"),
  repetition: say("三次重复局面", "threefold repetition"), quiet: say("六十回合无吃子", "60 moves without a capture"),
  material: say("双方都没有能过河的子", "nobody can cross the river"), resigned: say("认输", "resignation"),
};
/** @type {Record<string, string>} */
export const SIDE_NAMES = { red: say("红方", "Red"), black: say("黑方", "Black") };
/** @type {Record<string, number[]>} */
export const SURE = { "1-0": [1, 0, 0], "1/2-1/2": [0, 1, 0], "0-1": [0, 0, 1] };
